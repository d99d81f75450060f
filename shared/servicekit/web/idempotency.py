"""What is sent more than once takes effect once: requests by the key that they carry, forms by what is in them.

A second one waits for the first one's transaction, and is given its answer; one with a key waits a while at most.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Response, request
from sqlalchemy import and_, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.data.tables import idempotency, insert_new
from servicekit.problems import ForbiddenError, InvalidInputError, KeyInFlightError, KeyReusedError
from servicekit.texts.languages import noop as _
from servicekit.web import errors

HEADER = "Idempotency-Key"
KEY = re.compile(r"^[ -~\u00a1-\u00ac\u00ae-\u00ff]{1,128}$")
"""What may stand there: the printable characters among those that a header can carry."""
PATIENCE = timedelta(seconds=3)
"""How long a request waits for the first one with its key; on SQLite all that write wait for one another."""
_LOCK_NOT_AVAILABLE = "55P03"
AT_ONCE = timedelta(seconds=10)
"""How long the same form from the same page is the same press of its button; later it is meant."""


def answer_to_key(session: Session, actor: Actor) -> Response | None:
    """Claim the request's key, if it has one; return the kept answer if it was claimed before.

    Raises:
        InvalidInputError: the key is too long or cannot be printed.
        KeyReusedError: it came before with another body.
        KeyInFlightError: the first one that had it is still being worked on.
        ForbiddenError: the actor has lost a role since.

    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise InvalidInputError(_("An Idempotency-Key has 1 to 128 printable characters."))
    body_hash = _hash(request.get_data())
    with _patience(session):
        kept = _claim(session, actor, key, body_hash)
    if kept is None:
        return None
    if not set(kept.roles.split()) <= set(_roles(actor)):
        raise ForbiddenError(_("You have lost a role since this key came first: its answer is not told again."))
    if kept.request_hash != body_hash:
        raise KeyReusedError(_("The key was sent before with another body. Take a new key."))
    return Response(kept.body, kept.status, mimetype="application/json", headers={"Idempotent-Replayed": "true"})


def keep_for_key(session: Session, actor: Actor, answer: BaseResponse) -> None:
    """Keep the answer for whoever sends the key again."""
    if HEADER in request.headers:
        told = {"status": answer.status_code, "body": answer.get_data(as_text=True)}
        session.execute(update(idempotency).where(_mine(actor, request.headers[HEADER])).values(**told))


def answer_to_form(session: Session, actor: Actor) -> BaseResponse | None:
    """Claim the form that is sent; return where the same one led that was sent a moment before.

    The token of a form tells pages apart, so that only what came from one page is the same.
    """
    if not _is_form():
        return None
    key = _form_key()
    late = and_(_mine(actor, key), idempotency.c.created_at < machine_now() - AT_ONCE)
    session.execute(idempotency.delete().where(late))
    kept = _claim(session, actor, key, _hash(b""))
    return None if kept is None else Response("", kept.status, {"Location": kept.body})


def keep_for_form(session: Session, actor: Actor, answer: BaseResponse) -> None:
    """Keep where the form led; an answer that is a page, or hands out what is secret, is given once and not kept."""
    if not _is_form():
        return
    mine = _mine(actor, _form_key())
    if 300 <= answer.status_code < 400 and "Set-Cookie" not in answer.headers:
        told = {"status": answer.status_code, "body": answer.headers["Location"]}
        session.execute(update(idempotency).where(mine).values(**told))
    else:
        session.execute(idempotency.delete().where(mine))


def _claim(session: Session, actor: Actor, key: str, body_hash: str) -> Any:
    row = {"actor": actor.id, "route": str(request.url_rule), "key": key, "roles": " ".join(_roles(actor))}
    if insert_new(session, idempotency, [{**row, "request_hash": body_hash, "created_at": machine_now()}]):
        return None
    return session.execute(select(idempotency).where(_mine(actor, key))).one()


@contextmanager
def _patience(session: Session) -> Iterator[None]:
    """Wait only so long for the transaction that holds the key; what comes afterwards waits for locks as ever."""
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(text(f"SET LOCAL lock_timeout = {PATIENCE // timedelta(milliseconds=1)}"))
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise KeyInFlightError(_("Send it again in a moment.")) from error
    session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))


def _roles(actor: Actor) -> list[str]:
    """Return the roles of an actor, each with a scope, as words."""
    return sorted(f"{role}:{scope}" for role, scopes in actor.claims.items() for scope in scopes)


def _mine(actor: Actor, key: str) -> Any:
    row = idempotency.c
    return and_(row.actor == actor.id, row.route == str(request.url_rule), row.key == key)


def _hash(body: bytes) -> str:
    return hashlib.sha256(request.path.encode() + b"\n" + body).hexdigest()


def _is_form() -> bool:
    return request.method == "POST" and not errors.is_api() and bool(request.form)


def _form_key() -> str:
    """Tell a form by all that it says, of which nothing can be read from the key."""
    return "form " + _hash(repr(sorted(request.form.lists())).encode("utf-8", "surrogatepass"))
