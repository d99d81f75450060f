"""What differs between a schedule and the one before it, as the answer of a repair says it."""

from collections.abc import Iterable, Mapping
from typing import Any

Body = dict[str, Any]
Place = Any
"""What of a row makes its place: a meeting with another one has moved."""
IN_FLUX = {"hall_full", "free_place_left"}
"""Reasons that new meetings may have made untrue."""


def changes(before: Mapping[int, Place], after: Mapping[int, Place], reasons: Iterable[Body]) -> Body:
    """List the meetings that moved, were dropped, with reasons, have no place as before, and were added."""
    unplaced = {reason["meeting"]: reason for reason in reasons}
    stay = sorted(before.keys() & after.keys())
    return {
        "moved": [
            {"meeting": number, "before": before[number], "after": after[number]}
            for number in stay
            if before[number] != after[number]
        ],
        "dropped": [unplaced[number] for number in sorted(before.keys() - after.keys())],
        "unplaced": [reason for number, reason in sorted(unplaced.items()) if number not in before],
        "added": sorted(after.keys() - before.keys()),
    }


def aims(costs: Mapping[str, int], bounds: Mapping[str, int]) -> list[Body]:
    """Write how far each aim was reached, in their order."""
    found = ((aim, cost, bounds.get(aim)) for aim, cost in costs.items())
    return [{"aim": aim, "value": cost, "bound": bound, "proven": cost == bound} for aim, cost, bound in found]
