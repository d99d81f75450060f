"""Lists of organisations on the wire: how they are taken, and what came of each row."""

from marshmallow import Schema, fields

from registration.handlers.imports import Fate
from servicekit.web.schema_fields import FlagInQuery


class ImportOptionsSchema(Schema):
    """How a list is taken."""

    dry_run = FlagInQuery(load_default=False, metadata={"description": "Only tell what would come of it."})
    skip_bad = FlagInQuery(
        load_default=False,
        metadata={"description": "Leave out rows that cannot be taken; otherwise one of them stops the whole list."},
    )


class CellErrorSchema(Schema):
    """One thing wrong with one cell, or with a whole row."""

    pointer = fields.String(metadata={"description": "Row, as the spreadsheet counts, and header: #/rows/5/INN."})
    column = fields.String(metadata={"description": "The header; empty: the whole row."})
    cell = fields.String(metadata={"description": "As C5; empty where the list has no such column."})
    detail = fields.String()


class OutcomeSchema(Schema):
    """What came of a row: new; known (its organisation has applied before and stays as it is); refused."""

    row = fields.Integer()
    reference = fields.String()
    fate = fields.Enum(Fate, by_value=True)
    organisation_id = fields.UUID(allow_none=True)
    application_id = fields.UUID(allow_none=True)
    errors = fields.List(fields.Nested(CellErrorSchema))


class ImportReportSchema(Schema):
    """What came of a list, row by row."""

    dry_run = fields.Boolean()
    new = fields.Integer()
    known = fields.Integer()
    refused = fields.Integer()
    rows = fields.List(fields.Nested(OutcomeSchema))
