"""Agreements, their checks, and the report."""

from marshmallow import Schema, fields, validate

from matching.domain.report_figures import CheckStatus
from servicekit.texts.languages import noop as _
from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Day, Id, Instant, PublishedText, Shape, Text, Whole

LARGEST_AMOUNT = 10**15
"""Whole units of a currency: nobody signs more."""


class SignAgreementSchema(Schema):
    """What a guest and a host signed."""

    mission_id = Id(required=True)
    guest_id = Id(required=True)
    host_id = Id(required=True)
    type = Text(longest=64, required=True)
    subject = PublishedText(longest=1000, required=True, lines=True)
    expected_amount = Whole(load_default=None, allow_none=True, validate=validate.Range(0, LARGEST_AMOUNT))
    currency = fields.String(
        load_default="RUB", validate=Shape(r"^[A-Z]{3}$", error=_("Write the code of ISO 4217, as RUB."))
    )
    signed_at = Instant(required=True)


class CheckSchema(Schema):
    """A planned check and its newest answer."""

    id = fields.UUID()
    version = fields.Integer()
    months = fields.Integer()
    due_on = fields.Date()
    announced_at = fields.AwareDateTime(allow_none=True)
    status = fields.String(allow_none=True, metadata={"description": "Null until an answer is recorded."})
    realised_amount = fields.Integer(allow_none=True)
    checked_on = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)


class AgreementSchema(Schema):
    """An agreement with its checks."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    guest_id = fields.UUID()
    host_id = fields.UUID()
    type = fields.String()
    subject = fields.String()
    expected_amount = fields.Integer(allow_none=True)
    currency = fields.String()
    signed_at = fields.AwareDateTime()
    checks = fields.List(fields.Nested(CheckSchema))


class AgreementArguments(PageArguments):
    """Which agreements."""

    mission_id = Id(load_default=None)


class RecordAnswerSchema(Schema):
    """What a check found; the amount is all that came in up to then, in whole units of the currency."""

    checked_on = Day(required=True)
    status = fields.String(required=True, validate=validate.OneOf([status.value for status in CheckStatus]))
    realised_amount = Whole(load_default=None, allow_none=True, validate=validate.Range(0, LARGEST_AMOUNT))
    note = Text(longest=1000, shortest=0, lines=True, load_default="")


class AnswerSchema(Schema):
    """A recorded answer."""

    id = fields.UUID()
    check_id = fields.UUID()
    checked_on = fields.Date()
    status = fields.String()
    realised_amount = fields.Integer(allow_none=True)
    note = fields.String()
    recorded_at = fields.AwareDateTime()


class MonthSchema(Schema):
    """What had become of the agreements at one check; a rate is null where nothing was signed."""

    realised = fields.Integer()
    partially_realised = fields.Integer()
    in_progress = fields.Integer()
    not_realised = fields.Integer()
    no_response = fields.Integer()
    realised_amount = fields.Integer()
    other_currencies = fields.Dict(keys=fields.String(), values=fields.Integer())
    realisation_rate_strict_percent = fields.Float(allow_none=True)
    realisation_rate_with_partial_percent = fields.Float(allow_none=True)
    realisation_rate_of_answered_percent = fields.Float(allow_none=True)


class BandSchema(Schema):
    """Held meetings of a range of scores; of those that were not recommended, both ends are null."""

    least = fields.Float(allow_none=True)
    most = fields.Float(allow_none=True)
    meetings = fields.Integer()
    ratings = fields.Integer()
    mean = fields.Float(allow_none=True, metadata={"description": "Of the ratings, 1 to 5."})


class QualityFiguresSchema(Schema):
    """What became of recommendations; a share is null where there is nothing to share."""

    held = fields.Integer(metadata={"description": "Meetings that were held."})
    recommended = fields.Integer(metadata={"description": "Of them, those that one side was recommended to the other."})
    recommended_share = fields.Float(allow_none=True)
    ratings = fields.Integer()
    mean_rating = fields.Float(allow_none=True, metadata={"description": "1 to 5."})
    bands = fields.List(fields.Nested(BandSchema))
    listed = fields.Integer(metadata={"description": "Places in lists, those that signals took included."})
    signals = fields.Dict(keys=fields.String(), values=fields.Integer())
    signal_share = fields.Float(allow_none=True, metadata={"description": "Signals for each place in a list."})


class QualitySchema(Schema):
    """How good recommendations were, of a mission and of all of its kind that may be read of."""

    kind = fields.String()
    missions = fields.Integer(metadata={"description": "Missions of the kind, this one included."})
    of_mission = fields.Nested(QualityFiguresSchema)
    of_kind = fields.Nested(QualityFiguresSchema)


class ReportSchema(Schema):
    """The figures of a mission."""

    guest_organisations = fields.Integer()
    host_organisations = fields.Integer()
    guest_sme_companies = fields.Integer()
    host_sme_companies = fields.Integer()
    guest_infrastructure_organisations = fields.Integer()
    agreements_signed = fields.Integer()
    agreements_with_amount = fields.Integer()
    expected_amount = fields.Integer()
    currency = fields.String()
    other_currencies = fields.Dict(keys=fields.String(), values=fields.Integer())
    meetings = fields.Dict(keys=fields.String(), values=fields.Integer())
    at_months = fields.Dict(keys=fields.String(), values=fields.Nested(MonthSchema))
    not_recorded = fields.Dict(keys=fields.String(), values=fields.Integer())
    definitions = fields.Dict(keys=fields.String(), values=fields.String())
