"""What the two of a meeting say on its day and let each other know after it."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from matching.domain.answers import MOST_MINUTES, NoticeKind
from servicekit.texts.languages import noop as _
from servicekit.web.schema_fields import Id, Text, Whole


class OfTwoSchema(Schema):
    """For which of the two somebody speaks."""

    organisation_id = Id(required=True)


class GiveNoticeSchema(OfTwoSchema):
    """What one of the two says of a meeting."""

    kind = fields.Enum(NoticeKind, by_value=True, required=True)
    minutes = Whole(load_default=None, allow_none=True, validate=validate.Range(1, MOST_MINUTES))

    @validates_schema
    def _check_minutes(self, data: dict[str, Any], **_options: Any) -> None:
        if (data["kind"] is NoticeKind.LATE) != (data["minutes"] is not None):
            raise ValidationError(_("Minutes belong to whoever is late, and only there."), "minutes")


class NoticeSchema(Schema):
    """What one of the two says of a meeting, and whether it still does."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    meeting_id = fields.UUID()
    organisation_id = fields.UUID()
    kind = fields.String(metadata={"description": "late, absent or alone."})
    minutes = fields.Integer(allow_none=True)
    said_at = fields.AwareDateTime()
    taken_back_at = fields.AwareDateTime(allow_none=True)


class NoteSchema(OfTwoSchema):
    """What an organisation keeps for itself about a meeting."""

    text = Text(longest=4000, shortest=0, lines=True, load_default="")


class OutcomeSchema(Schema):
    """What an organiser's desk notes of a meeting with one button."""

    class Meta:
        """A form sends its token, too."""

        unknown = EXCLUDE

    meeting_id = Id(required=True)
    deed = fields.String(
        required=True, validate=validate.OneOf(("held", "guest_absent", "host_absent", "lock", "unlock"))
    )


class ContactsSchema(Schema):
    """Who of the two lets the other know whom to reach, and since when."""

    id = fields.UUID()
    version = fields.Integer()
    meeting_id = fields.UUID()
    guest_agreed_at = fields.AwareDateTime(allow_none=True)
    host_agreed_at = fields.AwareDateTime(allow_none=True)
    is_mutual = fields.Boolean()
