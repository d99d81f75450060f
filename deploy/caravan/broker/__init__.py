"""`caravan broker`: set up RabbitMQ (exchanges, stream, users) and grant read access to external programs.

Others import `Management` (the HTTP API), `declare_topology`, `create_service_user`, and `grants.Grants`.
"""

import click

from caravan.broker.management import Management
from caravan.broker.setup import create_service_user, declare_topology
from caravan.lazy_group import LazyGroup

__all__ = ["Management", "broker_command", "create_service_user", "declare_topology"]

COMMANDS = {
    "setup": "caravan.broker.setup:setup_command",
    "grant": "caravan.broker.grant_commands:grant_command",
    "revoke": "caravan.broker.grant_commands:revoke_command",
    "list": "caravan.broker.grant_commands:list_command",
}
"""Each command of the group and its module, in the order of --help."""


@click.group("broker", cls=LazyGroup, targets=COMMANDS)
def broker_command() -> None:
    """Set up RabbitMQ, and let external programs read events."""
