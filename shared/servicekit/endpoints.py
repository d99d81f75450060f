"""What every endpoint does around its handler: one transaction, one actor, one answer to one key.

@blueprint.post("/notes")
@writes(creates=True)
@blueprint.arguments(NoteSchema)
@blueprint.response(201, NoteSchema)
def write_note(body, session, actor): ...
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import flask_smorest
from flask import Response, current_app, g, make_response, request
from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from servicekit import auth
from servicekit.auth import Actor
from servicekit.body import StrictParser
from servicekit.clock import machine_now
from servicekit.inserts import insert_new
from servicekit.languages import noop as _
from servicekit.problems import InvalidInputError, KeyReusedError
from servicekit.runtime import Runtime
from servicekit.tables import idempotency


class ApiBlueprint(flask_smorest.Blueprint):
    """A blueprint whose endpoints declare what they take and answer, and so document themselves."""

    ARGUMENTS_PARSER = StrictParser()


F = TypeVar("F", bound=Callable[..., Any])

HEADER = "Idempotency-Key"


def runtime() -> Runtime:
    """Return the service that answers the current request."""
    found: Runtime = current_app.extensions["caravan.runtime"]
    return found


def reads(view: F) -> F:
    """Give the view `session` and `actor` for looking."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with runtime().database.read() as session, _at_hand(session):
            return view(*args, session=session, actor=auth.of_request(), **kwargs)

    return wrapper  # type: ignore[return-value]  # wraps() keeps the shape


@contextmanager
def _at_hand(session: Session) -> Iterator[None]:
    """Let what surrounds a page look at the same moment of the database, as long as the view runs."""
    g.session = session
    try:
        yield
    finally:
        g.pop("session", None)


def writes(*, creates: bool = False) -> Callable[[F], F]:
    """Give the view `session` and `actor` for one transaction; what creates honours an Idempotency-Key."""

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            actor = auth.of_request()
            with runtime().database.write() as session, _at_hand(session):
                known = _remember(session, actor) if creates else None
                if known is not None:
                    return known
                response = make_response(view(*args, session=session, actor=actor, **kwargs))
                if creates:
                    _keep(session, actor, response)
            return response

        if creates:
            _document_key(wrapper)
        return wrapper  # type: ignore[return-value]  # wraps() keeps the shape

    return decorate


def _remember(session: Session, actor: Actor) -> Response | None:
    """Claim the request's key; return the kept answer if it was claimed before.

    A second request with the same key waits for the first one's transaction here.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= 128 or not key.isprintable():
        raise InvalidInputError(_("An Idempotency-Key has 1 to 128 printable characters."))
    row = {
        "actor": actor.id,
        "route": str(request.url_rule),
        "key": key,
        "request_hash": _request_hash(),
        "created_at": machine_now(),
    }
    if insert_new(session, idempotency, [row]):
        return None
    kept = session.execute(select(idempotency).where(_mine(actor))).one()
    if kept.request_hash != row["request_hash"]:
        raise KeyReusedError(_("The key was sent before with another body. Take a new key."))
    return Response(kept.body, kept.status, mimetype="application/json", headers={"Idempotent-Replayed": "true"})


def _keep(session: Session, actor: Actor, response: Response) -> None:
    if HEADER in request.headers:
        answer = {"status": response.status_code, "body": response.get_data(as_text=True)}
        session.execute(update(idempotency).where(_mine(actor)).values(**answer))


def _mine(actor: Actor) -> Any:
    row = idempotency.c
    return and_(row.actor == actor.id, row.route == str(request.url_rule), row.key == request.headers[HEADER])


def _request_hash() -> str:
    return hashlib.sha256(request.path.encode() + b"\n" + request.get_data()).hexdigest()


def _document_key(view: Any) -> None:
    parameter = {
        "in": "header",
        "name": HEADER,
        "required": False,
        "description": "Any text of yours; the same key with the same body gives the same answer for a day.",
        "schema": {"type": "string", "maxLength": 128},
    }
    documented = view.__dict__.setdefault("_apidoc", {})
    documented.setdefault("manual_doc", {}).setdefault("parameters", []).append(parameter)
