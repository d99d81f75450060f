"""A group of commands, each imported when it is asked for, so that --help comes at once."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Its commands stand in a table of name to `module:attribute`, in the order of --help.

    `more` returns a further table when a command is asked for that the first one does not hold.
    """

    def __init__(
        self,
        *args: Any,
        table: Mapping[str, str],
        more: Callable[[], Mapping[str, str]] = dict,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._table, self._more = table, more

    def list_commands(self, ctx: click.Context) -> Sequence[str]:  # type: ignore[override]  # a list, too
        """Name the commands."""
        return [*self._table, *(name for name in self._more() if name not in self._table)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        place = self._table.get(cmd_name) or self._more().get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command
