"""Errors in a scenario file, with their place and cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

MAX_SHOWN = 20
"""How many faults the message lists; the others are counted."""


@dataclass(frozen=True)
class Fault:
    """One error in a file: the JSON pointer of its place, and the cause."""

    pointer: str
    cause: str
    line: int = 0
    """Counted from 1; 0 if unknown."""

    def __str__(self) -> str:
        where = f"line {self.line}, " if self.line else ""
        return f"{where}{self.pointer or 'the whole file'}: {self.cause}"


class ScenarioError(click.ClickException):
    """The file is invalid; nothing of it was sent."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [f"  {fault}" for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            lines.append(f"  … and {len(self.faults) - MAX_SHOWN} more")
        super().__init__("\n".join([f"{path} cannot be loaded; nothing was sent.", *lines]))
