"""Applications, delegates and participants on the wire."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.registration import Attendance, ProfileItem, Side, Window
from registration.commands import Apply, NewDelegate, NewProfile
from registration.domain.statuses import ApplicationStatus, ParticipantStatus
from registration.schemas.organisations import NewConsentSchema
from registration.schemas.values import Email, Language, Languages, PublishedTexts, Texts, ValueSchema, Zone, reference
from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Flag, Id, Instant, PublishedText, Text

LONGEST_ITEM = 1000
MOST_ITEMS = 20
MOST_WINDOWS = 60


class ProfileItemSchema(ValueSchema):
    """One offer or one need."""

    made = ProfileItem

    id = Text(longest=64, shortest=0, load_default="")
    partnership_type = Text(longest=64, required=True)
    texts = PublishedTexts(longest=LONGEST_ITEM, lines=True, required=True)


class NewProfileSchema(ValueSchema):
    """What an organisation offers and needs, published to the participants of the mission."""

    made = NewProfile

    offers = fields.List(fields.Nested(ProfileItemSchema), load_default=list, validate=validate.Length(0, MOST_ITEMS))
    needs = fields.List(fields.Nested(ProfileItemSchema), load_default=list, validate=validate.Length(0, MOST_ITEMS))


class ProfileSchema(Schema):
    """A profile as it is."""

    id = fields.UUID()
    version = fields.Integer()
    application_id = fields.UUID()
    offers = fields.List(fields.Nested(ProfileItemSchema))
    needs = fields.List(fields.Nested(ProfileItemSchema))


class WindowSchema(ValueSchema):
    """A stretch of time, half open."""

    made = Window

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)


class DelegateFactsSchema(Schema):
    """What can be corrected of a delegate."""

    names = Texts(longest=200, required=True)
    positions = Texts(longest=200, shortest=0, load_default=dict)
    email = Email(required=True)
    phone = Text(longest=64, shortest=0, load_default="")
    language = Language(load_default="ru")
    timezone = Zone(load_default=None, allow_none=True)
    attendance = fields.Enum(Attendance, by_value=True, load_default=Attendance.IN_PERSON)
    can_negotiate = Flag(load_default=True)
    languages = Languages(
        load_default=(),
        metadata={"description": "What the person speaks; empty: not known, nobody interprets."},
    )
    availability = fields.List(
        fields.Nested(WindowSchema),
        load_default=None,
        allow_none=True,
        validate=validate.Length(0, MOST_WINDOWS),
        metadata={"description": "Left out: the mission's own hours; empty: never."},
    )


class NewDelegateSchema(DelegateFactsSchema):
    """A person to be named."""

    reference = reference(required=True)
    consents = fields.List(fields.Nested(NewConsentSchema), load_default=list, validate=validate.Length(0, 20))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> NewDelegate:
        """Make the value."""
        return NewDelegate(**data)


class DelegateChangesSchema(DelegateFactsSchema):
    """Facts to be corrected; what is left out stays."""

    timezone = Zone()


class AbsenceSchema(Schema):
    """Hours in which somebody is not there, and why."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    reason = Text(longest=LONGEST_ITEM, shortest=0, lines=True, load_default="")


class DelegateSchema(DelegateFactsSchema):
    """A delegate as registration knows this person."""

    id = fields.UUID()
    version = fields.Integer()
    application_id = fields.UUID()
    mission_id = fields.UUID()
    organisation_id = fields.UUID()
    reference = fields.String()
    absences = fields.List(fields.Nested(AbsenceSchema))
    is_vouched_for = fields.Boolean(
        metadata={
            "description": "Whether the person is written to: not before an agency or organiser has approved the "
            "application or given the address, where only an unconfirmed organisation has named the person."
        }
    )
    speaks_since = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "Since when whoever has the address may speak for the organisation; null: not yet."},
    )


class NewApplicationSchema(ValueSchema):
    """An application with its profile and its people; a draft unless `submit`."""

    made = Apply

    mission_id = Id(required=True)
    organisation_id = Id(required=True)
    side = fields.Enum(Side, by_value=True, required=True)
    avoids = fields.List(Id(), load_default=list, validate=validate.Length(0, 500))
    profile = fields.Nested(NewProfileSchema, load_default=lambda: NewProfile(offers=[], needs=[]))
    delegates = fields.List(fields.Nested(NewDelegateSchema), load_default=list, validate=validate.Length(0, 50))
    submit = Flag(load_default=False)


class ApplicationSchema(Schema):
    """An application as it is."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    organisation_id = fields.UUID()
    side = fields.Enum(Side, by_value=True)
    status = fields.Enum(ApplicationStatus, by_value=True)
    reason = fields.String()
    avoids = fields.List(fields.UUID())
    submitted_at = fields.AwareDateTime(allow_none=True)
    reviewed_at = fields.AwareDateTime(allow_none=True)


class WholeApplicationSchema(ApplicationSchema):
    """An application with what belongs to it."""

    profile = fields.Nested(ProfileSchema)
    delegates = fields.List(fields.Nested(DelegateSchema))


class ApplicationQuerySchema(PageArguments):
    """Which applications to list."""

    mission_id = Id()
    organisation_id = Id()
    side = fields.Enum(Side, by_value=True)
    status = fields.Enum(ApplicationStatus, by_value=True)


class AvoidsSchema(Schema):
    """Whom an organisation does not want to meet."""

    organisation_ids = fields.List(Id(), required=True, validate=validate.Length(0, 500))


class ApprovalSchema(Schema):
    """How an application is accepted."""

    late = Flag(load_default=False, metadata={"description": "Let it into the mission even though that is closed."})


class ReasonSchema(Schema):
    """Why; the applicant reads it, and everybody may."""

    reason = PublishedText(longest=LONGEST_ITEM, lines=True, required=True)


class OptionalReasonSchema(Schema):
    """Why, if there is something to say; everybody may read it."""

    reason = PublishedText(longest=LONGEST_ITEM, shortest=0, lines=True, load_default="")


class DelegateQuerySchema(PageArguments):
    """Which delegates to list."""

    mission_id = Id()
    organisation_id = Id()
    application_id = Id()
    reference = Text(longest=64)


class ParticipantSchema(Schema):
    """An organisation in a mission."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    organisation_id = fields.UUID()
    side = fields.Enum(Side, by_value=True)
    status = fields.Enum(ParticipantStatus, by_value=True)
    avoids = fields.List(fields.UUID())
    withdrawn_from = fields.AwareDateTime(allow_none=True)
    checked_in_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()


class ParticipantQuerySchema(PageArguments):
    """Which participants to list."""

    mission_id = Id()
    organisation_id = Id()
    side = fields.Enum(Side, by_value=True)
    status = fields.Enum(ParticipantStatus, by_value=True)


class LeavingSchema(Schema):
    """From when on an organisation is not there, and why."""

    withdrawn_from = Instant(load_default=None, allow_none=True)
    reason = PublishedText(longest=LONGEST_ITEM, shortest=0, lines=True, load_default="")
