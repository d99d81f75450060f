"""Dead letters: the pages and their texts.

What pages say of events that failed, in plain words.

Pages of events that failed: the list, one whole, and what can be done about it, with a look before the leap.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, g, json, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import Counts, Filter, Letter, State
from servicekit.data.clock import machine_now
from servicekit.operations.dead_letters_api import LetterListArguments, ReasonSchema
from servicekit.problems import InvalidInputError, translate_message
from servicekit.service import Frame
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, runtime, writes

STATE_WORDS = {
    State.PARKED: _("will be tried again"),
    State.DEAD: _("needs a decision"),
    State.HANDLED: _("handled"),
    State.DISCARDED: _("discarded"),
}
STATE_LOOKS = {State.PARKED: "wait", State.DEAD: "bad", State.HANDLED: "ok", State.DISCARDED: "off"}

VIEWS = {None: _("All"), State.DEAD: _("Needs a decision"), State.PARKED: _("Will be tried again")}

_BROKEN = _("What it says is not what its kind promises.")
_CAUSES = {
    "ForgedEventError": _("Whoever sent it may not say this. Find out who it was; a replay changes nothing."),
    "KilledConsumerError": _("The service broke down each time it tried it."),
    "UnfinishedTryError": _("The service broke down when it tried it."),
    "UnknownVersionError": _("Its version is newer than this installation knows. Replay it after an upgrade."),
    "UnreadableEventError": _("It is no event that this installation can read."),
}
_OTHER = _("The service could not work with it.")


def cause_of(letter: Letter) -> str:
    """Say why an event failed, without a word of code."""
    if letter.cause == "UnreadableEventError" and not letter.is_unreadable:
        return _BROKEN
    return _CAUSES.get(letter.cause, _OTHER)


@dataclass(frozen=True, kw_only=True)
class Action:
    """What one action is called, what it will do to an event of each state, and what was done once it is done."""

    title: str
    effects: dict[State, str]
    hint: str
    button: str
    done: str


DEEDS = {
    "replay": Action(
        title=_("Replay this event?"),
        effects={
            State.DEAD: _(
                "The service tries it again at once, and up to eight times if it fails. "
                "It takes effect once, however often it is replayed."
            ),
            State.PARKED: _(
                "The service tries it again at once instead of later, and counts its tries anew. "
                "It takes effect once, however often it is replayed."
            ),
            State.HANDLED: _("It was handled meanwhile: a replay changes nothing."),
        },
        hint=_("For example, what was mended. It is kept with your action and cannot be changed later."),
        button=_("Replay"),
        done=_("replayed"),
    ),
    "discard": Action(
        title=_("Discard this event?"),
        effects={
            State.DEAD: _(
                "The service gives it up for good and its content is deleted. "
                "Copies of it that come later have no effect. This cannot be undone."
            ),
            State.PARKED: _(
                "The service gives it up for good, before its next try, and its content is deleted. "
                "Copies of it that come later have no effect. This cannot be undone."
            ),
            State.DISCARDED: _("It was discarded before: nothing changes."),
        },
        hint=_("Why nobody needs it. It is kept with your action and cannot be changed later."),
        button=_("Discard for good"),
        done=_("discarded"),
    ),
}


PAGE_LENGTH = 50
Act = Callable[..., tuple[Letter, str]]
ACTS: dict[str, Act] = {"replay": store.replay, "discard": store.discard}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What every page says of events that failed: where to read of them, and how many are dead."""

    url: str
    dead: int


def blueprint() -> Blueprint:
    """Make the pages, and let every page know of the alarm."""
    made = Blueprint("failed_events", __name__, url_prefix="/events/dead")
    made.add_url_rule("", "show_letters", show_letters)
    made.add_url_rule("/<string:letter_id>", "show_letter", show_letter)
    made.add_url_rule("/<string:letter_id>/<any(replay, discard):action>", "ask", ask)
    made.add_url_rule("/<string:letter_id>/<any(replay, discard):action>", "act", act, methods=["POST"])
    made.add_app_template_global(alarm, "failed_events_alarm")
    return made


def alarm(*, apart: bool = True) -> Alarm | None:
    """Count the dead in the transaction of the page or, where it has none and may look `apart`, in one of its own.

    None for a reader who can do nothing about them.
    """
    reader: Actor | None = g.get("actor")
    if reader is not None and not reader.may_somewhere(Deed.EVENTS_REPAIR):
        return None
    return Alarm(url=url_for("failed_events.show_letters"), dead=_dead(apart=apart))


def _dead(*, apart: bool) -> int:
    session: Session | None = g.get("session")
    if session is not None:
        return store.counts(session).dead
    return _counted_apart() if apart else 0


def _counted_apart() -> int:
    """Count the dead for a page that needs no database, and shows none where that is away."""
    database = runtime().database
    try:
        if not database.can_be_reached():
            return 0
        with database.read() as session:
            return store.counts(session).dead
    except (DBAPIError, PoolExhaustedError):
        return 0


