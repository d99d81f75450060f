"""What a schedule says of itself, held against what a checker has counted."""

from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]
FIGURES = ("objective", "missing_meetings", "breaks", "table_changes")


def of_figures(schedule: Body, figures: Body) -> Iterator[str]:
    """Find figures that a schedule states otherwise than they are."""
    for name in FIGURES:
        said, found = schedule.get(name), figures.get(name)
        if None not in {said, found} and said != found:
            yield f"{name}: is said to be {said}, is {found}"


def of_changes(schedule: Body, differing: dict[str, set[int]]) -> Iterator[str]:
    """Find lists of changes that a schedule states otherwise than they are."""
    for name, found in differing.items():
        said = {entry if isinstance(entry, int) else entry["meeting"] for entry in schedule.get(name, ())}
        if name in schedule and said != found:
            yield f"{name}: differs from what is said by {sorted(said ^ found)[:10]}"
