"""Meeting requests."""

from marshmallow import Schema, fields

from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Id, PublishedText, Text


class AskForMeetingSchema(Schema):
    """A wish to meet."""

    mission_id = Id(required=True)
    from_organisation_id = Id(required=True)
    to_organisation_id = Id(required=True)
    message = PublishedText(longest=1000, shortest=0, lines=True, load_default="")


class RefusalSchema(Schema):
    """Why a wish is refused."""

    reason = PublishedText(longest=1000, shortest=0, lines=True, load_default="")


class ProposeTimeSchema(Schema):
    """Which slot suits better."""

    slot = Text(required=True)


class FreeTimesSchema(Schema):
    """When the two of a wish could still meet."""

    items = fields.List(
        fields.Nested(
            Schema.from_dict(
                {"slot": fields.String(), "starts_at": fields.AwareDateTime(), "ends_at": fields.AwareDateTime()},
                name="FreeTime",
            )
        )
    )


class MeetingRequestSchema(Schema):
    """A wish to meet and its answer."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    from_organisation_id = fields.UUID()
    to_organisation_id = fields.UUID()
    message = fields.String()
    status = fields.String()
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    settled_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(metadata={"description": "Of a refusal; empty where none was given."})
    proposed_slot = fields.String(allow_none=True, metadata={"description": "Then the asker is to answer."})


class MeetingRequestArguments(PageArguments):
    """Which requests."""

    mission_id = Id(load_default=None)
    status = Text(load_default=None)
