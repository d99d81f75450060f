"""The step of an application that names who comes, when each is there, and to what each has consented."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from babel import Locale
from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from contracts.registration import Window
from registration import lookups
from registration.commands import AddDelegate
from registration.domain import windows
from registration.handlers import consents, delegates
from registration.handlers.own_data import CHANNEL
from registration.identity import accounts
from registration.models import Application, Delegate, Mission
from registration.models.consent import PUBLICATION
from registration.pages import layout
from registration.pages.applying import forms, steps
from registration.pages.applying.forms import Body, Errors, Form
from registration.pages.applying.steps import PEOPLE
from registration.schemas.applications import NewDelegateSchema
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data.database import savepoint
from servicekit.problems import InvalidInputError
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

TONGUES = ("ru", "en", "zh", "de", "fr", "es", "it", "tr", "ar", "kk", "uz", "be")
"""Languages that the form offers to tick."""

blueprint = Blueprint("people_step", __name__)


@blueprint.get("/applications/<uuid:application_id>/people")
@reads(Deed.PEOPLE_WRITE)
def show_people(session: Session, actor: Actor, application_id: UUID) -> Response:
    """List who comes, and when each is there."""
    application = lookups.find(session, Application, application_id, actor)
    shown = steps.whole(session, application)
    missed = {one.id: windows_missed(shown.mission, one) for one in shown.people}
    return steps.page(shown, PEOPLE, {}, missed=missed)


@blueprint.get("/applications/<uuid:application_id>/people/new")
@reads(Deed.PEOPLE_WRITE)
def show_new(session: Session, actor: Actor, application_id: UUID) -> Response:
    """Ask who else comes."""
    application = lookups.find(session, Application, application_id, actor)
    application.require_alive()
    return _new(session, actor, application, Form(), {})


@blueprint.post("/applications/<uuid:application_id>/people/new")
@writes(Deed.PEOPLE_WRITE)
def add(session: Session, actor: Actor, application_id: UUID) -> Response | BaseResponse:
    """Name one more person, with the person's consent; nothing of anybody is kept without it."""
    application = lookups.find(session, Application, application_id, actor, locked=True)
    application.require_alive()
    body = forms.person_body(request.form, None) | {
        "reference": identifiers.random().hex[:12],
        "language": languages.of_request(),
        "consents": _consents(request.form),
    }
    try:
        with savepoint(session):
            delegate = forms.load(NewDelegateSchema(), body)
            delegates.add_delegate(session, AddDelegate(application_id=application_id, delegate=delegate), actor)
    except InvalidInputError as error:
        return _new(
            session,
            actor,
            application,
            request.form,
            forms.mended_words(forms.errors_of(error), body),
        )
    return back(application.id)


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


def _new(session: Session, actor: Actor, application: Application, typed: Form, errors: Errors) -> Response:
    shown = steps.whole(session, application)
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    is_named = account is None or any(one.email_key == account.email_key for one in shown.people)
    documents = [
        one
        for one in consents.documents(session, shown.organisation.region, actor)
        if one["language"] == languages.of_request() and one["purpose"] != PUBLICATION
    ]
    more: dict[str, Any] = {"typed": typed, "documents": sorted(documents, key=_required_first)}
    more |= {"own_email": "" if is_named or account is None else account.email, "spoken_languages": tongues(())}
    return steps.page(shown, PEOPLE, errors, name="new_person", title=layout.say(_("Who comes")), **more)


def tongues(known: Sequence[str]) -> list[dict[str, str]]:
    """Name the languages to tick in the reader's; those that the person speaks already are among them."""
    mine = Locale.parse(languages.of_request())
    codes = dict.fromkeys((*TONGUES, *known))
    return [{"value": code, "label": str(mine.languages.get(code, code)).capitalize()} for code in codes]


def _required_first(document: Mapping[str, Any]) -> tuple[bool, str]:
    return document["purpose"] != "processing", str(document["purpose"])


def back(application_id: UUID) -> BaseResponse:
    """Lead to the list of who comes."""
    return redirect(steps.address(application_id, PEOPLE), HTTPStatus.SEE_OTHER)
