"""`caravan events republish`: publish the present state of all aggregates again, as snapshot events."""

import time
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from caravan import discovery
from caravan.events.databases import not_installed_message
from caravan.local_instance import data_option, existing_runtimes
from servicekit import migrations
from servicekit.bus import snapshots
from servicekit.service import Runtime, Service
from servicekit.telemetry import logs

STALL_SECONDS = 15.0
"""Without progress for so long, the command leaves the rest to the worker."""
POLL_SECONDS = 0.2


class StalledError(Exception):
    """Too many events wait in the outbox, and no worker sends them."""


@click.command("republish")
@click.option("--service", "names", multiple=True, help="Only this service; may be given several times.")
@click.option("--aggregate", "entities", multiple=True, help="Only these, as organisation; may be given several times.")
@data_option
def republish_command(names: tuple[str, ...], entities: tuple[str, ...], data: Path) -> None:
    """Publish the present state of all aggregates again, for services that need more than the history holds.

    The events are marked as snapshots: readers keep them unless they have something newer,
    and no mail is sent because of them. Run it while the instance works, as often as you
    like; if it is interrupted, the worker of each service publishes the rest.
    """
    logs.configure("WARNING")
    found = discovery.services()
    chosen = [discovery.service(name) for name in names] or list(found.values())
    wanted = {service.name: _selected_entities(service, entities) for service in chosen}
    unknown = set(entities) - {entity for selected in wanted.values() for entity in selected}
    if unknown:
        known = sorted({entity for service in chosen for entity in snapshots.snapshots_of(service)})
        raise click.BadParameter(f"no service publishes {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    asked = [service for service in chosen if wanted[service.name]]
    runtimes, missing = existing_runtimes(asked, data)
    if missing:
        raise click.ClickException(f"{missing[0]} {not_installed_message(missing[0])}")
    finished = [_republish(runtime, wanted[runtime.service.name]) for runtime in runtimes]
    raise SystemExit(0 if all(finished) else 1)


def _selected_entities(service: Service, entities: Sequence[str]) -> list[str]:
    return [entity for entity in snapshots.snapshots_of(service) if not entities or entity in entities]


def _republish(runtime: Runtime, entities: Sequence[str]) -> bool:
    """Publish the snapshots of one service; return whether nothing is left."""
    name = runtime.service.name
    try:
        if not migrations.is_at_head(runtime):
            raise click.ClickException(f"{name} {not_installed_message(name)}")
        with runtime.database.write() as session:
            snapshots.request(session, entities)
        _publish_snapshots(runtime, entities)
    except DBAPIError as error:
        raise click.ClickException(f"{name}: the database does not answer: {error.orig}") from error
    except StalledError:
        click.echo(f"{name}: events wait and no worker sends them; the rest is published as soon as one runs:")
        click.echo(f"`caravan work {name}`, or `caravan up` without a broker")
        return False
    finally:
        runtime.database.close()
    return True


def _publish_snapshots(runtime: Runtime, entities: Sequence[str]) -> None:
    """Publish requested snapshots, in parallel with the worker, until done; print what is finished.

    Raises:
        StalledError: the outbox is full and does not get shorter.

    """
    finished: set[str] = set()
    since = time.monotonic()
    while len(finished) < len(entities):
        is_busy = snapshots.step(runtime)
        with runtime.database.read() as session:
            progress, unsent = snapshots.progress(session), snapshots.unsent(session)
        for entity in (entity for entity in entities if entity not in finished and progress[entity].finished_at):
            click.echo(f"{runtime.service.name}: {entity} {progress[entity].told}")
            finished.add(entity)
        if unsent <= snapshots.MOST_UNSENT:
            since = time.monotonic()
        elif time.monotonic() - since > STALL_SECONDS:
            raise StalledError
        if not is_busy:
            time.sleep(POLL_SECONDS)
