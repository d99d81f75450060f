"""A play in many processes on RabbitMQ and PostgreSQL, of which each worker is killed while it goes on."""

import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from caravan import discovery
from commanding import Child
from deployment import SERVICES, Instance, many_processes
from faults.evidence import Evidence
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from instances import set_up
from letters_read import letters_taken
from mail_servers import Desk, a_mail_server
from plays import WITH_MODEL, deliveries_in, end_state, finish, start, states_of_deliveries
from servers.postgres import Database
from servers.rabbitmq import Node
from servers.vhost import Vhost
from servicekit.service import assemble

QUICK = {
    "NOTIFICATIONS_LEASE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_DEADLINE_SECONDS": "3",
    "NOTIFICATIONS_SMTP_ANSWER_SECONDS": "3",
    "MATCHING_SOLVER_LEASE_SECONDS": "5",
}
"""How soon another worker takes up what a killed one had in hand."""

SENT_AT_ONCE = 4
"""How many letters a killed sender may have had on their way, by its default settings."""


def check_under_kills(scenario: Path, expected: dict[str, Any], postgres_url: str, folder: Path) -> None:
    """Play a scenario in six processes while they and the broker are killed.

    All comes as expected, no letter twice, and every invariant of tests/faults holds at the end.
    """
    with ExitStack() as stack:
        node = stack.enter_context(Node())
        vhost = stack.enter_context(Vhost(node))
        desk = Desk()
        port = stack.enter_context(a_mail_server(desk))
        settings = {"NOTIFICATIONS_SMTP_URL": f"smtp://127.0.0.1:{port}"} | QUICK | WITH_MODEL
        settings |= databases(stack, postgres_url) | broker(vhost)
        with many_processes(folder, settings) as instance:
            node.settle()
            evidence = evidence_of(stack, instance, vhost, desk, settings)
            play = start(instance, folder / "play.json", scenario)
            upset(instance, node, play)
            told = finish(play, instance, folder / "play.json")
            come_to_rest(evidence)
        check_invariants(evidence)

    assert end_state(told) == end_state(expected)
    check_letters(told, desk)


def evidence_of(
    stack: ExitStack, instance: Instance, vhost: Vhost, desk: Desk, settings: Mapping[str, str]
) -> Evidence:
    """Return what is examined at the end; the client's own words are no log of the platform."""
    runtimes = [
        assemble(service, {"CARAVAN_MOVABLE_CLOCK": "true"} | settings) for service in discovery.services().values()
    ]
    for runtime in runtimes:
        stack.callback(runtime.database.close)
    return Evidence(
        runtimes,
        vhost,
        letters=lambda: [envelope.content for envelope in desk.taken],
        logs=lambda: [process.log for process in instance.processes.values()],
    )


def check_letters(told: dict[str, Any], desk: Desk) -> None:
    """Compare the letters that arrived with what the play told of them."""
    post = letters_taken(desk.taken)
    identities = [letter["Message-ID"] for letter in post]
    accepted, unknown = (deliveries_in(told, state) for state in ("accepted", "unknown"))

    assert states_of_deliveries(told) <= {"accepted", "unknown"}
    assert len(set(identities)) == len(identities)
    assert accepted <= len(identities) <= accepted + unknown
    assert unknown <= SENT_AT_ONCE


def upset(instance: Instance, node: Node, play: Child) -> None:
    """Kill each worker once with SIGKILL and restart the broker, all while the play goes on."""
    for victim in ("work-registration", "work-matching", "work-notifications"):
        time.sleep(5)
        assert play.poll() is None, "the play was over before the last kill"
        instance.processes[victim].kill()
        instance.processes[victim].start()
        if victim == "work-matching":
            node.restart()


def databases(stack: ExitStack, postgres_url: str) -> dict[str, str]:
    """Make a database for each service; return the settings that name them."""
    made = {service: stack.enter_context(Database(postgres_url)) for service in SERVICES}
    return {f"{service.upper()}_DATABASE_URL": database.url for service, database in made.items()}


def broker(vhost: Vhost) -> dict[str, str]:
    """Set all services up on a virtual host; return the settings that name their addresses."""
    addresses = set_up(vhost, list(discovery.services().values()))
    return {f"{service.upper()}_BROKER_URL": url for service, url in addresses.items()}
