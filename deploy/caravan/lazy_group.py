"""A click group that imports a command when it is called, so that --help is fast."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group of commands that are imported on demand.

    Args:
        targets: `module:attribute` of each command by its name, in the order of --help.
        more_targets: Returns further ones; called for a name that `targets` lacks, and for --help.

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
        """Return the names of the commands."""
        return [*self._targets, *(name for name in self._more_targets() if name not in self._targets)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if there is no such command."""
        target = self._targets.get(cmd_name) or self._more_targets().get(cmd_name)
        if target is None:
            return None
        module, name = target.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command
