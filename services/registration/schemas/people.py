"""Erasures on the wire."""

from marshmallow import Schema, fields

from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import FlagInQuery


class AnswerSchema(Schema):
    """A service's word that it holds nothing more of a person."""

    service = fields.String(required=True)
    answered_at = fields.AwareDateTime(required=True)


class ErasureSchema(Schema):
    """How far the services have come with forgetting a person."""

    person_id = fields.UUID(required=True)
    requested_at = fields.AwareDateTime(required=True)
    answered = fields.List(fields.Nested(AnswerSchema), required=True)
    missing = fields.List(fields.String(), required=True, metadata={"description": "Services that have not answered."})
    is_overdue = fields.Boolean(required=True, metadata={"description": "Whether one is missing after 72 hours."})


class ErasureQuerySchema(PageArguments):
    """Which erasures to list."""

    unfinished = FlagInQuery(load_default=False, metadata={"description": "Only those that some service owes."})
