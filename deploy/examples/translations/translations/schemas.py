"""Schemas of requests and answers of the API."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from servicekit.web.paging import page_of
from servicekit.web.schema_fields import PublishedText, Text
from translations.handlers import OfferTranslation

LANGUAGE = validate.Regexp("^[a-z]{2,3}$", error="Write a language as ru, en or kk.")


class GapArguments(Schema):
    """Arguments of the list of gaps."""

    after = fields.UUID(load_default=None, metadata={"description": "The `next` of the page before."})
    language = fields.String(load_default=None, validate=LANGUAGE)


class GapSchema(Schema):
    """A text that lacks a language."""

    original_id = fields.UUID()
    kind = fields.String()
    home = fields.String()
    field = fields.String()
    language = fields.String()
    from_language = fields.String()
    text = fields.String()
    is_outdated = fields.Boolean()


GapPageSchema = page_of(GapSchema)


class OfferSchema(Schema):
    """A new translation."""

    original_id = fields.UUID(required=True)
    field = Text(longest=64, required=True)
    language = fields.String(required=True, validate=LANGUAGE)
    text = PublishedText(longest=4000, lines=True, required=True)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> OfferTranslation:
        """Return the command."""
        return OfferTranslation(**data)


class TranslationSchema(Schema):
    """A stored translation."""

    id = fields.UUID()
    original_id = fields.UUID()
    kind = fields.String()
    field = fields.String()
    language = fields.String()
    text = fields.String()
    is_outdated = fields.Boolean()
    version = fields.Integer()
