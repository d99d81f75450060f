"""`caravan broker`: what stands on RabbitMQ, and who may do what there."""

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
"""Every command of the group and where it stands, in the order of --help."""


@click.group("broker", cls=LazyGroup, targets=COMMANDS)
def broker_command() -> None:
    """Prepare RabbitMQ, and let strangers read."""
