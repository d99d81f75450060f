"""`caravan events dead`: list, show, replay and discard events that failed."""

import getpass
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from caravan.events import dead_letter_format
from caravan.events.databases import ServiceDatabases, open_databases
from caravan.local_instance import data_option
from servicekit.auth.actors import Actor
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import DISCARDED, DUE, Filter, Letter, LetterNotFoundError, State
from servicekit.operations.dead_letters_api import LONGEST_REASON, STATES, LetterSchema, ReasonSchema, WholeLetterSchema
from servicekit.problems import Problem

Action = Callable[..., tuple[Letter, str]]


def _validated_reason(_context: click.Context, _parameter: click.Parameter, given: str) -> str:
    errors = ReasonSchema().validate({"reason": given})
    if errors:
        raise click.BadParameter(" ".join(errors["reason"]))
    return given.strip()


service_option = click.option("--service", "service", help="Only what failed in this service.")
type_option = click.option("--type", "event_type", help="Only events of this type: caravan.application.approved.v1.")
state_option = click.option(
    "--state", type=click.Choice(STATES), help="Only what will be tried again, or only what will not."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
reason_option = click.option(
    "--reason",
    required=True,
    callback=_validated_reason,
    help=f"Why; kept in the audit. At most {LONGEST_REASON} characters.",
)
yes_option = click.option(
    "--yes", "--apply", "yes", is_flag=True, help="Do it; without this only print what would happen."
)


@click.group("dead")
def dead_command() -> None:
    """List, show, replay and discard events that a service could not handle.

    Parked ones are tried again by themselves, dead ones are not. An EVENT is the id of an
    event, or the longer id that the API gives. Nothing changes without --yes.
    """


@dead_command.command("list")
@service_option
@type_option
@state_option
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The most to show of a service.")
@json_option
@data_option
def list_command(
    *, service: str | None, event_type: str | None, state: str | None, limit: int, as_json: bool, data: Path
) -> None:
    """List events that failed, with their reasons."""
    asked = _filter(event_type, state)
    rows: list[dict[str, Any]] = []
    with open_databases(service, data) as databases:
        for runtime, session in databases.sessions():
            name, counts = runtime.service.name, store.counts(session)
            found = store.page(session, asked, after=None, limit=limit + 1)
            if as_json:
                rows += [{"service": name, **LetterSchema().dump(letter)} for letter in found[:limit]]
                continue
            click.echo(f"{name}: {counts.dead} dead, {counts.parked} parked")
            for letter in found[:limit]:
                dead_letter_format.print_summary(letter)
            if len(found) > limit:
                click.echo("  … and more: choose a --type, a --state or a --limit")
    if as_json:
        click.echo(dead_letter_format.to_json(rows))


@dead_command.command("show")
@click.argument("event")
@service_option
@json_option
@data_option
def show_command(*, event: str, service: str | None, as_json: bool, data: Path) -> None:
    """Show an event that failed: its content, the reason, what was done about it.

    Of private and unreadable events only the names of the fields are shown.
    """
    with open_databases(service, data) as databases:
        found = list(_find_everywhere(databases, event))
    if as_json:
        documents = [{"service": name, **WholeLetterSchema().dump(letter)} for name, letter in found]
        click.echo(dead_letter_format.to_json(documents))
    else:
        for name, letter in found:
            dead_letter_format.print_details(name, letter)
    _require_found(found, event)


@dead_command.command("replay")
@click.argument("event", required=False)
@service_option
@type_option
@state_option
@click.option("--all", "everything", is_flag=True, help="Everything that failed, in every service.")
@reason_option
@yes_option
@data_option
def replay_command(*, event: str | None, everything: bool, data: Path, **chosen: Any) -> None:
    """Let the workers try an EVENT again at once, or all of a type, of a service, or all.

    It is handled like any event, under its own id, so it takes effect once, however often it
    is replayed.
    """
    service, asked = chosen["service"], _filter(chosen["event_type"], chosen["state"])
    narrowed = service or chosen["event_type"] or chosen["state"]
    if event is not None and not (everything or chosen["event_type"] or chosen["state"]):
        _run_action(store.replay, event, service, data, chosen)
    elif event is None and (everything or narrowed):
        _replay_many(asked, service, data, chosen["reason"], yes=chosen["yes"])
    else:
        raise click.UsageError("name one EVENT, or choose by --type, --service or --state, or take --all")


@dead_command.command("discard")
@click.argument("event")
@service_option
@reason_option
@yes_option
@data_option
def discard_command(*, event: str, service: str | None, data: Path, **chosen: Any) -> None:
    """Give up an EVENT for good: its content is deleted, its id is kept, so no copy takes effect."""
    _run_action(store.discard, event, service, data, chosen)


def _run_action(act: Action, event: str, service: str | None, data: Path, chosen: dict[str, Any]) -> None:
    """Run an action on an event in every service that failed on it, or print what it would do.

    Exits with 1 at the end if a service refused it.
    """
    done = refused = 0
    with open_databases(service, data) as databases:
        found = list(_find_everywhere(databases, event))
        for name, letter in found:
            try:
                with databases.write(name) as session:
                    _, outcome = act(session, letter.id, chosen["reason"], _actor(), dry_run=not chosen["yes"])
            except Problem as problem:
                click.echo(f"{name}: {dead_letter_format.printable(problem.detail or str(problem.title))}", err=True)
                refused += 1
                continue
            done += outcome in (DUE, DISCARDED)
            dead_letter_format.print_outcome(name, letter, outcome, done=chosen["yes"])
    _require_found(found, event)
    _print_dry_run_note(done, yes=chosen["yes"])
    if refused:
        raise SystemExit(1)


def _replay_many(asked: Filter, service: str | None, data: Path, reason: str, *, yes: bool) -> None:
    total = 0
    with open_databases(service, data) as databases:
        for runtime, session in databases.sessions():
            name, types = runtime.service.name, store.types(session, asked)
            session.rollback()  # end the read transaction: it would block the writer
            for event_type, count in types.items():
                click.echo(f"{name}: {count} of {event_type or 'unreadable messages'}")
            count = _replay_pages(databases, name, asked, reason) if yes else sum(types.values())
            total += count
            if yes and count:
                click.echo(f"{name}: {count} are tried again now")
    if not total:
        click.echo("no failed event matches")
    _print_dry_run_note(total, yes=yes)


def _replay_pages(databases: ServiceDatabases, name: str, asked: Filter, reason: str) -> int:
    total, after = 0, None
    while True:
        with databases.write(name) as session:
            count, after = store.replay_all(session, asked, reason, _actor(), after=after)
        total += count
        if after is None:
            return total


def _find_everywhere(databases: ServiceDatabases, event: str) -> Iterator[tuple[str, Letter]]:
    """Yield the dead letters of an event in all services, given its own id or the longer id of the API."""
    for runtime, session in databases.sessions():
        yield from ((runtime.service.name, letter) for letter in _find(session, event))


def _find(session: Session, event: str) -> list[Letter]:
    if "." not in event:
        return store.named(session, event)
    try:
        return [store.find(session, event)]
    except LetterNotFoundError:
        return []


def _require_found(found: Sequence[object], event: str) -> None:
    if not found:
        raise click.ClickException(
            f"no event {dead_letter_format.printable(event)[:80]!r} failed; see `caravan events dead list`"
        )


def _print_dry_run_note(count: int, *, yes: bool) -> None:
    if count and not yes:
        click.echo("nothing was done: add --yes to do it")


def _filter(event_type: str | None, state: str | None) -> Filter:
    return Filter(type=event_type, state=State(state) if state else None)


def _actor() -> Actor:
    """Return the operator: the user of this machine, if known."""
    try:
        return Actor(id=f"operator:{getpass.getuser()}", is_system=True)
    except (OSError, KeyError):
        return Actor(id="operator", is_system=True)