@reads(Deed.EVENTS_REPAIR)
def show_letters(session: Session, actor: Actor) -> str:
    """List events that failed, the newest first."""
    asked = Filter(type=_type_of(request.args.get("type")), state=_state_of(request.args.get("state")))
    before = request.args.get("before")
    found = store.page(session, asked, after=before, limit=PAGE_LENGTH + 1, newest_first=True)
    shown = found[:PAGE_LENGTH]
    older = _address(asked, before=shown[-1].id) if len(found) > PAGE_LENGTH else None
    return render_template(
        "failed_events/list.html",
        frame=_frame(_("Failed events")),
        letters=shown,
        asked=asked,
        views=_views(asked, store.counts(session)),
        types=store.types(session, replace(asked, type=None)),
        older_url=older,
        **_words(),
    )


@reads(Deed.EVENTS_REPAIR)
def show_letter(session: Session, actor: Actor, letter_id: str) -> str:
    """Show one event that failed: why, what it says, what was done about it."""
    letter = store.find(session, letter_id)
    return render_template("failed_events/letter.html", frame=_frame(_("A failed event")), **_told(letter))


@reads(Deed.EVENTS_REPAIR)
def ask(session: Session, actor: Actor, letter_id: str, action: str) -> str:
    """Say what an action would do, and ask for the reason."""
    letter, outcome = ACTS[action](session, letter_id, "", actor, dry_run=True)
    return _asked(letter, action, outcome)


@writes(Deed.EVENTS_REPAIR)
def act(session: Session, actor: Actor, letter_id: str, action: str) -> Response | tuple[str, int]:
    """Do it, where a reason is given; else ask for one again."""
    given = request.form.get("reason", "")
    try:
        reason = ReasonSchema().load({"reason": given})["reason"]
    except ValidationError as error:
        letter, outcome = ACTS[action](session, letter_id, "", actor, dry_run=True)
        errors = {"reason": _complaint(given, error)}
        return _asked(letter, action, outcome, given, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    letter, _outcome = ACTS[action](session, letter_id, reason, actor, dry_run=False)
    return redirect(url_for("failed_events.show_letter", letter_id=letter.id), HTTPStatus.SEE_OTHER)


def _asked(letter: Letter, action: str, outcome: str, reason: str = "", errors: dict[str, str] | None = None) -> str:
    deed = DEEDS[action]
    return render_template(
        "failed_events/ask.html",
        frame=_frame(deed.title),
        deed=deed,
        effect=_say(deed.effects[letter.state]),
        changes=outcome in (store.DUE, store.DISCARDED),
        deed_hint=_say(deed.hint),
        is_final=action == store.DISCARD,
        reason=reason,
        errors=errors or {},
        **_told(letter),
    )


def _told(letter: Letter) -> dict[str, Any]:
    content = letter.content
    return {
        "letter": letter,
        "cause": _say(cause_of(letter)),
        "content": None if content is None else json.dumps(content, ensure_ascii=False, indent=2, sort_keys=False),
        "is_due": letter.retry_at is not None and letter.retry_at <= machine_now(),
        "deeds": {action: _say(deed.done) for action, deed in DEEDS.items()},
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {
        "states": {state: _say(word) for state, word in STATE_WORDS.items()},
        "looks": STATE_LOOKS,
        "cause_of": lambda letter: _say(cause_of(letter)),
    }


def _frame(title: str) -> Frame:
    """Take the frame of the service's own pages, where it has some."""
    make = runtime().service.frame or Frame
    return replace(make(_say(title)), note=_say(_("Times on this page are in UTC.")))


def _views(asked: Filter, found: Counts) -> list[dict[str, Any]]:
    notes = {None: found.parked + found.dead, State.PARKED: found.parked, State.DEAD: found.dead}
    return [
        {
            "label": _say(label),
            "url": _address(replace(asked, state=state)),
            "current": asked.state == state,
            "note": notes[state],
        }
        for state, label in VIEWS.items()
    ]


def _address(asked: Filter, before: str | None = None) -> str:
    named: dict[str, Any] = {"type": asked.type, "state": asked.state and asked.state.value, "before": before}
    return url_for("failed_events.show_letters", **{key: value for key, value in named.items() if value})


def _state_of(text: str | None) -> State | None:
    return State(text) if text in (State.PARKED, State.DEAD) else None


def _type_of(text: str | None) -> str | None:
    """Read a type as the API does; nothing at all is any type."""
    try:
        found: str | None = LetterListArguments().load({"type": text})["type"] if text else None
    except ValidationError as error:
        raise InvalidInputError(errors=invalid(error).errors) from error
    return found


def _complaint(given: str, error: ValidationError) -> str:
    if not given.strip():
        return _say(_("Say why: whoever looks at it later will ask."))
    (said, *_rest) = error.messages_dict["reason"]
    return translate_message(said, None, _say)


def _say(message: str) -> str:
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated
