"""Why pairs have no meeting, as the rows of a result: with ids that everybody knows, and the facts of each reason."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import chain
from typing import Any
from uuid import UUID

from matching.handlers.claims import Claim
from matching.queries.facts import Facts as MissionFacts
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Dropped, Pair, Placed, Unplaced
from matching.timetabling.model.unplaced_reasons import Facts, Reasons

CHECKED = 2000
"""Pairs of the waiting list that a repair looks at again, those of people whose day it changed first."""
EXPLAINED = 500
"""Rows of a result that carry the facts of their reasons, the first ones."""
WITHDRAWN = "withdrawn"
"""The reason of a pair of which one takes part no more."""


def still_waiting(
    claim: Claim, problem: Problem, meetings: tuple[Placed, ...], dropped: Iterable[Dropped]
) -> tuple[Unplaced, ...]:
    """List the pairs without a meeting whose reasons a repair tells anew: what it dropped, candidates, the listed."""
    gone = [row.meeting.pair for row in dropped]
    placed = {meeting.pair for meeting in meetings}
    changed = {end for pair in chain(gone, placed.difference(m.pair for m in problem.locked)) for end in pair}
    listed = [_aliases(claim, pair) for pair in claim.listed]
    open_yet = (candidate for candidate in problem.candidates if candidate.pair not in placed)
    candidates = [candidate.pair for candidate in problem.in_order(open_yet)]
    first = [pair for pair in listed if not changed.isdisjoint(pair)]
    waiting = [pair for pair in dict.fromkeys(chain(gone, candidates, first, listed)) if pair not in placed][:CHECKED]
    reasons = Reasons.among(problem, meetings, waiting)
    return tuple(Unplaced(guest_id=pair[0], host_id=pair[1], reason=reasons.of(pair)) for pair in waiting)


def rows(known: MissionFacts, meetings: Iterable[Placed], found: Iterable[tuple[Pair, str]]) -> list[dict[str, Any]]:
    """Write pairs with their reasons; that one of them left says more than what the solver saw of it."""
    real, told = {alias: id_ for id_, alias in known.aliases.items()}, list(found)
    reasons = Reasons.among(known.problem, meetings, [pair for pair, _ in told[:EXPLAINED]])
    listed = []
    for number, (pair, reason) in enumerate(told):
        guest, host = (real.get(end, end) for end in pair)
        row: dict[str, Any] = {"guest_id": str(guest), "host_id": str(host), "reason": reason}
        if not {guest, host} <= known.admitted:
            row["reason"] = WITHDRAWN
        elif number < EXPLAINED:
            row["facts"] = document(reasons.facts(pair), real)
        listed.append(row)
    return listed


def document(facts: Facts, real: Mapping[UUID, UUID]) -> dict[str, Any]:
    """Write the facts that a reason has, with the ids that everybody knows."""
    return {name: [_plain(entry, real) for entry in entries] for name, entries in vars(facts).items() if entries}


def _plain(entry: Any, real: Mapping[UUID, UUID]) -> Any:
    return entry if isinstance(entry, str) else {name: _text(value, real) for name, value in asdict(entry).items()}


def _text(value: Any, real: Mapping[UUID, UUID]) -> Any:
    if isinstance(value, int | tuple):
        return value
    return str(real.get(value, value) if isinstance(value, UUID) else value)


def _aliases(claim: Claim, pair: Pair) -> Pair:
    guest, host = (claim.facts.aliases.get(end, end) for end in pair)
    return guest, host
