"""`caravan broker grant`, `revoke` and `list`: manage the read access of external programs to events."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from caravan import discovery
from caravan.broker.grants import CONSUMER_TIMEOUT, DAY_MILLISECONDS, Grants
from caravan.broker.options import BrokerOptions, broker_options
from caravan.broker.routing_patterns import matching_event_types, parse_patterns
from caravan.ports import LOOPBACK
from caravan.secret_files import write_secret
from servicekit.bus import topology

_NAME_PATTERN = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_MAX_DAYS = 49
"""RabbitMQ stores these times as 32 bits of milliseconds."""


def _checked_name(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not _NAME_PATTERN.fullmatch(value):
        raise click.BadParameter(f"{value!r} is not a valid name: at most 40 of a-z, 0-9 and -, such as 'analytics'")
    return value


name_argument = click.argument("name", callback=_checked_name)


@click.command("grant")
@name_argument
@click.option("--read", "asked", multiple=True, required=True, help="Patterns of routing keys: '*.application.# …'.")
@click.option("--history", is_flag=True, help="Also the stream of ALL public events, whatever the patterns say.")
@click.option("--max-events", type=click.IntRange(1), help="Most events that may wait; 100,000 if not given.")
@click.option("--max-megabytes", type=click.IntRange(1), help="Most megabytes that they may take; 200 if not given.")
@click.option("--keep-days", type=click.IntRange(1, _MAX_DAYS), help="How long an event may wait; 30 if not given.")
@click.option(
    "--expire-days",
    type=click.IntRange(1, _MAX_DAYS),
    help="A queue without a reader for so long expires; 30 if not given.",
)
@click.option("--new-password", is_flag=True, help="Generate a new password; open connections are closed.")
@click.option(
    "--address-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the address with its password goes, readable by you alone, instead of being shown.",
)
@broker_options
def grant_command(
    name: str,
    asked: tuple[str, ...],
    broker: BrokerOptions,
    address_file: Path | None,
    *,
    history: bool,
    new_password: bool,
    **bounds: int | None,
) -> None:
    """Let the external program NAME read the events that match the patterns, in a bounded queue.

    It gets a user that can read that queue and do nothing else: it cannot declare, bind or
    publish. When its queue is full, the oldest events are dropped. Grant again to change the
    patterns; the password stays. With --history it also reads the stream of the last 30 days,
    whatever the patterns.
    """
    patterns = parse_patterns(asked)
    grants = Grants(broker.management)
    arguments = grants.queue_arguments(name, _queue_arguments(bounds))
    before = grants.find(name)
    password = secrets.token_urlsafe(32) if new_password or before is None or not before.may_read else ""
    if address_file and not password:
        raise click.ClickException(f"only {name} knows its password: add --new-password to have one written")
    if password:
        grants.create_user(name, password)
    grants.grant(name, patterns, arguments, history=history)
    if new_password:
        grants.close_connections(name)
    _print_matches(patterns)
    _print_address(broker, grants.user_name(name), password, address_file)
    click.echo(
        f"queue:   {topology.STRANGERS}{name}, at most {arguments['x-max-length']:,} events; the oldest go first"
    )
    click.echo(f"         {_acknowledgement_limit(arguments)}")
    all_of_them = f"{topology.LOG}: ALL public events of the last 30 days, whatever the patterns"
    click.echo(f"history: {all_of_them if history else 'no (--history opens it)'}")
    click.echo("A program to start from: deploy/examples/analytics")


def _queue_arguments(bounds: dict[str, int | None]) -> dict[str, int]:
    terms = {
        "max_events": ("x-max-length", 1),
        "max_megabytes": ("x-max-length-bytes", 1_000_000),
        "keep_days": ("x-message-ttl", DAY_MILLISECONDS),
        "expire_days": ("x-expires", DAY_MILLISECONDS),
    }
    return {terms[option][0]: value * terms[option][1] for option, value in bounds.items() if value is not None}


def _acknowledgement_limit(arguments: Mapping[str, Any]) -> str:
    if CONSUMER_TIMEOUT not in arguments:
        return "it has no acknowledgement timeout, since it is older than that: to have one, revoke and grant"
    return f"an event that is taken must be acknowledged within {arguments[CONSUMER_TIMEOUT] // 60_000} minutes"


def _print_matches(patterns: list[str]) -> None:
    discovery.services()  # loading them registers their events
    for pattern in patterns:
        found = matching_event_types(pattern)
        if found:
            click.echo(f"reads:   {pattern} (known events: {len(found)})")
        elif matching_event_types(pattern, private=True):
            click.echo(f"warning: {pattern} names private events only: external programs never get them", err=True)
        else:
            click.echo(f"warning: {pattern} matches no event that is known here", err=True)


def _print_address(broker: BrokerOptions, user: str, password: str, file: Path | None) -> None:
    address = broker.address_for(user, password, with_parameters=False)
    if file:
        try:
            write_secret(file, f"{address}\n")
        except OSError as error:
            raise click.ClickException(f"granted, but {file}: {error}; grant again with --new-password") from error
        click.echo(f"address: in {file}")
    elif password:
        click.echo(f"address: {address}")
        click.echo("         with its password: this is the only time that it is shown")
    else:
        click.echo(f"address: {address} (the password stays as it was)")
    if not broker.uses_tls and broker.host not in (LOOPBACK, "localhost"):
        click.echo("warning: without TLS (amqps://) the password can be read in transit", err=True)


@click.command("revoke")
@name_argument
@broker_options
def revoke_command(name: str, broker: BrokerOptions) -> None:
    """Remove the access of the external program NAME: its user, connections and queue with all waiting events."""
    grants = Grants(broker.management)
    if grants.find(name) is None:
        raise click.ClickException(f"there is no grant {name!r}")
    grants.revoke(name)
    click.echo(f"revoked: {name}")


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@broker_options
def list_command(broker: BrokerOptions, *, as_json: bool) -> None:
    """List the external programs with access, what they may read, and whether they do."""
    grants = Grants(broker.management)
    grants.require_setup()
    found = list(grants.all())
    if as_json:
        click.echo(json.dumps([{**asdict(grant), "state": grant.state} for grant in found], indent=2))
        return
    table = Table("name", "reads", "history", "waiting", "in hand", "at most", "state", box=None, pad_edge=False)
    for grant in found:
        most = f"{grant.arguments['x-max-length']:,}" if grant.arguments else "-"
        history = "all" if grant.history else "no"
        counts = (f"{grant.waiting:,}", f"{grant.in_hand:,}", most)
        table.add_row(grant.name, "\n".join(grant.patterns), history, *counts, grant.state)
    Console().print(table if found else "There are no grants.")
