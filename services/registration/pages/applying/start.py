"""The door of an application: where it begins, how it stands, how it is sent and taken back."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Side
from registration import lookups, pack
from registration.commands import Apply, NewProfile, SubmitApplication, WithdrawApplication
from registration.handlers import applications, organisations
from registration.identity import accounts, roles
from registration.models import Application, Mission, Organisation, Region
from registration.pages import layout
from registration.pages.applying import forms, hints, steps
from registration.pages.applying.forms import Errors, Form
from registration.pages.applying.steps import CHECK
from registration.queries import companies, missions
from registration.queries.companies import Own
from registration.schemas.applications import OptionalReasonSchema
from registration.schemas.organisations import NewOrganisationSchema
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.database import savepoint
from servicekit.problems import InvalidInputError
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("applying", __name__)


@blueprint.get("/missions/<uuid:mission_id>/application")
@reads(Deed.SELF)
def show(session: Session, actor: Actor, mission_id: UUID) -> Response | BaseResponse:
    """Lead a company to where its application stands: its beginning, its next step, or what became of it."""
    mission = companies.announced(session, mission_id, actor)
    if companies.is_of_office(actor):
        return redirect(url_for("pages.show_mission", mission_id=mission.id), HTTPStatus.SEE_OTHER)
    own = companies.own(session, actor, mission)
    asked = request.args.get("application_id", type=UUID)
    wants_new = "new" in request.args or not own
    mine = next((one for one in own if one.application.id == asked), own[0] if len(own) == 1 else None)
    if wants_new:
        return _start(session, actor, mission, Form(), {})
    if mine is None:
        return _choice(mission, own)
    if mine.application.is_with_applicant and "withdraw" not in request.args:
        return redirect(steps.whole(session, mine.application).next_url, HTTPStatus.SEE_OTHER)
    return _status(session, mine, own)


@blueprint.post("/missions/<uuid:mission_id>/application")
@writes(Deed.ORGANISATIONS_REGISTER)
def begin(session: Session, actor: Actor, mission_id: UUID) -> Response | BaseResponse:
    """Begin an application as a draft: of an organisation that one speaks for, or of a new one."""
    mission = companies.announced(session, mission_id, actor)
    if request.form.get("organisation_id"):
        organisation_id = request.form.get("organisation_id", type=UUID)
        organisation = lookups.refer(session, Organisation, organisation_id or mission.id, "#/organisation_id")
        return _onward(_drafted(session, mission, organisation, actor))
    body = forms.company_body(request.form, None) | {
        "reference": f"co-{identifiers.random().hex[:12]}",
        "region": request.form.get("region", ""),
    }
    wrong = _wrong_number(session, body)
    try:
        with savepoint(session):
            command = forms.load(NewOrganisationSchema(), _with_contact(body))
            if not wrong:
                organisation = organisations.register_organisation(session, command, actor)
                return _onward(_drafted(session, mission, organisation, actor))
    except InvalidInputError as error:
        wrong = forms.mended_words(forms.errors_of(error), body) | wrong
    return _start(session, actor, mission, request.form, wrong)


@blueprint.get("/applications/<uuid:application_id>/check")
@reads(Deed.APPLICATIONS_WRITE)
def show_check(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Show the whole application before it is sent."""
    application = lookups.find(session, Application, application_id, actor)
    if not application.is_with_applicant:
        return steps.door(application)
    return _check(session, application, {})


