"""`caravan events`: the contracts of the events, snapshots of present state, and dead letters.

Its face is `events_command`; `schema` also writes the published documents of the contracts.
"""

import click

from caravan.lazy_group import LazyGroup

COMMANDS: dict[str, str] = {
    "schema": "caravan.events.schema:schema_command",
    "republish": "caravan.events.republish:republish_command",
    "dead": "caravan.events.dead_letters:dead_command",
}
"""Each command of the group and its module, in the order of --help."""


@click.group("events", cls=LazyGroup, targets=COMMANDS)
def events_command() -> None:
    """Describe events, republish state, and handle events that failed."""
