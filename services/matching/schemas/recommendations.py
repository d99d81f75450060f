"""Missions and their recommendations."""

from marshmallow import Schema, fields

from servicekit.web.schema_fields import Id


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

    organisation_id = Id(load_default=None)


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


class RoundSchema(Schema):
    """How far the scoring of a large mission is."""

    state = fields.String(metadata={"description": "none, working or stopped."})
    stage = fields.String(
        allow_none=True, metadata={"description": "encoding, then scoring, then explaining; null where there is none."}
    )
    done = fields.Integer(metadata={"description": "Organisations that the stage is through with."})
    total = fields.Integer(metadata={"description": "Organisations; where pairs are scored or explained, guests."})
    started_at = fields.AwareDateTime(allow_none=True)


class BarSchema(Schema):
    """How many organisations are in so many lists, from `least` to `most`."""

    least = fields.Integer()
    most = fields.Integer()
    organisations = fields.Integer()


class DistributionSchema(Schema):
    """How the organisations of a side are shown to the other one."""

    organisations = fields.Integer()
    nowhere = fields.Integer(metadata={"description": "Organisations in nobody's list."})
    least = fields.Integer(metadata={"description": "Lists."})
    most = fields.Integer(metadata={"description": "Lists."})
    mean = fields.Float(metadata={"description": "Lists."})
    gini = fields.Float(metadata={"description": "From 0, all alike, towards 1, one is in every list."})
    guarantee = fields.Integer(metadata={"description": "Lists that each is in, where it has pairs for that."})
    cap = fields.Integer(metadata={"description": "Lists beyond which only those show it whose best it is."})
    bars = fields.List(fields.Nested(BarSchema))


class ExposedSchema(Schema):
    """In how many lists an organisation is, how long its own is, and why it is in none."""

    organisation_id = fields.UUID()
    side = fields.String()
    shown = fields.Integer()
    listed = fields.Integer()
    why = fields.String(
        allow_none=True,
        metadata={"description": "no_profile, set_aside, already_met, avoid_list or nothing_fits; null: it is shown."},
    )


class ExposureSchema(Schema):
    """How the lists share out the organisations, and whether they are those that were published."""

    fresh = fields.Boolean()
    is_wanted = fields.Boolean()
    published_at = fields.AwareDateTime(allow_none=True)
    lists_changed = fields.Integer(metadata={"description": "Lists that differ from those that were published."})
    sides = fields.Dict(keys=fields.String(), values=fields.Nested(DistributionSchema))
    organisations = fields.List(fields.Nested(ExposedSchema))
