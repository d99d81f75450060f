"""Endpoints of lists: the template, and taking a filled-in one into a mission."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration.commands import ImportOrganisations
from registration.handlers import imports
from registration.handlers.imports import Fate, Outcome
from registration.schemas.imports import ImportOptionsSchema, ImportReportSchema
from registration.sheets import downloads
from registration.sheets.rows import CellError
from servicekit.auth.actors import Actor
from servicekit.problems import translate_message
from servicekit.sheets import web
from servicekit.sheets.table import Table
from servicekit.sheets.writing import WORKBOOK_TYPE
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "imports", __name__, url_prefix="/v1", description="Organisations from a list, with profile and contact person."
)


@blueprint.get("/imports/template.xlsx")
@reads(Deed.LOOK)
@blueprint.response(200, web.BINARY, content_type=WORKBOOK_TYPE)
def read_template(session: Session, actor: Actor) -> Response:
    """Download the list to be filled in, in the reader's language, with a sheet that explains its columns."""
    return downloads.template()


@blueprint.post("/missions/<uuid:mission_id>/imports")
@web.with_table(Deed.APPLICATIONS_WRITE)
@writes(Deed.APPLICATIONS_WRITE)
@blueprint.arguments(ImportOptionsSchema, location="query")
@blueprint.response(200, ImportReportSchema)
def import_organisations(
    options: dict[str, Any], session: Session, actor: Actor, mission_id: UUID, table: Table
) -> dict[str, Any]:
    """Take the organisations of a list into a mission and hand their applications in.

    An organisation that has applied before is known by its code or INN and stays as it is, so that the same list can
    be sent again. Headers may be those of the template in any language, or the keys on its second sheet.
    """
    command = ImportOrganisations(mission_id=mission_id, table=table, **options)
    return _report(command, imports.import_organisations(session, command, actor))


def _report(command: ImportOrganisations, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    counted = Counter(outcome.fate for outcome in outcomes)
    rows = [vars(outcome) | {"errors": [_said(error) for error in outcome.errors]} for outcome in outcomes]
    return {"dry_run": command.dry_run, "rows": rows} | {fate.value: counted[fate] for fate in Fate}


def _said(error: CellError) -> dict[str, str]:
    text = current_app.extensions["caravan.gettext"]()
    detail = translate_message(error.failure.detail, error.failure.facts, text)
    return {"pointer": error.failure.pointer, "column": error.column, "cell": error.cell, "detail": detail}
