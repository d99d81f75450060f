"""Organisations and consents on the wire."""

from typing import Any

from flask import has_app_context
from marshmallow import Schema, fields, post_load, validate

from packs import loader
from registration.commands import NewConsent, RegisterOrganisation
from registration.company_ids import Numbers
from registration.schemas.values import (
    Email,
    Language,
    PublishedTexts,
    Texts,
    ValueSchema,
    reference,
    region_code,
    word,
)
from servicekit.web.endpoints import runtime
from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Flag, Id, Instant, Text

ACTIVITIES = {
    "description": "The activity codes with their titles by language; an unknown code has none.",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "titles": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
}


class NewConsentSchema(ValueSchema):
    """One consent to one purpose, in the words that were agreed to: the region's document, or words of one's own."""

    made = NewConsent

    purpose = word(required=True)
    text = Text(longest=10_000, lines=True, load_default=None)
    version = Text(
        longest=32, load_default=None, metadata={"description": "Of the region's document: its words are recorded."}
    )
    language = Language(required=True)
    channel = word(required=True)
    given_at = Instant(load_default=None, allow_none=True)
    is_withdrawal = Flag(load_default=False)


class ConsentSchema(Schema):
    """A consent as it was recorded; it is never changed."""

    id = fields.UUID()
    subject_type = fields.String()
    subject_id = fields.UUID()
    purpose = fields.String()
    is_withdrawal = fields.Boolean()
    version = fields.String(metadata={"description": "Of the region's document; empty for words of another's."})
    text = fields.String(metadata={"description": "Empty once the person is forgotten; the hash stays."})
    text_hash = fields.String(metadata={"description": "SHA-256 of the text, hexadecimal."})
    language = fields.String()
    channel = fields.String()
    given_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()


class ConsentsSchema(Schema):
    """Consents to be recorded, or those that were."""

    consents = fields.List(fields.Nested(NewConsentSchema), required=True, validate=validate.Length(1, 20))


class ConsentListSchema(Schema):
    """All consents of an organisation and of its delegates, the oldest first."""

    items = fields.List(fields.Nested(ConsentSchema))


class ConsentDocumentSchema(Schema):
    """The words of a consent to one purpose that are in force in a region; nothing of it is ticked beforehand."""

    purpose = fields.String(required=True)
    version = fields.String(required=True)
    language = fields.String(required=True)
    text = fields.String(required=True)
    text_hash = fields.String(required=True, metadata={"description": "SHA-256 of the text, hexadecimal."})


class ConsentDocumentsSchema(Schema):
    """The documents of a region: one for each purpose and language."""

    items = fields.List(fields.Nested(ConsentDocumentSchema), required=True)


class ConsentDocumentsQuerySchema(Schema):
    """Whose documents to list."""

    region = region_code(required=True)


class ContactSchema(Schema):
    """How to reach an organisation; nobody outside is told."""

    email = Email(shortest=0)
    phone = Text(longest=64, shortest=0)


def _number() -> Text:
    return Text(longest=64, shortest=0, allow_none=True)


class OrganisationFactsSchema(Schema):
    """What can be corrected of an organisation."""

    names = Texts(longest=300, required=True)
    legal_name = Texts(longest=500, shortest=0, load_default=dict)
    legal_form = Text(longest=64, shortest=0, load_default="")
    role = word(load_default="company")
    size = Text(longest=16, shortest=0, load_default="", metadata={"description": "micro, small, medium, large."})
    is_sme = Flag(load_default=False)
    inn = _number()
    ogrn = _number()
    ogrnip = _number()
    tax_id = _number()
    activity_codes = fields.List(Text(longest=32), load_default=list, validate=validate.Length(0, 50))
    city = Texts(longest=100, shortest=0, load_default=dict)
    about = PublishedTexts(longest=4000, shortest=0, lines=True, load_default=dict)
    contact = fields.Nested(ContactSchema, load_default=dict)


class NewOrganisationSchema(OrganisationFactsSchema):
    """An organisation to be registered."""

    reference = reference(required=True)
    region = region_code(required=True)
    consents = fields.List(fields.Nested(NewConsentSchema), load_default=list, validate=validate.Length(0, 20))

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> RegisterOrganisation:
        """Make the command."""
        numbers = Numbers(**{name: data.pop(name, None) or None for name in ("inn", "ogrn", "ogrnip", "tax_id")})
        contact = {"email": "", "phone": ""} | data.pop("contact")
        return RegisterOrganisation(**data, **contact, numbers=numbers)


class OrganisationChangesSchema(OrganisationFactsSchema):
    """Facts to be corrected; what is left out stays."""

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Name the columns that change."""
        contact: dict[str, Any] = data.pop("contact", {})
        changes = data | contact
        if "activity_codes" in changes:
            changes["activity_codes"] = tuple(changes["activity_codes"])
        return changes


class OrganisationSchema(OrganisationFactsSchema):
    """An organisation as registration knows it."""

    id = fields.UUID()
    version = fields.Integer()
    reference = fields.String()
    region = fields.String()
    activities = fields.Method("_activities", metadata=ACTIVITIES)
    is_sole_trader = fields.Boolean()
    may_be_named = fields.Boolean(metadata={"description": "A sole trader: whether it is published by name."})
    contact = fields.Nested(ContactSchema)

    def _activities(self, organisation: Any) -> list[dict[str, Any]]:
        packs = loader.load(runtime().settings.packs_dir if has_app_context() else "")
        return [
            {"code": code, "titles": dict(packs.activity(organisation.region, code))}
            for code in organisation.activity_codes
        ]


class OrganisationListSchema(Schema):
    """Some organisations, by their references."""

    items = fields.List(fields.Nested(OrganisationSchema))


class OrganisationQuerySchema(PageArguments):
    """Which organisations to list."""

    reference = Text(longest=64)
    mission_id = Id(metadata={"description": "Those that have applied to this mission."})
