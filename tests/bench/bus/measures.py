"""Trials, taken in turns so that what drifts hits all alike, and what is left of their figures."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles

Figures = Mapping[str, float]
"""What one trial measured, by name and unit: `events/s`, `p99 ms`."""


class NotHereError(Exception):
    """What the trial needs is not on this machine; says what."""


class TrialError(Exception):
    """A trial ended badly; says how."""


@dataclass(frozen=True)
class Case:
    """Something to measure: `run` makes one trial."""

    group: str
    key: str
    title: str
    run: Callable[[], Figures]
    note: str = ""
    close: Callable[[], None] = lambda: None
    """Takes away what the trials share."""


@dataclass
class Row:
    """All trials of a case."""

    group: str
    key: str
    title: str
    note: str = ""
    trials: list[dict[str, float]] = field(default_factory=list)
    missing: str = ""
    """Why there are none, where something is not here."""
    failed: str = ""
    """How a trial ended badly, where one did: then the row is no result."""

    def values(self, figure: str) -> list[float]:
        """Return what the trials say of a figure, in their order."""
        return [trial[figure] for trial in self.trials if figure in trial]

    def median(self, figure: str) -> float | None:
        """Return the median of a figure, or None where no trial says it."""
        values = self.values(figure)
        return median(values) if values else None

    def figures(self) -> list[str]:
        """Return the names of all figures."""
        return list(dict.fromkeys(name for trial in self.trials for name in trial))


def in_turns(cases: Sequence[Case], runs: int, say: Callable[[str], None]) -> list[Row]:
    """Run all cases once, then all again from the next one on, and so forth."""
    rows = {case.key: Row(case.group, case.key, case.title, case.note) for case in cases}
    with ExitStack() as stack:
        for case in cases:
            stack.callback(case.close)
        for number in range(runs):
            start = number % len(cases) if cases else 0
            for case in (*cases[start:], *cases[:start]):
                row = rows[case.key]
                if not row.missing and not row.failed:
                    _try(case, row)
                    say(f"{number + 1}/{runs} {case.title}: {row.missing or row.failed or _shown(row.trials[-1])}")
    return [part for row in rows.values() for part in parts(row)]


def _try(case: Case, row: Row) -> None:
    try:
        row.trials.append(dict(case.run()))
    except NotHereError as error:
        row.missing = f"not here: {error}"
    except TrialError as error:
        row.failed = f"failed: {error}"


def parts(row: Row) -> list[Row]:
    """Make a row of each part of a row whose figures say of which part they are: `100/s|p50 ms`."""
    names = dict.fromkeys(name.rpartition("|")[0] for name in row.figures())
    if not any(names):
        return [row]
    found = []
    for part in names:
        trials = [
            {name.rpartition("|")[2]: value for name, value in trial.items() if name.rpartition("|")[0] == part}
            for trial in row.trials
        ]
        key, title = f"{row.key}-{part.partition('/')[0]}", f"{row.title}, {part}"
        found.append(Row(row.group, key, title, row.note, trials, row.missing, row.failed))
    return found


def percentiles(values: list[float]) -> dict[str, float]:
    """Return the middle, the 99th and the 99.9th percentile; of fewer than 1,000 values the last is the greatest."""
    cuts = quantiles(values, n=1000, method="inclusive")
    return {"p50": cuts[499], "p99": cuts[989], "p99.9": cuts[998]}


def _shown(figures: Figures) -> str:
    return ", ".join(f"{value:,.6g} {name}" for name, value in figures.items())
