"""`caravan events`: what the services tell one another, and what became of it."""

import click

from caravan.lazy_group import LazyGroup

COMMANDS: dict[str, str] = {
    "schema": "caravan.events.schema:schema_command",
    "republish": "caravan.events.republish:republish_command",
    "dead": "caravan.events.dead_letters:dead_command",
}
"""Every command of the group and where it stands, in the order of --help."""


@click.group("events", cls=LazyGroup, targets=COMMANDS)
def events_command() -> None:
    """Describe, repeat and mend what the services tell one another."""
