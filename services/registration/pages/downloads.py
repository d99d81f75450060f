"""Downloads beside the pages: the same files as the API's, for whoever has signed in with a browser."""

from uuid import UUID

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration.sheets import downloads
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import reads

blueprint = Blueprint("lists", __name__)


@blueprint.get("/lists/template.xlsx")
@reads(Deed.LOOK)
def template(session: Session, actor: Actor) -> Response:
    """Download the list to be filled in."""
    return downloads.template()


@blueprint.get("/missions/<uuid:mission_id>/participants.xlsx")
@reads(Deed.PARTICIPANTS_READ)
def workbook(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Download the organisations and people of a mission as an Excel workbook."""
    return downloads.workbook(session, mission_id, actor)


@blueprint.get("/missions/<uuid:mission_id>/participants.csv")
@reads(Deed.PARTICIPANTS_READ)
def text(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Download the same as CSV."""
    return downloads.text(session, mission_id, actor)
