"""What is wrong with a file: where, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

MAX_SHOWN = 20
"""How many faults are told one by one."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the JSON pointer of its place, and the cause."""

    pointer: str
    cause: str
    line: int = 0
    """Counted from 1; 0 where it is not known."""

    def __str__(self) -> str:
        where = f"line {self.line}, " if self.line else ""
        return f"{where}{self.pointer or 'the whole file'}: {self.cause}"


class ScenarioError(click.ClickException):
    """The file is refused: nothing of it was sent anywhere."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [f"  {fault}" for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            lines.append(f"  … and {len(self.faults) - MAX_SHOWN} more")
        super().__init__("\n".join([f"{path} cannot be loaded; nothing was sent.", *lines]))
