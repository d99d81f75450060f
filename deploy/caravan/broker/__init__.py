"""`caravan broker`: what stands on RabbitMQ, and who may do what there."""

import click

from caravan.broker.management import Management
from caravan.broker.setup import admit, declare
from caravan.lazy import LazyGroup

__all__ = ["Management", "admit", "broker_command", "declare"]

COMMANDS = {
    "setup": "caravan.broker.setup:setup_command",
    "grant": "caravan.broker.strangers:grant_command",
    "revoke": "caravan.broker.strangers:revoke_command",
    "list": "caravan.broker.strangers:list_command",
}
"""Every command of the group and where it stands, in the order of --help."""


@click.group("broker", cls=LazyGroup, table=COMMANDS)
def broker_command() -> None:
    """Prepare RabbitMQ, and let strangers read."""
