"""Signals and ratings."""

from marshmallow import Schema, fields, validate

from matching.domain.answers import SignalKind
from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Id, PublishedText, Whole


class SaidSchema(Schema):
    """What an organisation says of a partner."""

    organisation_id = Id(required=True)
    partner_id = Id(required=True)
    kind = fields.Enum(SignalKind, by_value=True, required=True)


class GiveSignalSchema(SaidSchema):
    """What an organisation says of a partner in a mission."""

    mission_id = Id(required=True)


class SignalSchema(Schema):
    """What an organisation says of a partner, and whether it still does."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    organisation_id = fields.UUID()
    partner_id = fields.UUID()
    kind = fields.String()
    status = fields.String(metadata={"description": "given or taken_back."})
    said_at = fields.AwareDateTime()
    taken_back_at = fields.AwareDateTime(allow_none=True)


class SignalArguments(PageArguments):
    """Which signals."""

    mission_id = Id(load_default=None)


class RateMeetingSchema(Schema):
    """How good one of the two found a meeting, from 1 to 5, and a word about it."""

    organisation_id = Id(required=True)
    stars = Whole(required=True, validate=validate.Range(1, 5))
    word = PublishedText(longest=500, shortest=0, lines=True, load_default="")


class RatingSchema(Schema):
    """How good one of the two found a meeting."""

    id = fields.UUID()
    version = fields.Integer()
    meeting_id = fields.UUID()
    organisation_id = fields.UUID()
    stars = fields.Integer()
    word = fields.String()
    rated_at = fields.AwareDateTime()
