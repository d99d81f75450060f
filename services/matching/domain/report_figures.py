"""Rates, quality bands, months of checks.

Figures of a report: what became of the agreements at one check, and the rates that follow.

How good recommendations were, by what came of them: for people to read, never to retrain from unseen.

Calendar months, as agreements count them.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo


class CheckStatus(StrEnum):
    """What a check of an agreement found."""

    REALISED = "realised"
    PARTIALLY_REALISED = "partially_realised"
    IN_PROGRESS = "in_progress"
    NOT_REALISED = "not_realised"
    NO_RESPONSE = "no_response"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The newest answer of one agreement at one check; the amount is cumulative, None where none is known."""

    status: CheckStatus
    amount: int | None


def figures(signed: int, answers: Iterable[Answer]) -> dict[str, int | float | None]:
    """Count the answers of one check and give the three rates in per cent, None where nothing can be divided by.

    strict: realised / signed; with partial: (realised + partially realised) / signed; of answered:
    realised / (signed - no response). A check that was not recorded counts in no state.
    """
    known = list(answers)
    counts = {status.value: sum(answer.status is status for answer in known) for status in CheckStatus}
    realised, partial = counts[CheckStatus.REALISED], counts[CheckStatus.PARTIALLY_REALISED]
    return {
        **counts,
        "realised_amount": sum(answer.amount or 0 for answer in known),
        "realisation_rate_strict_percent": percent(realised, signed),
        "realisation_rate_with_partial_percent": percent(realised + partial, signed),
        "realisation_rate_of_answered_percent": percent(realised, signed - counts[CheckStatus.NO_RESPONSE]),
    }


def percent(part: int, whole: int) -> float | None:
    """Return a share in per cent with one decimal, half up; None of nothing."""
    if whole <= 0:
        return None
    return float((Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP))


EDGES = (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Where bands of scores begin and end: from the first to below the second, and so on; the last holds 1."""


def closeness(score: float) -> int:
    """Tell how close a score says two are, in four steps: 1 for the bands below the third, 4 for the highest."""
    return max(1, bisect_right(EDGES[1:-1], score))


@dataclass(frozen=True, kw_only=True)
class Held:
    """A meeting that took place: the score that it was recommended with, if it was, and its ratings, from 1 to 5."""

    id: UUID
    score: float | None
    ratings: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Band:
    """Held meetings of a range of scores; of those that were not recommended, both ends are None."""

    least: float | None
    most: float | None
    meetings: int
    ratings: int
    mean: float | None
    """Of the ratings, 1 to 5; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What became of recommendations; a share is None where there is nothing to share."""

    held: int
    recommended: int
    recommended_share: float | None
    ratings: int
    mean_rating: float | None
    bands: tuple[Band, ...]
    listed: int
    """Places in lists as they are now, and those that signals have taken from them."""
    signals: Mapping[str, int] = field(default_factory=dict)
    signal_share: float | None = None
    """Signals for each place in a list."""


def quality(meetings: Sequence[Held], shown: int, signals: Iterable[str]) -> Quality:
    """Sum up what became of recommendations.

    Args:
        meetings: those that were held.
        shown: places in the lists as they are now.
        signals: the kind of each signal that stands.

    """
    kinds = Counter(signals)
    ratings = [stars for meeting in meetings for stars in meeting.ratings]
    recommended = sum(meeting.score is not None for meeting in meetings)
    return Quality(
        held=len(meetings),
        recommended=recommended,
        recommended_share=recommended / len(meetings) if meetings else None,
        ratings=len(ratings),
        mean_rating=_mean(ratings),
        bands=tuple(_bands(meetings)),
        listed=shown + kinds.total(),
        signals=dict(kinds),
        signal_share=kinds.total() / (shown + kinds.total()) if shown + kinds.total() else None,
    )


def _bands(meetings: Iterable[Held]) -> Iterable[Band]:
    """Group meetings by their score, the best band first, those that nobody recommended last."""
    groups: dict[tuple[float | None, float | None], list[Held]] = defaultdict(list)
    for meeting in meetings:
        groups[_band_of(meeting.score)].append(meeting)
    for least, most in (*reversed(list(pairwise(EDGES))), (None, None)):
        ratings = [stars for meeting in groups[least, most] for stars in meeting.ratings]
        yield Band(least=least, most=most, meetings=len(groups[least, most]), ratings=len(ratings), mean=_mean(ratings))


def _band_of(score: float | None) -> tuple[float | None, float | None]:
    if score is None:
        return None, None
    return next(band for band in reversed(list(pairwise(EDGES))) if score >= band[0])


def _mean(ratings: Sequence[int]) -> float | None:
    return sum(ratings) / len(ratings) if ratings else None


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day where the month is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def start_of(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))
