"""From a claimed run to a result: the calls of the solver, and the answer in the words of our tables."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any
from uuid import UUID

from matching.handlers import explaining
from matching.handlers.claims import Claim
from matching.models import Meeting
from matching.models.runs import Cause
from matching.queries.facts import Facts
from matching.timetabling.model.hall import Slot
from matching.timetabling.model.occupancy import Ledger, seating_of
from matching.timetabling.model.placement import place
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Dropped, Placed, Repair, Timetable, Unplaced


class UnseatablePinError(ValueError):
    """A pair cannot meet where the organiser wants it to."""


Tell = Callable[[int, int], None]


def solve_first(claim: Claim, tell: Tell, stop: Event) -> dict[str, Any]:
    """Make the first timetable."""
    from matching.timetabling.solve import solve  # noqa: PLC0415  loads OR-tools when first used

    problem, pinned = with_pins(claim, claim.facts.problem)
    limits: dict[str, Any] = {"seed": claim.seed, "time_limit_seconds": claim.time_limit_seconds, "stop": stop}
    found = solve(problem, progress=tell, **limits)
    result = result_of(claim.facts, found, found.unplaced, (), (*found.meetings, *_adrift(claim)))
    return result | {"pinned": _ends(claim, pinned)}


def solve_completion(claim: Claim, tell: Tell, stop: Event) -> dict[str, Any]:
    """Leave every meeting that can stand where it is, find new places for the others, then add what fits."""
    from matching.timetabling.repair import repair  # noqa: PLC0415
    from matching.timetabling.solve import solve  # noqa: PLC0415  loads OR-tools when first used

    problem, pinned = with_pins(claim, _locked(claim, claim.facts.problem))
    limits: dict[str, Any] = {"seed": claim.seed, "time_limit_seconds": claim.time_limit_seconds / 2, "stop": stop}
    repaired = repair(problem, _before(claim, problem), frozenset(), fill=True, **limits)
    found = solve(problem.holding(repaired.meetings), progress=tell, **limits)
    found = replace(found, seconds=found.seconds + repaired.seconds)
    added = {meeting.pair for meeting in found.meetings}
    dropped = [d for d in repaired.dropped if d.meeting.pair not in added]
    result = result_of(claim.facts, found, found.unplaced, dropped, (*found.meetings, *_adrift(claim)))
    return result | {"pinned": _ends(claim, pinned)}


def solve_repair(claim: Claim, tell: Tell, stop: Event) -> dict[str, Any]:
    """Mend what an incident undid, and touch nothing else that can stand."""
    from matching.timetabling.repair import repair  # noqa: PLC0415  loads OR-tools when first used

    problem = _locked(claim, claim.facts.problem)
    whose = () if claim.disturbed is None else (claim.facts.aliases.get(claim.disturbed, claim.disturbed),)
    found = repair(
        problem,
        _before(claim, problem),
        frozenset(whose),
        fill=claim.cause is not Cause.CANCELLATION,
        seed=claim.seed,
        time_limit_seconds=claim.time_limit_seconds,
        stop=stop,
    )
    return _repaired(claim, problem, found)


def solve_walk_in(claim: Claim, tell: Tell, stop: Event) -> dict[str, Any]:
    """Offer a newcomer meetings; whatever stands is held fast."""
    from matching.timetabling.exact.insertion import welcome  # noqa: PLC0415  loads OR-tools when first used

    assert claim.disturbed is not None
    problem = _locked(claim, claim.facts.problem)
    newcomer = claim.facts.aliases.get(claim.disturbed, claim.disturbed)
    limits: dict[str, Any] = {"seed": claim.seed, "time_limit_seconds": claim.time_limit_seconds, "stop": stop}
    return _repaired(claim, problem, welcome(problem, newcomer, **limits))


def _repaired(claim: Claim, problem: Problem, found: Repair) -> dict[str, Any]:
    """Write a repair, with how many people it is told to."""
    waiting = explaining.still_waiting(claim, problem, found.meetings, found.dropped)
    changed = (*(move.after for move in found.moved), *found.added)
    result = result_of(claim.facts, found, waiting, found.dropped, changed)
    return result | {"others_stay": True, "people_told": len(found.told)}


def _locked(claim: Claim, problem: Problem) -> Problem:
    """Lock what does not move: what has begun, what is pinned and can stand, what other runs will see to."""
    locked = [claim.facts.placed(meeting) for meeting in claim.facts.meetings if _stays(claim, problem, meeting)]
    return problem.holding(tuple(meeting for meeting in locked if meeting.slot_id in problem.slot_by_id))


def _stays(claim: Claim, problem: Problem, meeting: Meeting) -> bool:
    if meeting.id in claim.facts.begun:
        return True
    if not meeting.stands:
        return False
    if claim.cause is Cause.WALK_IN or not claim.waiting.isdisjoint(meeting.pair):
        return True
    is_mine = claim.disturbed in meeting.pair
    if claim.cause is Cause.CANCELLATION:
        return not is_mine
    return meeting.is_locked and seating_of(problem, claim.facts.placed(meeting)) is not None


def _before(claim: Claim, problem: Problem) -> tuple[Placed, ...]:
    """Return the timetable as it stands, locked meetings included, adrift ones aside."""
    aside = {meeting.pair for meeting in (*problem.locked, *_adrift(claim))}
    standing = [claim.facts.placed(meeting) for meeting in claim.facts.meetings if meeting.stands]
    return (*problem.locked, *(meeting for meeting in standing if meeting.pair not in aside))


def _adrift(claim: Claim) -> tuple[Placed, ...]:
    """Return the meetings without a slot in the programme that are not this run's to mend: they wait for their own."""
    problem = claim.facts.problem
    lost = (m for m in claim.facts.meetings if m.stands and m.slot not in problem.slot_by_id)
    return tuple(claim.facts.placed(meeting) for meeting in lost if _stays(claim, problem, meeting))


