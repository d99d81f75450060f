"""Events that failed, told on a terminal: nothing that they hold moves its cursor."""

import json
from datetime import datetime
from typing import Any

import click

from servicekit.dead_letters import DISCARDED, DUE
from servicekit.letters import Letter, State

OUTCOMES = {DUE: "is tried again now", DISCARDED: "is discarded"}
DRY_RUN_OUTCOMES = {DUE: "would be tried again at once", DISCARDED: "would be discarded, and its content deleted"}


def printable(text: str) -> str:
    """Replace what is not printed but done by a terminal."""
    return "".join(char if char.isprintable() else "·" for char in text)


def to_json(value: Any) -> str:
    """Write JSON that a terminal can be shown: what it would not print is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def print_summary(letter: Letter) -> None:
    """Tell an event in three lines."""
    click.echo(f"  {letter.event_id}  {_name(letter)}")
    click.echo(f"      {_state(letter)}; first came {_at(letter.first_at)}, last tried {_at(letter.last_tried_at)}")
    about = f", about {printable(letter.subject)}" if letter.subject else ""
    click.echo(f"      from {printable(letter.source)}{about}")
    click.echo(f"      {printable(letter.told_error or '')[:300]}")


def print_details(service: str, letter: Letter) -> None:
    """Tell everything that may be told of an event."""
    click.echo(f"{service}: {letter.event_id}  {_name(letter)}")
    facts = {
        "state": _state(letter),
        "id": letter.id,
        "source": letter.source,
        "subject": letter.subject,
        "first came": _at(letter.first_at),
        "last tried": _at(letter.last_tried_at),
        "error": letter.told_error,
        "not shown": ", ".join(letter.fields),
    }
    for label, text in facts.items():
        if text:
            click.echo(f"  {label:<11}{printable(text)}")
    for action in letter.actions:
        said = f"{action.action} by {action.actor}, {action.outcome}: {action.reason}"
        click.echo(f"  {_at(action.at)}  {printable(said)}")
    if letter.content is not None:
        for one in to_json(letter.content).split("\n"):
            click.echo(f"  {one}")
    elif letter.body is not None and not letter.fields:
        click.echo(f"  {letter.shown.size_bytes} bytes that nobody can read")


def print_outcome(service: str, letter: Letter, found: str, *, done: bool) -> None:
    """Tell what was done to an event, or would be."""
    said = (OUTCOMES if done else DRY_RUN_OUTCOMES).get(found, f"was {found}: nothing to do")
    click.echo(f"{service}: {letter.event_id}  {_name(letter)}  {said}")


def _name(letter: Letter) -> str:
    return letter.type or "(a message that nobody can read)"


def _state(letter: Letter) -> str:
    tries = f"{letter.attempts} tries" if letter.attempts != 1 else "1 try"
    if letter.state is State.PARKED:
        return f"parked after {tries}, next {_at(letter.retry_at)}"
    return f"dead after {tries}" if letter.state is State.DEAD else letter.state.value


def _at(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}Z" if instant else "never"
