"""What changes under a reader's eyes: a stream of server-sent events that says when a page is out of date.

A service declares what can be followed: a function from the id of a thing to a word for its present state. The
stream tells that word, and again whenever it has changed; the page then asks for its part anew. A stream ends by
itself after a while and the browser opens the next one, so that it holds a thread for no longer, and so that who
may no more look is sent away. Where all streams are taken the answer is 204, and pages ask now and then instead.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, url_for

from servicekit.auth.actors import Actor
from servicekit.service import Followed, Runtime
from servicekit.web import authentication

LASTS_SECONDS = 20.0
LOOKS_EVERY_SECONDS = 1.0
AGAIN_MS = 1000
"""How long a browser waits before it opens the next stream."""


def blueprint(followed: Mapping[str, Followed], most: int) -> Blueprint:
    """Make the streams of a service; `most` at once in each process."""
    made = Blueprint("live", __name__)
    left = threading.BoundedSemaphore(most)

    for name, what in followed.items():
        made.add_url_rule(f"/live/{name}/<uuid:{what.of}>", name, _stream(what, left))
    made.add_app_template_global(_address_of(followed), "live_url")
    made.add_app_template_global(_state_of(followed), "live_state")
    return made


def _stream(what: Followed, left: threading.BoundedSemaphore) -> Callable[..., Response]:
    """Make the view that tells of one kind of things, as long as there is a stream left for it."""

    def stream(**ids: UUID) -> Response:
        runtime: Runtime = current_app.extensions["caravan.runtime"]
        thing = ids[what.of]
        with runtime.database.read() as session:
            actor = authentication.admitted(runtime, session, what.deed)
            first = _word(what.state(session, actor, thing))
        if not left.acquire(blocking=False):
            return Response(status=HTTPStatus.NO_CONTENT)  # by which a browser knows that there is nothing to follow
        look = _looker(runtime, what, actor, thing)
        answer = Response(_told(first, look, request.args.get("seen", "")), mimetype="text/event-stream")
        answer.call_on_close(left.release)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    stream.deed = what.deed  # type: ignore[attr-defined]  # as every view tells what it lets be done
    return stream


def _address_of(followed: Mapping[str, Followed]) -> Callable[[str, UUID], str]:
    """Let a page name the stream of a thing that it shows."""

    def address(name: str, thing: UUID) -> str:
        ids: dict[str, Any] = {followed[name].of: thing}
        return url_for(f"live.{name}", **ids)

    return address


def _state_of(followed: Mapping[str, Followed]) -> Callable[[str, UUID], str]:
    """Let a page carry the state that it shows: a change between its making and its stream is told as well."""

    def state(name: str, thing: UUID) -> str:
        return _word(followed[name].state(g.session, g.actor, thing)) if "session" in g else ""

    return state


def _looker(runtime: Runtime, what: Followed, actor: Actor, thing: UUID) -> Callable[[], str]:
    def look() -> str:
        with runtime.database.read() as session:
            return _word(what.state(session, actor, thing))

    return look


def _told(first: str, look: Callable[[], str], seen: str) -> Iterator[str]:
    """Tell the state at the beginning unless it was seen, and each one that differs from the one before."""
    yield f"retry: {AGAIN_MS}\n\n"
    until, told = time.monotonic() + LASTS_SECONDS, seen
    now = first
    while True:
        if now != told:
            yield f"event: state\ndata: {now}\n\n"
            told = now
        if time.monotonic() >= until:
            return
        time.sleep(LOOKS_EVERY_SECONDS)
        now = look()
        yield ":\n\n"  # who has gone is noticed by that


def _word(state: object) -> str:
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]
