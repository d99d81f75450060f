"""Figures of a report: what became of the agreements at one check, and the rates that follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


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
