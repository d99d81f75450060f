"""Two steps of an application: the company itself, and what it offers and needs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Texts
from registration import (
    application_steps,
    applying_forms,
    company_queries,
    examples,
    finding,
    frames,
    number_checks,
    pack,
    profile_forms,
)
from registration import queries as known
from registration.application_steps import COMPANY, PROFILE
from registration.applying_forms import Body, Errors, Form
from registration.commands import ChangeOrganisation, NewProfile, RecordConsents, ReplaceProfile
from registration.handlers import organisations, profiles
from registration.handlers.own_data import CHANNEL
from registration.models import Application, Organisation
from registration.models.consent import PUBLICATION
from registration.schemas.organisations import NewConsentSchema
from servicekit import languages
from servicekit.auth import Actor
from servicekit.endpoints import reads, writes
from servicekit.languages import noop as _

blueprint = Blueprint("steps", __name__, url_prefix="/applications/<uuid:application_id>")
checks = Blueprint("number_checks", __name__)


@blueprint.get("/company")
@reads(Deed.ORGANISATIONS_WRITE)
def show_company(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Ask for the facts of the company."""
    application = finding.find(session, Application, application_id, actor)
    if not application.is_with_applicant:
        return application_steps.door(application)
    return _company(session, application, Form(), {})


@blueprint.post("/company")
@writes(Deed.ORGANISATIONS_WRITE)
def save_company(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Save the facts of the company that are right, and go on if all are."""
    application = finding.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    shown = application_steps.whole(session, application)

    def save(body: Body) -> None:
        changes = applying_forms.changes_of_company(body)
        command = ChangeOrganisation(organisation_id=application.organisation_id, changes=changes)
        organisations.change_organisation(session, command, actor)

    body = applying_forms.company_body(request.form, shown.organisation)
    wrong = applying_forms.save_what_is_right(session, body, save)
    _keep_word_on_publication(session, shown.organisation, actor)
    if application_steps.saves_itself():
        return application_steps.saved(session, shown, wrong)
    if wrong:
        return _company(session, application, request.form, wrong)
    return _onward(application, COMPANY)


@blueprint.get("/profile")
@reads(Deed.APPLICATIONS_WRITE)
def show_profile(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Ask what the company offers and needs; `more` names a kind of which one line more is shown."""
    application = finding.find(session, Application, application_id, actor)
    if not application.is_with_applicant:
        return application_steps.door(application)
    shown = application_steps.whole(session, application)
    return _profile(session, shown, profile_forms.lines_kept(shown.profile), {}, request.args.get("more", ""))


@blueprint.post("/profile")
@writes(Deed.APPLICATIONS_WRITE)
def save_profile(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Save the offers and needs that are right, add or remove a line, and go on if all are right.

    What saves itself names the button that has the focus as if it were pressed: it adds and removes nothing.
    """
    application = finding.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    shown = application_steps.whole(session, application)
    itself = application_steps.saves_itself()
    more, removed = ("", "") if itself else (request.form.get("add", ""), request.form.get("remove", ""))
    lines = [line for line in profile_forms.lines_of(request.form, shown.profile) if line.name != removed]

    def save(profile: NewProfile) -> None:
        profiles.replace_profile(session, ReplaceProfile(application_id=application.id, profile=profile), actor)

    wrong = profile_forms.save_lines(session, lines, shown.profile, save)
    if itself:
        return application_steps.saved(session, shown, wrong)
    if wrong:
        return _profile(session, shown, lines, wrong, more)
    if more:  # the new line takes the focus, unless the address names a place
        place = url_for("steps.show_profile", application_id=application.id, more=more)
        return redirect(place, HTTPStatus.SEE_OTHER)
    if removed:
        place = url_for("steps.show_profile", application_id=application.id, _anchor=removed.split("/")[0])
        return redirect(place, HTTPStatus.SEE_OTHER)
    return _onward(application, PROFILE)


@blueprint.post("/earlier-profile")
@writes(Deed.APPLICATIONS_WRITE)
def take_earlier_profile(session: Session, actor: Actor, application_id: UUID) -> BaseResponse:
    """Begin with what the organisation said in an earlier mission, where nothing is said yet."""
    application = finding.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    shown = application_steps.whole(session, application)
    earlier = company_queries.earlier(session, application)
    if earlier is not None and not shown.profile.offers and not shown.profile.needs:
        profile = NewProfile(offers=earlier.profile.offers, needs=earlier.profile.needs)
        profiles.replace_profile(session, ReplaceProfile(application_id=application.id, profile=profile), actor)
    return redirect(application_steps.address(application.id, PROFILE), HTTPStatus.SEE_OTHER)


@checks.get("/company-numbers")
@reads(Deed.SELF)
def check_numbers(session: Session, actor: Actor) -> str:
    """Say whether an INN can be right, and which organisations have it that the reader knows of."""
    asked, number = request.args, request.args.get("inn", "")[:64].strip()
    given, wrong = number_checks.checked(session, asked.get("region", ""), number, asked.get("legal_form", ""))
    same = [] if wrong else known.with_number(session, given, actor)
    others = [one for one in same if str(one.id) != asked.get("organisation")]
    return render_template("registration/applying/number.html", number=number, wrong=wrong, same=others)


def _keep_word_on_publication(session: Session, organisation: Organisation, actor: Actor) -> None:
    """Record that a sole trader wants to be published by name, or does no more, where the form asked."""
    version, wants = request.form.get("version/publication"), "publication" in request.form
    if version is None or wants == organisation.may_be_named:
        return
    said = {"purpose": PUBLICATION, "version": version, "channel": CHANNEL, "is_withdrawal": not wants}
    consent = applying_forms.load(NewConsentSchema(), said | {"language": languages.of_request()})
    organisations.record_consents(session, RecordConsents(organisation_id=organisation.id, consents=[consent]), actor)


def _company(session: Session, application: Application, typed: Form, errors: Errors) -> Response:
    shown = application_steps.whole(session, application)
    rules = pack.region_rules(session, shown.organisation.region)
    words = rules.consents[PUBLICATION] if shown.organisation.is_sole_trader and PUBLICATION in rules.consents else None
    more: dict[str, Any] = {
        "publication": words,
        "activities": pack.activities(session, shown.organisation),
        "rules": rules,
        "typed": typed,
    }
    return application_steps.page(shown, COMPANY, errors, **more)


def _profile(
    session: Session, shown: application_steps.Whole, lines: list[profile_forms.Line], errors: Errors, more: str
) -> Response:
    """Show the lines, an empty one of the kind that was asked for, and one of each kind that has none."""
    wanted = [kind for kind in profile_forms.KINDS if kind == more or all(line.kind != kind for line in lines)]
    for kind in wanted:
        lines = profile_forms.with_empty(lines, kind)
    types = pack.kind_rules(session, shown.mission.kind).partnership_types
    told: dict[str, Any] = {
        "lines": {kind: [line for line in lines if line.kind == kind] for kind in profile_forms.KINDS},
        "more": more,
        "types": _types(types, lines),
        "example": examples.of_activities(shown.organisation.activity_codes),
        "earlier": company_queries.earlier(session, shown.application),
    }
    return application_steps.page(shown, PROFILE, errors, **told)


def _types(known: Mapping[str, Texts], lines: list[profile_forms.Line]) -> list[dict[str, str]]:
    """Name the kinds of co-operation to choose from; one that only a line knows is shown as it was written."""
    used = {line.partnership_type: {"": line.partnership_type} for line in lines if line.partnership_type}
    choice = [
        {"value": key, "label": languages.pick(dict(texts), languages.of_request())}
        for key, texts in {**used, **known}.items()
    ]
    return [{"value": "", "label": frames.say(_("choose"))}, *choice]


def _onward(application: Application, key: str) -> BaseResponse:
    place = application_steps.address(application.id, application_steps.after(key))
    return redirect(place, HTTPStatus.SEE_OTHER)
