"""What the bus should reach, and whether it did in one run."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.bus.results import Report

Value = Callable[[Report], float | None]


@dataclass(frozen=True)
class Claim:
    """Something that a run shows or does not show: a value that is at least, or below, a bound."""

    words: str
    value: Value
    bound: float
    unit: str
    at_least: bool = True


@dataclass(frozen=True)
class Verdict:
    """What a run says of a claim."""

    words: str
    value: float
    bound: str
    unit: str
    reached: bool


def figure(key: str, name: str = "events/s") -> Value:
    """Take the median of a figure."""

    def value(report: Report) -> float | None:
        row = report.row(key)
        return row.median(name) if row and not row.failed else None

    return value


def ratio(key: str, other: str) -> Value:
    """Divide the median rate of a case by that of another, of the same run."""

    def value(report: Report) -> float | None:
        ours, theirs = figure(key)(report), figure(other)(report)
        return ours / theirs if ours is not None and theirs else None

    return value


CLAIMS = (
    Claim("publishing step beside C in windows", ratio("ours", "c-window"), 0.5, "×"),
    Claim("publishing step beside kombu one by one", ratio("ours", "kombu-one"), 8, "×"),
    Claim("outbox row to deletion beside C, PostgreSQL", ratio("outbox-postgresql", "c-window"), 0.25, "×"),
    Claim("outbox row to deletion beside C, SQLite", ratio("outbox-sqlite", "c-window"), 0.25, "×"),
    Claim(
        "handling beside one transaction a message, PostgreSQL", ratio("ours-postgresql", "single-postgresql"), 15, "×"
    ),
    Claim("handling beside one transaction a message, SQLite", ratio("ours-sqlite", "single-sqlite"), 15, "×"),
    Claim("handling on PostgreSQL", figure("ours-postgresql"), 3_500, "events/s"),
    Claim("handling on PostgreSQL, the aim", figure("ours-postgresql"), 5_000, "events/s"),
    Claim("handling beside FastStream", ratio("ours-postgresql", "faststream"), 1, "×"),
    Claim("handling beside Celery", ratio("ours-postgresql", "celery"), 1, "×"),
    Claim("web commit to effect at 100/s, p50", figure("latency-apart-100", "p50 ms"), 30, "ms", at_least=False),
    Claim("web commit to effect at 100/s, p99", figure("latency-apart-100", "p99 ms"), 80, "ms", at_least=False),
    Claim("in one process at 100/s, p50", figure("latency-together-100", "p50 ms"), 12, "ms", at_least=False),
    Claim("in one process at 100/s, p99", figure("latency-together-100", "p99 ms"), 40, "ms", at_least=False),
    Claim("catching up after an outage", figure("backlog", "s"), 60, "s", at_least=False),
    Claim("relay's memory meanwhile", figure("backlog", "relay MiB grown since a fifth"), 10, "MiB", at_least=False),
    Claim(
        "consumer's memory meanwhile", figure("backlog", "consumer MiB grown since a fifth"), 10, "MiB", at_least=False
    ),
)


def verdicts(report: Report) -> list[Verdict]:
    """Judge what was measured; a claim whose rows are not there is left out."""
    found = []
    for claim in CLAIMS:
        value = claim.value(report)
        if value is not None:
            reached = value >= claim.bound if claim.at_least else value < claim.bound
            bound = f"{'≥' if claim.at_least else '<'} {claim.bound:,g}"
            found.append(Verdict(claim.words, value, bound, claim.unit, reached))
    return found
