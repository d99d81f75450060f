"""What a company answers to those who ask for a meeting, and takes back of what it has asked."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from matching import lookups
from matching.commands import ProposeTime
from matching.errors import RequestNotFoundError, TimeNotFreeError
from matching.handlers import requests
from matching.models import MeetingRequest
from matching.pages import layout
from matching.pages.company.current import company_of
from matching.queries import names_of
from matching.schemas.requests import ProposeTimeSchema, RefusalSchema
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("requests", __name__)

_ONE = "/meeting-requests/<uuid:request_id>"


@blueprint.post(f"{_ONE}/acceptance")
@writes(Deed.REQUESTS_WRITE)
def accept(session: Session, actor: Actor, request_id: UUID) -> BaseResponse:
    """Agree to meet, and go back to the requests."""
    return _back(requests.accept_request(session, request_id, actor), "to_organisation_id")


@blueprint.post(f"{_ONE}/withdrawal")
@writes(Deed.REQUESTS_WRITE)
def withdraw(session: Session, actor: Actor, request_id: UUID) -> BaseResponse:
    """Take a wish back, and go back to the requests."""
    return _back(requests.withdraw_request(session, request_id, actor), "from_organisation_id")


@blueprint.post(f"{_ONE}/proposal/acceptance")
@writes(Deed.REQUESTS_WRITE)
def accept_time(session: Session, actor: Actor, request_id: UUID) -> BaseResponse:
    """Agree to the proposed time, and go back to the requests."""
    return _back(requests.accept_time(session, request_id, actor), "from_organisation_id")


@blueprint.get(f"{_ONE}/refusal")
@reads(Deed.REQUESTS_WRITE)
def show_refusal(session: Session, actor: Actor, request_id: UUID) -> Response:
    """Ask why a company does not want to meet."""
    return _page(session, actor, request_id, "matching/refusal.html", {}, {})


@blueprint.post(f"{_ONE}/refusal")
@writes(Deed.REQUESTS_WRITE)
def decline(session: Session, actor: Actor, request_id: UUID) -> BaseResponse:
    """Refuse to meet, and go back to the requests; what cannot be sent is shown beside its field."""
    said = {"reason": request.form.get("reason", "")}
    try:
        body = RefusalSchema().load(said)
    except ValidationError as error:
        return _amiss(partial(_page, session, actor, request_id, "matching/refusal.html", said), error)
    return _back(requests.decline_request(session, request_id, actor, **body), "to_organisation_id")


@blueprint.get(f"{_ONE}/proposal")
@reads(Deed.REQUESTS_WRITE)
def show_proposal(session: Session, actor: Actor, request_id: UUID) -> Response:
    """Show when the two could meet by the published timetable."""
    return _page(session, actor, request_id, "matching/proposal.html", {}, {})


@blueprint.post(f"{_ONE}/proposal")
@writes(Deed.REQUESTS_WRITE)
def propose(session: Session, actor: Actor, request_id: UUID) -> BaseResponse:
    """Propose a time, and go back to the requests; one that is not free any more is shown beside its field."""
    said = {"slot": request.form.get("slot", "")}
    again = partial(_page, session, actor, request_id, "matching/proposal.html", said)
    try:
        body = ProposeTimeSchema().load(said)
    except ValidationError as error:
        return _amiss(again, error)
    savepoint = session.begin_nested()
    try:
        found = requests.propose_time(session, ProposeTime(request_id=request_id, **body), actor)
    except TimeNotFreeError:
        savepoint.rollback()
        wrong = {"slot": layout.say(_("This time is not free for both any more. Choose another one."))}
        return _with_status(again(wrong), HTTPStatus.CONFLICT)
    return _back(found, "to_organisation_id")


def _page(
    session: Session, actor: Actor, request_id: UUID, template: str, said: dict[str, str], errors: dict[str, str]
) -> Response:
    """Show a form to whoever was asked."""
    absent = RequestNotFoundError(_("There is no meeting request %(id)s."), id=request_id)
    found = lookups.find(session, MeetingRequest, request_id, actor, absent)
    lookups.act_for(session, actor, found.mission_id, found.to_organisation_id)
    company = company_of(session, actor, found.mission_id, found.to_organisation_id)
    return make_response(
        render_template(
            template,
            frame=layout.of_company(company.mission, "", "partners", company.now),
            company=company,
            mission=company.mission,
            wish=found,
            name=names_of(session, [found.from_organisation_id], languages.of_request(), actor)[
                found.from_organisation_id
            ],
            times=requests.free_times(session, found, actor),
            said=said,
            errors=errors,
        )
    )


def _amiss(page: Callable[[dict[str, str]], Response], error: ValidationError) -> Response:
    return _with_status(page(layout.wrong(error)), HTTPStatus.UNPROCESSABLE_ENTITY)


def _with_status(answer: Response, status: HTTPStatus) -> Response:
    answer.status_code = status
    return answer


def _back(found: MeetingRequest, whose: str) -> BaseResponse:
    there = url_for(
        "partners.show_requests", mission_id=found.mission_id, organisation_id=getattr(found, whose), said=found.id
    )
    return redirect(there, HTTPStatus.SEE_OTHER)