@blueprint.post("/applications/<uuid:application_id>/check")
@writes(Deed.APPLICATIONS_WRITE)
def submit(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Send the application, unless a step lacks something."""
    application = lookups.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    lacking = {step.key: step.lacks for step in steps.whole(session, application).steps if step.lacks}
    if lacking:
        return _check(session, application, lacking)
    applications.submit_application(session, SubmitApplication(application_id=application_id), actor)
    return steps.door(application)


@blueprint.post("/applications/<uuid:application_id>/withdrawal")
@writes(Deed.APPLICATIONS_WRITE)
def withdraw(session: Session, actor: Actor, application_id: UUID) -> BaseResponse:
    """Take the application back."""
    body = forms.load(OptionalReasonSchema(), {"reason": request.form.get("reason", "")})
    command = WithdrawApplication(application_id=application_id, **body)
    return steps.door(applications.withdraw_application(session, command, actor))


def _drafted(session: Session, mission: Mission, organisation: Organisation, actor: Actor) -> Application:
    """Begin a draft; whoever has registered an organisation in this moment speaks for it in the same."""
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    held = replace(actor, claims=roles.claims_of(session, account)) if account else actor
    command = Apply(
        mission_id=mission.id,
        organisation_id=organisation.id,
        side=_side(mission, organisation.region),
        avoids=[],
        profile=NewProfile(offers=[], needs=[]),
        delegates=[],
        submit=False,
    )
    return applications.apply(session, command, held.doing(Deed.APPLICATIONS_WRITE))


def _side(mission: Mission, region: str) -> Side:
    """Tell on which side an organisation stands: that of the form where the regions leave it open."""
    if mission.guest_region != mission.host_region and region in (mission.guest_region, mission.host_region):
        return Side.HOST if region == mission.host_region else Side.GUEST
    return Side.HOST if request.form.get("side") == Side.HOST else Side.GUEST


def _with_contact(body: forms.Body) -> forms.Body:
    contact = {name: body[name] for name in ("email", "phone") if name in body}
    return {name: value for name, value in body.items() if name not in contact} | {"contact": contact}


def _wrong_number(session: Session, body: forms.Body) -> Errors:
    """Say what is wrong with the number of a new company; the agency looks it up by that."""
    region, number = str(body["region"]), str(body.get("inn", ""))
    if hints.lacking(session, region, number):
        return {"inn": layout.say(_("Write the INN: the agency finds the company in the register by it."))}
    _given, wrong = hints.checked(session, region, number, str(body.get("legal_form", "")))
    return {"inn": wrong} if wrong else {}


def _onward(application: Application) -> BaseResponse:
    """Lead to the first step by the sign-in, which gives the browser a token that says for whom it speaks now."""
    place = url_for("applying.show", mission_id=application.mission_id, application_id=application.id)
    return redirect(url_for("sign_in.show", next=place), HTTPStatus.SEE_OTHER)


def _start(session: Session, actor: Actor, mission: Mission, typed: Form, errors: Errors) -> Response:
    applied = {one.organisation.id for one in companies.own(session, actor, mission)}
    mine = [one for one in companies.own_organisations(session, actor) if one.id not in applied]
    sides = dict.fromkeys((mission.guest_region, mission.host_region))
    regions = session.scalars(select(Region).where(Region.code.in_(sides)).order_by(Region.code)).all()
    chosen = typed.get("region") or mission.guest_region
    more: dict[str, Any] = {
        "mission": mission,
        "mine": mine,
        "regions": regions,
        "chosen": chosen,
        "typed": typed,
        "errors": errors,
    }
    more["stage"] = missions.stage(mission, clock.now(session))
    frame = layout.about(mission, layout.say(_("Apply to the mission")))
    answer = make_response(
        render_template(
            "registration/applying/start.html", frame=frame, rules=pack.region_rules(session, chosen), **more
        )
    )
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _choice(mission: Mission, own: list[Own]) -> Response:
    frame = layout.of_company(mission, layout.say(_("Applications of your organisations")), "application")
    return make_response(render_template("registration/applying/choice.html", frame=frame, mission=mission, own=own))


def _status(session: Session, mine: Own, own: list[Own]) -> Response:
    title = layout.say(_("Your application"))
    frame = layout.of_company(mine.mission, title, "application")
    more = {
        "step": companies.next_of(session, mine),
        "whole": steps.whole(session, mine.application),
        "types": pack.kind_rules(session, mine.mission.kind).partnership_types,
        "asks": "withdraw" in request.args,
        "several": len(own) > 1,
        "now": clock.now(session),
    }
    return make_response(render_template("registration/applying/status.html", frame=frame, mine=mine, **more))


def _check(session: Session, application: Application, errors: Errors) -> Response:
    shown = steps.whole(session, application)
    types = pack.kind_rules(session, shown.mission.kind).partnership_types
    return steps.page(shown, CHECK, errors, types=types)
