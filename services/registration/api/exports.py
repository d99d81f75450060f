"""Endpoints of lists that are taken away."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration.sheets import downloads
from servicekit.auth.actors import Actor
from servicekit.sheets import web, writing
from servicekit.web.endpoints import ApiBlueprint, reads

blueprint = ApiBlueprint("exports", __name__, url_prefix="/v1/missions", description="Lists to be taken away.")


@blueprint.get("/<uuid:mission_id>/participants.xlsx")
@reads(Deed.PARTICIPANTS_READ)
@blueprint.response(200, web.BINARY, content_type=writing.WORKBOOK_TYPE)
def read_workbook(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Download the organisations of a mission with sides, statuses and people, as an Excel workbook."""
    return downloads.workbook(session, mission_id, actor)


@blueprint.get("/<uuid:mission_id>/participants.csv")
@reads(Deed.PARTICIPANTS_READ)
@blueprint.response(200, web.BINARY, content_type=writing.TEXT_TYPE)
def read_text(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Download the same as CSV: UTF-8, semicolons; what a spreadsheet would run has an apostrophe before it."""
    return downloads.text(session, mission_id, actor)
