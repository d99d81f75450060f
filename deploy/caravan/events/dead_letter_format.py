"""Print dead letters on a terminal; control characters in their content are replaced."""

import json
from datetime import datetime
from typing import Any

import click

from servicekit.bus.dead_letters.store import DISCARDED, DUE, Letter, State

OUTCOMES = {DUE: "is tried again now", DISCARDED: "is discarded"}
DRY_RUN_OUTCOMES = {DUE: "would be tried again at once", DISCARDED: "would be discarded, and its content deleted"}


def printable(text: str) -> str:
    """Replace characters that are not printable, such as those that control a terminal."""
    return "".join(char if char.isprintable() else "·" for char in text)


def to_json(value: Any) -> str:
    """Return JSON in which characters that are not printable are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def print_summary(letter: Letter) -> None:
    """Print an event in a few lines."""
    click.echo(f"  {letter.event_id}  {_name(letter)}")
    click.echo(f"      {_state(letter)}; first came {_at(letter.first_at)}, last tried {_at(letter.last_tried_at)}")
    about = f", about {printable(letter.subject)}" if letter.subject else ""
    click.echo(f"      from {printable(letter.source)}{about}")
    click.echo(f"      {printable(letter.told_error or '')[:300]}")


def print_details(service: str, letter: Letter) -> None:
    """Print everything about an event that operators may see."""
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
        summary = f"{action.action} by {action.actor}, {action.outcome}: {action.reason}"
        click.echo(f"  {_at(action.at)}  {printable(summary)}")
    if letter.content is not None:
        for one in to_json(letter.content).split("\n"):
            click.echo(f"  {one}")
    elif letter.body is not None and not letter.fields:
        click.echo(f"  {letter.shown.size_bytes} unreadable bytes")


def print_outcome(service: str, letter: Letter, found: str, *, done: bool) -> None:
    """Print what was done to an event, or would be done."""
    text = (OUTCOMES if done else DRY_RUN_OUTCOMES).get(found, f"was {found}: nothing to do")
    click.echo(f"{service}: {letter.event_id}  {_name(letter)}  {text}")


def _name(letter: Letter) -> str:
    return letter.type or "(an unreadable message)"


def _state(letter: Letter) -> str:
    tries = f"{letter.attempts} tries" if letter.attempts != 1 else "1 try"
    if letter.state is State.PARKED:
        return f"parked after {tries}, next {_at(letter.retry_at)}"
    return f"dead after {tries}" if letter.state is State.DEAD else letter.state.value


def _at(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}Z" if instant else "never"
