"""The files that registration gives out, by the API and by its pages alike."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from registration import lookups
from registration.models import Mission
from registration.sheets import template as templates
from registration.sheets.participants import participants
from registration.sheets.template import said
from servicekit.auth.actors import Actor
from servicekit.sheets import web, writing
from servicekit.texts.languages import noop as _


def template() -> Response:
    """Answer with the list to be filled in."""
    return web.download(templates.template(), "organisations", "xlsx", writing.WORKBOOK_TYPE)


def workbook(session: Session, mission_id: UUID, actor: Actor) -> Response:
    """Answer with the organisations and people of a mission that the actor may know of, as a workbook."""
    mission = lookups.find(session, Mission, mission_id, actor)
    book = writing.workbook({said(_("Organisations")): participants(session, mission, actor)})
    return web.download(book, _stem(mission), "xlsx", writing.WORKBOOK_TYPE)


def text(session: Session, mission_id: UUID, actor: Actor) -> Response:
    """Answer with the same as CSV."""
    mission = lookups.find(session, Mission, mission_id, actor)
    listed = writing.delimited(participants(session, mission, actor))
    return web.download(listed, _stem(mission), "csv", writing.TEXT_TYPE)


def _stem(mission: Mission) -> str:
    return f"participants-{mission.reference}"
