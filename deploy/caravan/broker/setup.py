"""`caravan broker setup`: declare the exchanges and the stream, and create the users of the services."""

import secrets
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

import click

from caravan import discovery
from caravan.broker import dead_letter_queues, env_files
from caravan.broker.management import Management
from caravan.broker.options import ADDRESS_SUFFIX, BrokerOptions, broker_options
from servicekit.bus import subscriptions, topology
from servicekit.service import Service

REGIONS_SETTING = "CARAVAN_HOMES"
"""The setting with the regions of the instance; setup writes it into the env file."""
PRIVATE_READERS = frozenset({"notifications"})
"""The services that may read personal data by default; for others the operator has to allow it."""


def declare_topology(management: Management) -> None:
    """Declare the virtual host, the exchanges and the stream."""
    place = management.vhost_path
    management.put(f"vhosts/{place}", {"default_queue_type": "quorum"})
    for name in (topology.EVENTS, topology.PRIVATE):
        management.put(f"exchanges/{place}/{name}", {"type": "topic", "durable": True})
    management.put(f"queues/{place}/{topology.LOG}", {"durable": True, "arguments": topology.LOG_ARGUMENTS})
    management.post(f"bindings/{place}/e/{topology.EVENTS}/q/{topology.LOG}", {"routing_key": "#"})
    dead_letter_queues.declare_exchanges(management)


def create_service_user(management: Management, service: Service, password: str, homes: tuple[str, ...]) -> str:
    """Create the user of a service with the least permissions that it needs; return the name of the user.

    Args:
        management: The management API.
        service: The service.
        password: The password of the user.
        homes: Regions for which the service may publish; empty for all.

    """
    user = f"{management.vhost.strip('/') or 'caravan'}.{service.name}"
    management.put(f"users/{quote(user, safe='')}", {"password": password, "tags": ""})
    reads_private = _reads_private_events(service)
    queue = topology.queue_of(service.name)
    own_dead = dead_letter_queues.declare_queue(management, service.name)
    readable = [queue, own_dead, topology.EVENTS, topology.LOG] + [topology.PRIVATE] * reads_private
    writable = [queue, topology.EVENTS, topology.DEAD] + [topology.PRIVATE] * service.tells_private()
    rights = {"configure": _exact_names([queue]), "write": _exact_names(writable), "read": _exact_names(readable)}
    management.put(f"permissions/{management.vhost_path}/{quote(user, safe='')}", rights)
    write_pattern = topology.write_pattern(service.words(), homes)
    for exchange, read in ((topology.EVENTS, ".*"), (topology.PRIVATE, ".*" if reads_private else "^$")):
        rights = {"exchange": exchange, "write": write_pattern, "read": read}
        management.put(f"topic-permissions/{management.vhost_path}/{quote(user, safe='')}", rights)
    return user


def _reads_private_events(service: Service) -> bool:
    return any(private for private, _ in subscriptions.bindings(service))


def _refuse_unapproved_readers(services: Iterable[Service], allowed: Iterable[str]) -> None:
    """Check that every service that reads private events is allowed to: being installed is not enough.

    Raises:
        click.ClickException: a service reads them without being in PRIVATE_READERS or allowed by the operator.

    """
    asking = [service.name for service in services if _reads_private_events(service)]
    unapproved = sorted(set(asking) - PRIVATE_READERS - set(allowed))
    if unapproved:
        options = " ".join(f"--private {name}" for name in unapproved)
        raise click.ClickException(
            f"{', '.join(unapproved)}: asks to read personal data ({topology.PRIVATE}); "
            f"add {options} if it may, or uninstall it: nothing was done"
        )


def _exact_names(names: list[str]) -> str:
    return "^(" + "|".join(name.replace(".", r"\.") for name in names) + ")$"


@click.command("setup")
@click.option(
    "--homes",
    envvar=REGIONS_SETTING,
    help="Regions of this instance: RU-KLU,RU-KYA; as before if not given, all if empty.",
)
@click.option(
    "--private",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="Another service, besides notifications, that may read personal data; may be given several times.",
)
@broker_options
def setup_command(broker: BrokerOptions, homes: str | None, allowed: tuple[str, ...]) -> None:
    """Create the exchanges, the history and a user for each service; can be repeated.

    Needs RabbitMQ's management API with an administrator in CARAVAN_BROKER_API_URL
    (http://user:password@host:15672). Passwords are generated once and kept in the env file,
    and so are the address and the regions: run it again without options, and they stay.
    """
    services = discovery.services()
    for name in allowed:
        discovery.service(name)
    _refuse_unapproved_readers(services.values(), allowed)
    saved = broker.saved
    regions = tuple(
        part.strip() for part in (saved.get(REGIONS_SETTING, "") if homes is None else homes).split(",") if part.strip()
    )
    click.echo(f"broker: {broker.display_address}")
    click.echo(f"regions: {', '.join(regions) or 'all (--homes names those of the instance)'}")
    declare_topology(broker.management)
    lines = {**saved, REGIONS_SETTING: ",".join(regions)}
    for name, service in services.items():
        variable = name.upper() + ADDRESS_SUFFIX
        password = unquote(urlsplit(saved.get(variable, "")).password or secrets.token_urlsafe(32))
        user = create_service_user(broker.management, service, password, regions)
        lines[variable] = broker.address_for(user, password)
        click.echo(f"{name}: user {user}")
    env_files.write(broker.env_file, {name: value for name, value in lines.items() if value or name != REGIONS_SETTING})
    dead_letter_queues.distribute_old_messages(broker.management)
    click.echo(f"addresses with passwords: {broker.env_file}")
