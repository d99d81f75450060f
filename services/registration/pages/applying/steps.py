"""Wizard steps.

The steps in which a company applies, each on a page of its own, and what they share.

Two steps of an application: the company itself, and what it offers and needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Texts
from registration import lookups, pack
from registration.commands import ChangeOrganisation, NewProfile, RecordConsents, ReplaceProfile
from registration.handlers import organisations, profiles
from registration.handlers.own_data import CHANNEL
from registration.models import Application, Delegate, Mission, Organisation, Profile, Region
from registration.models.consent import PUBLICATION
from registration.pages import layout
from registration.pages.applying import forms, hints
from registration.pages.applying.forms import Body, Errors, Form
from registration.queries import applications as known
from registration.queries import companies
from registration.schemas.organisations import NewConsentSchema
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

COMPANY, PROFILE, PEOPLE, CHECK = "company", "profile", "people", "check"
LABELS: Mapping[str, str] = {
    COMPANY: _("Company"),
    PROFILE: _("Offers and needs"),
    PEOPLE: _("People"),
    CHECK: _("Check and send"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: where it is, and whether it says what it has to."""

    key: str
    label: str
    url: str
    is_done: bool
    lacks: str = ""
    """What to do before the application can be sent; empty for nothing."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An application with all that its steps show."""

    application: Application
    mission: Mission
    organisation: Organisation
    profile: Profile
    people: Sequence[Delegate]
    zone: str

    @property
    def steps(self) -> list[Step]:
        """The steps in their order."""
        lacking = {
            COMPANY: "" if any(self.organisation.names.values()) else _("Write what the company is called."),
            PROFILE: "" if self.profile.offers or self.profile.needs else _("Write what you offer or what you need."),
            PEOPLE: "" if self.people else _("Name at least one person who comes."),
        }
        is_ready = not any(lacking.values())
        return [
            Step(
                key=key,
                label=layout.say(label),
                url=address(self.application.id, key),
                is_done=not lacking[key] if key in lacking else is_ready and not self.application.is_with_applicant,
                lacks=layout.say(lacking.get(key) or "") if lacking.get(key) else "",
            )
            for key, label in LABELS.items()
        ]

    @property
    def next_url(self) -> str:
        """Where the applicant goes on: the first step that lacks something, else the check."""
        return next((step.url for step in self.steps if step.lacks), self.steps[-1].url)


def address(application_id: UUID, key: str) -> str:
    """Return where a step is."""
    endpoint = {
        COMPANY: "steps.show_company",
        PROFILE: "steps.show_profile",
        PEOPLE: "people_step.show_people",
        CHECK: "applying.show_check",
    }
    return url_for(endpoint[key], application_id=application_id)


def after(key: str) -> str:
    """Return the step behind another."""
    keys = list(LABELS)
    return keys[keys.index(key) + 1]


def whole(session: Session, application: Application) -> Whole:
    """Gather what the steps of an application show."""
    organisation = lookups.known(session, Organisation, application.organisation_id)
    return Whole(
        application=application,
        mission=lookups.known(session, Mission, application.mission_id),
        organisation=organisation,
        profile=session.scalars(select(Profile).where(Profile.application_id == application.id)).one(),
        people=companies.people(session, application),
        zone=session.scalars(select(Region.timezone).where(Region.code == organisation.region)).one(),
    )


def door(application: Application) -> BaseResponse:
    """Lead to how an application stands."""
    place = url_for("applying.show", mission_id=application.mission_id, application_id=application.id)
    return redirect(place, HTTPStatus.SEE_OTHER)


def page(
    shown: Whole, key: str, errors: Mapping[str, str], *, name: str = "", title: str = "", **more: Any
) -> Response:
    """Make the page of a step, or one of `name` below it; with what has to be mended, where something has."""
    frame = layout.of_company(shown.mission, title or layout.say(LABELS[key]), "application")
    told = {"frame": frame, "shown": shown, "current": key, "errors": errors}
    answer = make_response(render_template(f"registration/applying/{name or key}.html", **told, **more))
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def saves_itself() -> bool:
    """Tell whether the form was sent by itself, while the reader goes on typing."""
    return "HX-Request" in request.headers


def saved(session: Session, shown: Whole, errors: Mapping[str, str]) -> Response:
    """Say when a form was saved by itself, and what was left out."""
    now, language = clock.now(session), languages.of_request()
    told = formats.local_time(now, shown.zone, language=language)
    if shown.zone != shown.mission.timezone:
        told = f"{told}, {formats.zone_name(shown.zone, now, language=language)}"
    return make_response(render_template("registration/applying/saved.html", time=told, errors=errors))


blueprint = Blueprint("steps", __name__, url_prefix="/applications/<uuid:application_id>")
checks = Blueprint("number_checks", __name__)


