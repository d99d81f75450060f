"""Parts of a company's page that registration shows: its best partners, its next meetings."""

from uuid import UUID

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.pages.company.current import company_of
from matching.pages.company.timetable import minutes_until
from matching.queries import company_days, names_of
from matching.queries.recommendations import partners
from matching.queries.requests import wishes_of
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.web.endpoints import reads

blueprint = Blueprint("tiles", __name__)

BEST = 3
"""Partners that the tile shows."""
NEXT = 3
"""Meetings, and requests that wait, likewise."""


@blueprint.get("/missions/<uuid:mission_id>/tiles/partners")
@reads(Deed.REQUESTS_WRITE)
def show_partners(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the best partners of a company, each with a reason."""
    company = company_of(session, actor, mission_id)
    language = languages.of_request()
    found = partners(session, mission_id, company.id, language, actor)[:BEST] if company.id else []
    names = names_of(session, (row["organisation_id"] for row in found), language, actor)
    return render_template("matching/tile_partners.html", company=company, partners=found, names=names)


@blueprint.get("/missions/<uuid:mission_id>/tiles/meetings")
@reads(Deed.REQUESTS_WRITE)
def show_meetings(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show the next meetings of a company, and the requests that wait for its answer."""
    company = company_of(session, actor, mission_id)
    if company.id is None:
        return render_template("matching/tile_meetings.html", company=company, upcoming=[], waiting=[], names={})
    meetings = company_days.own_meetings(session, mission_id, company.id, actor)
    upcoming = [one for one in meetings if one.stands and one.ends_at > company.now][:NEXT]
    waiting = wishes_of(session, mission_id, company.id, actor).to_answer[:NEXT]
    ids = {end for one in upcoming for end in one.pair} | {end for wish in waiting for end in wish.pair}
    return render_template(
        "matching/tile_meetings.html",
        company=company,
        mission=company.mission,
        upcoming=upcoming,
        soon=minutes_until(upcoming[0].starts_at, company.now) if upcoming else 0,
        waiting=waiting,
        notices=company_days.notices_of(session, upcoming),
        names=names_of(session, ids, languages.of_request(), actor),
    )
