"""The step of an application that names who comes, when each is there, and to what each has consented."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Window
from registration import application_steps, applying_forms, finding, frames
from registration.application_steps import PEOPLE
from registration.applying_forms import Body, Errors, Form
from registration.commands import AddDelegate, ChangeDelegate, RemoveDelegate, ReportAbsence
from registration.domain import windows
from registration.handlers import consents, delegates
from registration.handlers.identity import accounts
from registration.handlers.own_data import CHANNEL
from registration.models import Application, Delegate, Mission, Organisation
from registration.models.consent import PUBLICATION
from registration.schemas.applications import AbsenceSchema, NewDelegateSchema
from servicekit import identifiers, languages
from servicekit.auth import Actor
from servicekit.endpoints import reads, writes
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError
from servicekit.savepoints import savepoint

TONGUES = ("ru", "en", "zh", "de", "fr", "es", "it", "tr", "ar", "kk", "uz", "be")
"""Languages that the form offers to tick."""

blueprint = Blueprint("people_step", __name__)


@blueprint.get("/applications/<uuid:application_id>/people")
@reads(Deed.PEOPLE_WRITE)
def show_people(session: Session, actor: Actor, application_id: UUID) -> Response:
    """List who comes, and when each is there."""
    application = finding.find(session, Application, application_id, actor)
    shown = application_steps.whole(session, application)
    missed = {one.id: windows_missed(shown.mission, one) for one in shown.people}
    return application_steps.page(session, shown, PEOPLE, {}, missed=missed)


@blueprint.get("/applications/<uuid:application_id>/people/new")
@reads(Deed.PEOPLE_WRITE)
def show_new(session: Session, actor: Actor, application_id: UUID) -> Response:
    """Ask who else comes."""
    application = finding.find(session, Application, application_id, actor)
    application.require_alive()
    return _new(session, actor, application, Form(), {})


@blueprint.post("/applications/<uuid:application_id>/people/new")
@writes(Deed.PEOPLE_WRITE)
def add(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Name one more person, with the person's consent; nothing of anybody is kept without it."""
    application = finding.find(session, Application, application_id, actor, locked=True)
    application.require_alive()
    body = applying_forms.person_body(request.form, None) | {
        "reference": identifiers.random().hex[:12],
        "language": languages.of_request(),
        "consents": _consents(request.form),
    }
    try:
        with savepoint(session):
            delegate = applying_forms.load(NewDelegateSchema(), body)
            delegates.add_delegate(session, AddDelegate(application_id=application_id, delegate=delegate), actor)
    except InvalidInputError as error:
        return _new(session, actor, application, request.form, applying_forms.errors_of(error))
    return _back(application.id)


@blueprint.get("/delegates/<uuid:delegate_id>")
@reads(Deed.PEOPLE_WRITE)
def show_person(session: Session, actor: Actor, delegate_id: UUID) -> Response:
    """Show one person of an application, to be corrected."""
    delegate = finding.find(session, Delegate, delegate_id, actor)
    delegate.require_present()
    return _person(session, delegate, Form(), {})


@blueprint.post("/delegates/<uuid:delegate_id>")
@writes(Deed.PEOPLE_WRITE)
def save_person(session: Session, actor: Actor, delegate_id: UUID) -> Response | BaseResponse:
    """Save the facts of a person that are right."""
    delegate = finding.find(session, Delegate, delegate_id, actor, locked=True)
    delegate.require_present()

    def save(body: Body) -> None:
        changes = applying_forms.changes_of_person(body)
        delegates.change_delegate(session, ChangeDelegate(delegate_id=delegate_id, changes=changes), actor)

    wrong = applying_forms.save_what_is_right(session, applying_forms.person_body(request.form, delegate), save)
    if application_steps.saves_itself():
        application = finding.known(session, Application, delegate.application_id)
        return application_steps.saved(session, application_steps.whole(session, application), wrong)
    return _person(session, delegate, request.form, wrong) if wrong else _back(delegate.application_id)


@blueprint.post("/delegates/<uuid:delegate_id>/absence")
@writes(Deed.PEOPLE_WRITE)
def report_absence(session: Session, actor: Actor, delegate_id: UUID) -> Response | BaseResponse:
    """Note when a person is not there, though the rest of the mission the person is."""
    delegate = finding.find(session, Delegate, delegate_id, actor, locked=True)
    delegate.require_present()
    mission = finding.known(session, Mission, delegate.mission_id)
    try:
        with savepoint(session):
            told = applying_forms.load(AbsenceSchema(), _absence(request.form, mission))
            absence = Window(starts_at=told["starts_at"], ends_at=told["ends_at"])
            command = ReportAbsence(delegate_id=delegate_id, absence=absence, reason=told["reason"])
            delegates.report_absence(session, command, actor)
    except InvalidInputError as error:
        return _person(session, delegate, request.form, applying_forms.errors_of(error))
    return _to_person(delegate)


