"""The figures of a run as JSON, written and read."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.bus.measures import Row

FORMAT = 1
NAME = "bus.json"


@dataclass
class Report:
    """All that one run measured."""

    environment: dict[str, Any]
    runs: int
    scale: float
    rows: list[Row] = field(default_factory=list)

    def row(self, key: str) -> Row | None:
        """Return the row of a case, if it was measured or found missing."""
        return next((row for row in self.rows if row.key == key), None)


def write(report: Report, folder: Path, verdicts: Sequence[dict[str, Any]] = ()) -> Path:
    """Write the figures, with their least, middle and greatest beside them, and what they show; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    rows = [asdict(row) | {"figures": summary(row)} for row in report.rows]
    text = json.dumps(
        {"format": FORMAT, **asdict(report), "rows": rows, "verdicts": list(verdicts)}, indent=2, ensure_ascii=False
    )
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Report:
    """Read what `write` wrote.

    Raises:
        ValueError: the file is of another format.

    """
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw.pop("verdicts", None)
    if raw.pop("format", None) != FORMAT:
        raise ValueError(f"{path} is no report of format {FORMAT}")
    rows = [Row(**{name: value for name, value in row.items() if name != "figures"}) for row in raw.pop("rows")]
    return Report(**raw, rows=rows)


def summary(row: Row) -> dict[str, dict[str, float]]:
    """Return the least, the middle and the greatest of each figure."""
    found = {}
    for figure in row.figures():
        values = row.values(figure)
        found[figure] = {"min": min(values), "median": row.median(figure) or 0.0, "max": max(values)}
    return found
