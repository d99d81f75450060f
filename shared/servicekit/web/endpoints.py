"""What every endpoint does around its handler: one transaction, one actor, one answer to one key.

@blueprint.post("/notes")
@writes(Deed.NOTES_WRITE, creates=True)
@blueprint.arguments(NoteSchema)
@blueprint.response(201, NoteSchema)
def write_note(body, session, actor): ...
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

import flask_smorest
from flask import current_app, g, make_response, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.problems import Problem
from servicekit.service import Runtime
from servicekit.telemetry import audit_log
from servicekit.web import authentication, body, idempotency, openapi


class ApiBlueprint(flask_smorest.Blueprint):
    """A blueprint whose endpoints declare what they take and answer, and so document themselves."""

    ARGUMENTS_PARSER = body.StrictParser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks += [body.describe, openapi.describe_refusals]


log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


def runtime() -> Runtime:
    """Return the service that answers the current request."""
    found: Runtime = current_app.extensions["caravan.runtime"]
    return found


def reads(deed: Deed) -> Callable[[F], F]:
    """Give the view `session` and `actor` for looking; the deed says who may."""

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with _refusals_noted(deed), runtime().database.read() as session, _at_hand(session):
                actor = authentication.admitted(runtime(), session, deed)
                return view(*args, session=session, actor=actor, **kwargs)

        return cast("F", _marked(wrapper, deed))

    return decorate


def watches(deed: Deed) -> Callable[[F], F]:
    """Let the view tell what has to be told while the database is away, too: without session and actor."""

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            authentication.admitted_apart(runtime(), deed)
            return view(*args, **kwargs)

        return cast("F", _marked(wrapper, deed))

    return decorate


@contextmanager
def _at_hand(session: Session) -> Iterator[None]:
    """Let what surrounds a page look at the same moment of the database, as long as the view runs."""
    g.session = session
    try:
        yield
    finally:
        g.pop("session", None)


@contextmanager
def _refusals_noted(deed: Deed) -> Iterator[None]:
    """Log who was refused what, where a problem asks for it."""
    try:
        yield
    except Problem as error:
        if error.is_noted:
            tried = [str(value) for value in (request.view_args or {}).values() if isinstance(value, UUID)]
            log.info("request refused", extra={"deed": deed.value, "subjects": " ".join(tried), "cause": error.slug})
        raise


def _subjects() -> dict[str, str]:
    """Return the ids that the request's address names, and no secret that stands there."""
    named = request.view_args or {}
    return {name: str(value)[:64] for name, value in named.items() if name not in authentication.SECRETS}


def writes(deed: Deed, *, creates: bool = False) -> Callable[[F], F]:
    """Give the view `session` and `actor` for one transaction, and note who did it in the journal.

    The deed says who may. What creates honours an Idempotency-Key, and a form that is sent twice at once counts once.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with _refusals_noted(deed), runtime().database.write() as session, _at_hand(session):
                actor = authentication.admitted(runtime(), session, deed)
                answer_to = idempotency.answer_to_key if creates else idempotency.answer_to_form
                known = answer_to(session, actor)
                if known is not None:
                    return known
                response = make_response(view(*args, session=session, actor=actor, **kwargs))
                if request.method != "GET":  # to open a page is no deed, though it may renew a sign-in
                    audit_log.record(session, actor, str(request.endpoint), _subjects(), outcome=response.status)
                keep_for = idempotency.keep_for_key if creates else idempotency.keep_for_form
                keep_for(session, actor, response)
            return response

        if creates:
            _document_key(wrapper)
        return cast("F", _marked(wrapper, deed))

    return decorate


def _marked(wrapper: Any, deed: Deed) -> Any:
    """Let the view tell what it lets be done."""
    wrapper.deed = deed
    openapi.describe_security(wrapper, deed)
    return wrapper


def _document_key(view: Any) -> None:
    parameter = {
        "in": "header",
        "name": idempotency.HEADER,
        "required": False,
        "description": "Any text of yours; the same key with the same body gives the same answer for a day.",
        "schema": {"type": "string", "pattern": idempotency.KEY.pattern},
    }
    documented = view.__dict__.setdefault("_apidoc", {})
    documented.setdefault("manual_doc", {}).setdefault("parameters", []).append(parameter)