@blueprint.post("/delegates/<uuid:delegate_id>/whole-mission")
@writes(Deed.PEOPLE_WRITE)
def come_for_all(session: Session, actor: Actor, delegate_id: UUID) -> BaseResponse:
    """Take every exception back: the person is there for the whole mission."""
    command = ChangeDelegate(delegate_id=delegate_id, changes={"availability": None})
    return _to_person(delegates.change_delegate(session, command, actor))


@blueprint.post("/delegates/<uuid:delegate_id>/removal")
@writes(Deed.PEOPLE_WRITE)
def remove(session: Session, actor: Actor, delegate_id: UUID) -> BaseResponse:
    """Take a person off the list, and forget everything personal."""
    application_id = finding.find(session, Delegate, delegate_id, actor).application_id
    delegates.remove_delegate(session, RemoveDelegate(delegate_id=delegate_id), actor)
    return _back(application_id)


def windows_missed(mission: Mission, delegate: Delegate) -> list[Window]:
    """Return the mission's hours in which a person is not there."""
    missed = mission.meeting_hours
    for window in delegate.availability:
        missed = windows.cut(missed, window)
    return list(missed)


def _consents(form: Form) -> list[Body]:
    """Return a record for each consent that is ticked: of the words that the page showed."""
    said = {"language": languages.of_request(), "channel": CHANNEL}
    return [{"purpose": one, "version": form.get(f"version/{one}", ""), **said} for one in form.getlist("consents")]


def _absence(form: Form, mission: Mission) -> Body:
    """Read a day and two times of the mission's own clock.

    Raises:
        InvalidInputError: one of them is none.

    """
    read, wrong = {}, []
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        raise InvalidInputError(errors=[FieldError("#/day", _("Choose a day."))]) from None
    for name in ("starts_at", "ends_at"):
        try:
            clock = time.fromisoformat(form.get(name, ""))
        except ValueError:
            wrong.append(FieldError(f"#/{name}", _("Write a time as 09:30.")))
        else:
            read[name] = datetime.combine(day, clock, ZoneInfo(mission.timezone)).isoformat()
    if wrong:
        raise InvalidInputError(errors=wrong)
    return {**read, "reason": form.get("reason", "")}


def _new(session: Session, actor: Actor, application: Application, typed: Form, errors: Errors) -> Response:
    shown = application_steps.whole(session, application)
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    is_named = account is None or any(one.email_key == account.email_key for one in shown.people)
    documents = [
        one
        for one in consents.documents(session, shown.organisation.region, actor)
        if one["language"] == languages.of_request() and one["purpose"] != PUBLICATION
    ]
    more: dict[str, Any] = {"typed": typed, "documents": sorted(documents, key=_required_first)}
    more |= {"own_email": "" if is_named or account is None else account.email, "tongues": _tongues(())}
    return _page(session, shown, "new_person", frames.say(_("Who comes")), errors, more)


def _person(session: Session, delegate: Delegate, typed: Form, errors: Errors) -> Response:
    application = finding.known(session, Application, delegate.application_id)
    shown = application_steps.whole(session, application)
    mission = shown.mission
    zone = ZoneInfo(mission.timezone)
    more = {
        "person": delegate,
        "typed": typed,
        "tongues": _tongues(delegate.languages),
        "missed": windows_missed(mission, delegate),
        "days": [hours.starts_at.astimezone(zone).date() for hours in _hours_by_day(mission)],
        "hours": _hours_by_day(mission),
        "asks": "remove" in request.args,
    }
    title = languages.pick(delegate.names, languages.of_request())
    return _page(session, shown, "person", title, errors, more)


def _hours_by_day(mission: Mission) -> Sequence[Window]:
    """Return the mission's hours of each of its days."""
    return mission.meeting_hours


def _page(
    session: Session,
    shown: application_steps.Whole,
    name: str,
    title: str,
    errors: Errors,
    more: Mapping[str, Any],
) -> Response:
    frame = frames.of_company(shown.mission, title, "application")
    answer = make_response(
        render_template(
            f"registration/applying/{name}.html", frame=frame, shown=shown, current=PEOPLE, errors=errors, **more
        )
    )
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _tongues(known: Sequence[str]) -> list[dict[str, str]]:
    """Name the languages to tick in the reader's; those that the person speaks already are among them."""
    mine = Locale.parse(languages.of_request())
    codes = dict.fromkeys((*TONGUES, *known))
    return [{"value": code, "label": str(mine.languages.get(code, code)).capitalize()} for code in codes]


def _required_first(document: Mapping[str, Any]) -> tuple[bool, str]:
    return document["purpose"] != "processing", str(document["purpose"])


def _back(application_id: UUID) -> BaseResponse:
    return redirect(application_steps.address(application_id, PEOPLE), HTTPStatus.SEE_OTHER)


def _to_person(delegate: Delegate) -> BaseResponse:
    place = url_for("people_step.show_person", delegate_id=delegate.id, _anchor="hours")
    return redirect(place, HTTPStatus.SEE_OTHER)
