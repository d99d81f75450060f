"""Missions and their recommendations."""

from marshmallow import Schema, fields


class MissionSchema(Schema):
    """What matching knows of a mission."""

    id = fields.UUID()
    version = fields.Integer()
    reference = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    kind = fields.String()
    status = fields.String()
    participants = fields.Integer(metadata={"description": "Admitted organisations."})
    profiles = fields.Integer()
    delegates = fields.Integer(metadata={"description": "Those who come."})
    recommendations = fields.Nested(
        Schema.from_dict({"fresh": fields.Boolean(), "pairs": fields.Integer()}, name="RecommendationState")
    )
    timetable = fields.Integer(metadata={"description": "The number of the published timetable; 0: none."})


class RecommendationArguments(Schema):
    """Whose recommendations."""

    organisation_id = fields.UUID(load_default=None)


class ReasonSchema(Schema):
    """A need and what meets it; marks are [start, end] of the words that met, in characters."""

    direction = fields.String(metadata={"description": "you_seek, they_seek, or both_seek: two needs that met."})
    need = fields.String()
    offer = fields.String()
    need_marks = fields.List(fields.List(fields.Integer()))
    offer_marks = fields.List(fields.List(fields.Integer()))


class PartnerSchema(Schema):
    """One partner worth meeting."""

    organisation_id = fields.UUID()
    score = fields.Float(metadata={"description": "0 to 1, dimensionless."})
    reasons = fields.List(fields.Nested(ReasonSchema))


class RecommendationListSchema(Schema):
    """Whom an organisation should meet, best first."""

    organisation_id = fields.UUID()
    partners = fields.List(fields.Nested(PartnerSchema))


class RecommendationsSchema(Schema):
    """The recommendations of one organisation, or of every guest; `fresh`: made from the present facts."""

    fresh = fields.Boolean()
    items = fields.List(fields.Nested(RecommendationListSchema))


class PublicationSchema(Schema):
    """Whether the organisations have been told, or will be once the recommendations are fresh."""

    fresh = fields.Boolean(attribute="is_fresh")
    is_wanted = fields.Boolean(attribute="is_publication_wanted")
