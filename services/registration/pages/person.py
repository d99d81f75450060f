"""One person; own data.

The pages of one person of an application: facts, hours, and the way off the list.

Forms by which people decide about what is held of them, with the browser alone.
"""

from datetime import date, datetime, time
from http import HTTPStatus
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Window
from registration import lookups
from registration.commands import ChangeDelegate, ErasePerson, RemoveDelegate, ReportAbsence
from registration.handlers import delegates, own_data
from registration.handlers.erasures import erase_person
from registration.identity.pages import sign_in
from registration.models import Account, Application, Delegate, Mission
from registration.pages import layout
from registration.pages.applying import forms, people, steps
from registration.pages.applying.forms import Body, Errors, Form
from registration.schemas.applications import AbsenceSchema
from servicekit.auth.actors import Actor
from servicekit.data.database import savepoint
from servicekit.problems import FieldError, InvalidInputError
from servicekit.telemetry import audit_log
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("person_pages", __name__, url_prefix="/delegates/<uuid:delegate_id>")


@blueprint.get("")
@reads(Deed.PEOPLE_WRITE)
def show_person(session: Session, actor: Actor, delegate_id: UUID) -> Response:
    """Show one person of an application, to be corrected."""
    delegate = lookups.find(session, Delegate, delegate_id, actor)
    delegate.require_present()
    return _person(session, delegate, Form(), {})


@blueprint.post("")
@writes(Deed.PEOPLE_WRITE)
def save_person(session: Session, actor: Actor, delegate_id: UUID) -> Response | BaseResponse:
    """Save the facts of a person that are right."""
    delegate = lookups.find(session, Delegate, delegate_id, actor, locked=True)
    delegate.require_present()

    def save(body: Body) -> None:
        changes = forms.changes_of_person(body)
        delegates.change_delegate(session, ChangeDelegate(delegate_id=delegate_id, changes=changes), actor)

    wrong = forms.save_what_is_right(session, forms.person_body(request.form, delegate), save)
    if steps.saves_itself():
        application = lookups.known(session, Application, delegate.application_id)
        return steps.saved(session, steps.whole(session, application), wrong)
    return _person(session, delegate, request.form, wrong) if wrong else people.back(delegate.application_id)


@blueprint.post("/absence")
@writes(Deed.PEOPLE_WRITE)
def report_absence(session: Session, actor: Actor, delegate_id: UUID) -> Response | BaseResponse:
    """Note when a person is not there, though the rest of the mission the person is."""
    delegate = lookups.find(session, Delegate, delegate_id, actor, locked=True)
    delegate.require_present()
    mission = lookups.known(session, Mission, delegate.mission_id)
    try:
        with savepoint(session):
            told = forms.load(AbsenceSchema(), _absence(request.form, mission))
            absence = Window(starts_at=told["starts_at"], ends_at=told["ends_at"])
            command = ReportAbsence(delegate_id=delegate_id, absence=absence, reason=told["reason"])
            delegates.report_absence(session, command, actor)
    except InvalidInputError as error:
        return _person(session, delegate, request.form, forms.errors_of(error))
    return _to_person(delegate)


@blueprint.post("/whole-mission")
@writes(Deed.PEOPLE_WRITE)
def come_for_all(session: Session, actor: Actor, delegate_id: UUID) -> BaseResponse:
    """Take every exception back: the person is there for the whole mission."""
    command = ChangeDelegate(delegate_id=delegate_id, changes={"availability": None})
    return _to_person(delegates.change_delegate(session, command, actor))


@blueprint.post("/removal")
@writes(Deed.PEOPLE_WRITE)
def remove(session: Session, actor: Actor, delegate_id: UUID) -> BaseResponse:
    """Take a person off the list, and forget everything personal."""
    application_id = lookups.find(session, Delegate, delegate_id, actor).application_id
    delegates.remove_delegate(session, RemoveDelegate(delegate_id=delegate_id), actor)
    return people.back(application_id)


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


def _person(session: Session, delegate: Delegate, typed: Form, errors: Errors) -> Response:
    application = lookups.known(session, Application, delegate.application_id)
    shown = steps.whole(session, application)
    mission = shown.mission
    more = {
        "person": delegate,
        "typed": typed,
        "spoken_languages": people.tongues(delegate.languages),
        "missed": people.windows_missed(mission, delegate),
        "hours": [(formats.local_day(one.starts_at, mission.timezone), one) for one in mission.meeting_hours],
        "asks": "remove" in request.args,
    }
    title = languages.pick(delegate.names, languages.of_request())
    return steps.page(shown, steps.PEOPLE, errors, name="person", title=title, **more)


def _to_person(delegate: Delegate) -> BaseResponse:
    place = url_for("person_pages.show_person", delegate_id=delegate.id, _anchor="hours")
    return redirect(place, HTTPStatus.SEE_OTHER)


DECLINED = _("Write to me no more about this mission")
"""What the button says, and the record of the withdrawal."""

own_data_blueprint = Blueprint("own", __name__, url_prefix="/me")


@own_data_blueprint.post("/people/<uuid:person_id>/silence")
@writes(Deed.SELF)
def decline_messages(session: Session, actor: Actor, person_id: UUID) -> BaseResponse:
    """Withdraw the consent to messages."""
    own_data.decline_messages(session, person_id, (layout.say(DECLINED), languages.of_request()), actor)
    return redirect(url_for("sign_in.show_me"), HTTPStatus.SEE_OTHER)


@own_data_blueprint.post("/erasure")
@writes(Deed.SELF)
def erase(session: Session, actor: Actor) -> BaseResponse:
    """Withdraw the consent to processing: forget the account, and every delegate who has its address."""
    if actor.account_id is None:
        raise lookups.absent(Account, actor.id)
    audit_log.named(session, person_id=actor.account_id)
    erase_person(session, ErasePerson(person_id=actor.account_id), actor)
    answer = redirect(url_for("sign_in.show"), HTTPStatus.SEE_OTHER)
    for name in (sign_in.SESSION, sign_in.TOKEN, sign_in.KNOWN):
        sign_in.drop(answer, name)
    return answer
