"""Whom a company could meet: those recommended to it, everybody of the other side, and what was asked already."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from matching import lookups
from matching.commands import AskForMeeting
from matching.errors import StrangerError
from matching.handlers import requests
from matching.pages import layout
from matching.pages.company.current import Company, company_of
from matching.queries import directory, solver_input, timetables
from matching.queries.directory import Listed
from matching.queries.exposure import publication
from matching.queries.recommendations import partners, reasons_of, set_aside
from matching.queries.requests import wishes_of
from matching.schemas.requests import AskForMeetingSchema
from packs import loader
from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("partners", __name__)

A_PAGE = 20
"""Organisations of the catalogue that one page shows."""
LONGEST_SEARCH = 200
_PARTNERS = "/missions/<uuid:mission_id>/partners"


@blueprint.get(_PARTNERS)
@reads(Deed.REQUESTS_WRITE)
def show_partners(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show whom a company should meet, best first, and why."""
    company = company_of(session, actor, mission_id)
    found = partners(session, mission_id, company.id, languages.of_request(), actor) if company.id else []
    aside = set_aside(session, mission_id, company.id, actor) if company.id else []
    ids = [row["organisation_id"] for row in found] + [signal.partner_id for signal in aside]
    return render_template(
        "matching/partners.html",
        **_around(session, actor, company, "recommended"),
        partners=found,
        aside=aside,
        known={one.id: one for one in _listed(session, company, ids)},
        are_ready=publication(session, mission_id, actor)["are_pairs_done"],
    )


@blueprint.get(f"{_PARTNERS}/catalogue")
@reads(Deed.REQUESTS_WRITE)
def show_catalogue(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show everybody of the other side, by words and activity."""
    company = company_of(session, actor, mission_id)
    words, activity = request.args.get("q", "").strip()[:LONGEST_SEARCH], request.args.get("activity", "")
    everybody = _listed(session, company, directory.of_side(session, mission_id, _other(company.side)))
    wanted = directory.stems(words)
    found = [one for one in everybody if one.has(wanted, activity)]
    first = max(request.args.get("from", 0, type=int), 0)
    return render_template(
        "matching/catalogue.html",
        **_around(session, actor, company, "catalogue"),
        shown=found[first : first + A_PAGE],
        found=len(found),
        everybody=len(everybody),
        first=first,
        further=first + A_PAGE if first + A_PAGE < len(found) else None,
        words=words,
        activity=activity,
        activities=directory.activities_of(everybody),
    )


@blueprint.get(f"{_PARTNERS}/requests")
@reads(Deed.REQUESTS_WRITE)
def show_requests(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show what a company was asked and has asked, and what waits for its answer."""
    company = company_of(session, actor, mission_id)
    around = _around(session, actor, company, "requests")
    wishes = around["wishes"]
    ids = {id_ for row in (*wishes.received, *wishes.sent) for id_ in row.pair} if wishes else set()
    return render_template(
        "matching/requests.html",
        **around,
        known={one.id: one for one in _listed(session, company, ids)},
        times=solver_input.times_of(company.mission),
    )


@blueprint.get(f"{_PARTNERS}/<uuid:partner_id>")
@reads(Deed.REQUESTS_WRITE)
def show_partner(session: Session, actor: Actor, mission_id: UUID, partner_id: UUID) -> Response:
    """Show who takes part: what it offers and needs, why to meet it, and how the two stand."""
    company = company_of(session, actor, mission_id, request.args.get("for", type=UUID))
    return _partner(session, actor, company, partner_id, {}, {})


@blueprint.post(f"{_PARTNERS}/<uuid:partner_id>")
@writes(Deed.REQUESTS_WRITE)
def ask(session: Session, actor: Actor, mission_id: UUID, partner_id: UUID) -> BaseResponse:
    """Ask for a meeting, and go to the requests; what cannot be sent is shown beside its field."""
    company = company_of(session, actor, mission_id, request.form.get("organisation_id", type=UUID))
    said = {"message": request.form.get("message", "")}
    ends = {"from_organisation_id": str(company.id), "to_organisation_id": str(partner_id)}
    try:
        body = AskForMeetingSchema().load({"mission_id": str(mission_id), **ends, **said})
    except ValidationError as error:
        answer = _partner(session, actor, company, partner_id, said, layout.wrong(error))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    asked = requests.ask_for_meeting(session, AskForMeeting(**body), actor)
    there = url_for("partners.show_requests", mission_id=mission_id, said=asked.id, **company.args)
    return redirect(there, HTTPStatus.SEE_OTHER)


def _partner(
    session: Session,
    actor: Actor,
    company: Company,
    partner_id: UUID,
    said: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    sides = lookups.participants(session, company.mission.id)
    shown = next(iter(_listed(session, company, [partner_id])), None)
    if shown is None or company.id is None or partner_id not in sides:
        raise StrangerError(_("Nobody of the mission is organisation %(id)s."), id=partner_id)
    around = _around(session, actor, company, "partner") | {
        "frame": layout.of_company(company.mission, shown.name, "partners", company.now)
    }
    return make_response(
        render_template(
            "matching/partner.html",
            **around,
            partner=shown,
            is_other_side=sides[partner_id] == _other(company.side),
            reasons=reasons_of(session, company.mission.id, company.id, partner_id, languages.of_request(), actor),
            said=said,
            errors=errors,
            times=solver_input.times_of(company.mission),
        )
    )


def _around(session: Session, actor: Actor, company: Company, tab: str) -> dict[str, Any]:
    """Return what every tab shows: the frame, whose page it is, and how the company stands with each partner."""
    mission_id, id_ = company.mission.id, company.id
    wishes = wishes_of(session, mission_id, id_, actor) if id_ else None
    return {
        "frame": layout.of_company(company.mission, layout.say(_("Partners")), "partners", company.now),
        "company": company,
        "mission": company.mission,
        "tab": tab,
        "wishes": wishes,
        "asked": wishes.by_partner(id_) if wishes and id_ else {},
        "meetings": timetables.meetings_of(session, mission_id, id_, actor) if id_ else {},
    }


def _listed(session: Session, company: Company, ids: Any) -> list[Listed]:
    packs = loader.load(context.of(session).settings.packs_dir)
    return directory.listed(session, company.mission, ids, languages.of_request(), packs)


def _other(side: str) -> str:
    return "host" if side == "guest" else "guest"