@blueprint.get("/company")
@reads(Deed.ORGANISATIONS_WRITE)
def show_company(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Ask for the facts of the company."""
    application = lookups.find(session, Application, application_id, actor)
    if not application.is_with_applicant:
        return door(application)
    return _company(session, application, Form(), {})


@blueprint.post("/company")
@writes(Deed.ORGANISATIONS_WRITE)
def save_company(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Save the facts of the company that are right, and go on if all are."""
    application = lookups.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    shown = whole(session, application)

    def save(body: Body) -> None:
        changes = forms.changes_of_company(body)
        command = ChangeOrganisation(organisation_id=application.organisation_id, changes=changes)
        organisations.change_organisation(session, command, actor)

    body = forms.company_body(request.form, shown.organisation)
    wrong = forms.save_what_is_right(session, body, save)
    _keep_word_on_publication(session, shown.organisation, actor)
    if saves_itself():
        return saved(session, shown, wrong)
    if wrong:
        return _company(session, application, request.form, wrong)
    return _onward(application, COMPANY)


@blueprint.get("/profile")
@reads(Deed.APPLICATIONS_WRITE)
def show_profile(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Ask what the company offers and needs; `more` names a kind of which one line more is shown."""
    application = lookups.find(session, Application, application_id, actor)
    if not application.is_with_applicant:
        return door(application)
    shown = whole(session, application)
    return _profile(session, shown, forms.lines_kept(shown.profile), {}, request.args.get("more", ""))


@blueprint.post("/profile")
@writes(Deed.APPLICATIONS_WRITE)
def save_profile(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Save the offers and needs that are right, add or remove a line, and go on if all are right.

    What saves itself names the button that has the focus as if it were pressed: it adds and removes nothing.
    """
    application = lookups.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    shown = whole(session, application)
    itself = saves_itself()
    more, removed = ("", "") if itself else (request.form.get("add", ""), request.form.get("remove", ""))
    lines = [line for line in forms.lines_of(request.form, shown.profile) if line.name != removed]

    def save(profile: NewProfile) -> None:
        profiles.replace_profile(session, ReplaceProfile(application_id=application.id, profile=profile), actor)

    wrong = forms.save_lines(session, lines, shown.profile, save)
    if itself:
        return saved(session, shown, wrong)
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
    application = lookups.find(session, Application, application_id, actor, locked=True)
    application.require_with_applicant()
    shown = whole(session, application)
    earlier = companies.earlier(session, application)
    if earlier is not None and not shown.profile.offers and not shown.profile.needs:
        profile = NewProfile(offers=earlier.profile.offers, needs=earlier.profile.needs)
        profiles.replace_profile(session, ReplaceProfile(application_id=application.id, profile=profile), actor)
    return redirect(address(application.id, PROFILE), HTTPStatus.SEE_OTHER)


@checks.get("/company-numbers")
@reads(Deed.SELF)
def check_numbers(session: Session, actor: Actor) -> str:
    """Say whether an INN can be right, and which organisations have it that the reader knows of."""
    asked, number = request.args, request.args.get("inn", "")[:64].strip()
    given, wrong = hints.checked(session, asked.get("region", ""), number, asked.get("legal_form", ""))
    same = [] if wrong else known.with_number(session, given, actor)
    others = [one for one in same if str(one.id) != asked.get("organisation")]
    return render_template("registration/applying/number.html", number=number, wrong=wrong, same=others)


def _keep_word_on_publication(session: Session, organisation: Organisation, actor: Actor) -> None:
    """Record that a sole trader wants to be published by name, or does no more, where the form asked."""
    version, wants = request.form.get("version/publication"), "publication" in request.form
    if version is None or wants == organisation.may_be_named:
        return
    said = {"purpose": PUBLICATION, "version": version, "channel": CHANNEL, "is_withdrawal": not wants}
    consent = forms.load(NewConsentSchema(), said | {"language": languages.of_request()})
    organisations.record_consents(session, RecordConsents(organisation_id=organisation.id, consents=[consent]), actor)


def _company(session: Session, application: Application, typed: Form, errors: Errors) -> Response:
    shown = whole(session, application)
    rules = pack.region_rules(session, shown.organisation.region)
    words = rules.consents[PUBLICATION] if shown.organisation.is_sole_trader and PUBLICATION in rules.consents else None
    more: dict[str, Any] = {
        "publication": words,
        "activities": pack.activities(session, shown.organisation),
        "rules": rules,
        "typed": typed,
    }
    return page(shown, COMPANY, errors, **more)


def _profile(session: Session, shown: Whole, lines: list[forms.Line], errors: Errors, more: str) -> Response:
    """Show the lines, an empty one of the kind that was asked for, and one of each kind that has none."""
    wanted = [kind for kind in forms.KINDS if kind == more or all(line.kind != kind for line in lines)]
    for kind in wanted:
        lines = forms.with_empty(lines, kind)
    types = pack.kind_rules(session, shown.mission.kind).partnership_types
    told: dict[str, Any] = {
        "lines": {kind: [line for line in lines if line.kind == kind] for kind in forms.KINDS},
        "more": more,
        "types": _types(types, lines),
        "example": hints.of_activities(shown.organisation.activity_codes),
        "earlier": companies.earlier(session, shown.application),
    }
    return page(shown, PROFILE, errors, **told)


def _types(known: Mapping[str, Texts], lines: list[forms.Line]) -> list[dict[str, str]]:
    """Name the kinds of co-operation to choose from; one that only a line knows is shown as it was written."""
    used = {line.partnership_type: {"": line.partnership_type} for line in lines if line.partnership_type}
    choice = [
        {"value": key, "label": languages.pick(dict(texts), languages.of_request())}
        for key, texts in {**used, **known}.items()
    ]
    return [{"value": "", "label": layout.say(_("choose"))}, *choice]


def _onward(application: Application, key: str) -> BaseResponse:
    place = address(application.id, after(key))
    return redirect(place, HTTPStatus.SEE_OTHER)