def with_pins(claim: Claim, problem: Problem) -> tuple[Problem, tuple[Placed, ...]]:
    """Lock each pinned pair at its first free seating in the slot that the organiser named.

    Raises:
        UnseatablePinError: a pair cannot meet there, beside what is locked already.

    """
    ledger = Ledger(problem, problem.locked)
    pinned = []
    for pin in claim.pins:
        pair = (claim.facts.aliases.get(pin.guest_id, pin.guest_id), claim.facts.aliases.get(pin.host_id, pin.host_id))
        if pair in ledger.pairs:
            continue
        seatings = (s for s in problem.seatings(pair) if s.slot.id == pin.slot and ledger.obstacle(s) is None)
        places = (place(pair, s, t) for s in seatings for t in ledger.free_tables(s) if pin.table in (None, t))
        found = next(places, None)
        if found is None:
            raise UnseatablePinError(f"{pin.guest_id} and {pin.host_id} cannot meet in slot {pin.slot}")
        ledger.take(found)
        pinned.append(found)
    return problem.holding((*problem.locked, *pinned)), tuple(pinned)


def _ends(claim: Claim, meetings: Iterable[Placed]) -> list[dict[str, str]]:
    real = {alias: id_ for id_, alias in claim.facts.aliases.items()}
    return [{"guest_id": str(real[m.guest_id]), "host_id": str(real[m.host_id])} for m in meetings]


def result_of(
    facts: Facts,
    found: Timetable | Repair,
    unplaced: Iterable[Unplaced],
    dropped: Iterable[Dropped],
    meetings: Iterable[Placed],
) -> dict[str, Any]:
    """Write a solution as a document, with the ids that everybody knows, and with the places of some meetings."""
    why = partial(explaining.rows, facts, found.meetings)
    return {
        "meetings": _places(facts, meetings),
        "dropped": why((row.meeting.pair, row.reason.value) for row in dropped),
        "unplaced": why(((row.guest_id, row.host_id), row.reason.value) for row in unplaced),
        "pinned": [],
        "value": found.value,
        "bound": found.bound,
        "proven": found.proven,
        "aims": [
            {"aim": one.aim.value} | {name: getattr(one, name) for name in ("value", "bound", "proven", "pursued")}
            for one in found.aims
        ],
        "seconds": round(found.seconds, 3),
    }


def _places(facts: Facts, meetings: Iterable[Placed]) -> list[dict[str, Any]]:
    """Write meetings with their places; one that has begun, or whose slot the programme has no more, keeps its own."""
    slots = facts.problem.slot_by_id
    real = {alias: id_ for id_, alias in facts.aliases.items()}
    kept = {facts.placed(m): m for m in facts.meetings if m.id in facts.begun or m.slot not in slots}
    return [place_of(facts, meeting, real, kept.get(meeting)) for meeting in meetings]


def place_of(
    facts: Facts, meeting: Placed, real: dict[UUID, UUID], time: Meeting | Slot | None = None
) -> dict[str, Any]:
    """Write a meeting with its place; `real` holds the ids that everybody knows, by the aliases.

    It takes place at `time`; None: when its slot is.
    """
    time = time or facts.problem.slot_by_id[meeting.slot_id]
    ends = (meeting.guest_id, meeting.host_id, meeting.guest_person, meeting.host_person)
    guest, host, guest_person, host_person = (str(real.get(id_, id_)) for id_ in ends)
    return {
        "guest_id": guest,
        "host_id": host,
        "guest_person_id": guest_person,
        "host_person_id": host_person,
        "slot": meeting.slot_id,
        "starts_at": time.starts_at.isoformat(),
        "ends_at": time.ends_at.isoformat(),
        "table": meeting.table_id,
        "is_online": meeting.online,
        "interpreter": meeting.interpreter,
    }
