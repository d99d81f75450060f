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
        targets: Mapping[str, str],
        more_targets: Callable[[], Mapping[str, str]] = dict,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._targets, self._more_targets = targets, more_targets

    def list_commands(self, ctx: click.Context) -> Sequence[str]:  # type: ignore[override]  # a list, too
        """Name the commands."""
        return [*self._targets, *(name for name in self._more_targets() if name not in self._targets)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        target = self._targets.get(cmd_name) or self._more_targets().get(cmd_name)
        if target is None:
            return None
        module, name = target.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command
