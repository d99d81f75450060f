"""A group of commands, each imported when it is asked for, so that --help comes at once."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Its commands stand in a table of name to `module:attribute`, in the order of --help."""

    def __init__(self, *args: Any, table: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._table = table

    def list_commands(self, ctx: click.Context) -> Sequence[str]:  # type: ignore[override]  # a list, too
        """Name the commands."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._table:
            return None
        module, name = self._table[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command
