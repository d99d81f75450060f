"""What publishing would do, told before it is done: what changes, and who will be told."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import loading
from matching.errors import RunNotFoundError
from matching.handlers import drafts, itineraries
from matching.handlers.plans import Plan, meetings_of, planned
from matching.models import Inputs, Meeting, MissionCopy, TimetableRun
from matching.queries.desks import facts_now
from matching.queries.drafts import desk_for
from matching.queries.facts import Facts
from matching.timetabling.model.objective_values import breaks
from matching.timetabling.model.problem import value_of
from servicekit.auth import Actor
from servicekit.languages import noop as _


def preview_of_draft(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Tell what publishing the draft would do; edits that cannot be made any more are left out of it."""
    desk = desk_for(session, mission_id, actor, is_whole=True)
    told = _preview(session, desk.mission, desk.facts, drafts.result_of_draft(desk))
    return told | {"version": desk.version, "conflicts": len(desk.draft.refused) + len(desk.stranded)}


def preview_of_run(session: Session, run_id: UUID, actor: Actor) -> dict[str, Any]:
    """Tell what publishing a solved run would do.

    `is_current` says whether the solution still holds: where facts have changed since, it is looked for anew first.

    Raises:
        RunNotFoundError: there is none of that id.
        RunUnsolvedError: it has no solution.

    """
    absent = RunNotFoundError(_("There is no timetable run %(id)s."), id=run_id)
    run = loading.find(session, TimetableRun, run_id, actor, absent)
    run.check_solved()
    assert run.result is not None
    mission, counters = session.get_one(MissionCopy, run.mission_id), session.get_one(Inputs, run.mission_id)
    facts = facts_now(session, mission, loading.rules_for(session, mission))
    is_current = counters.timetable_version == run.inputs_version
    return _preview(session, mission, facts, run.result) | {"cause": run.cause, "is_current": is_current}


def _preview(session: Session, mission: MissionCopy, facts: Facts, result: Mapping[str, Any]) -> dict[str, Any]:
    meetings = meetings_of(session, mission.id)
    plan = planned(mission.id, result, meetings)
    afterwards = plan.afterwards(mission.id, meetings)
    carried = itineraries.carried(session, mission, afterwards)
    concerned = plan.organisations.union(*(meeting.pair for meeting in carried))
    organisations = itineraries.who_is_told(session, mission, concerned, afterwards)
    people = _people(plan, set(organisations)).union(*((m.guest_person_id, m.host_person_id) for m in carried))
    return {
        "mission_id": mission.id,
        "changes": plan.changes(),
        "told": {"organisations": organisations, "people": sorted(people, key=str)},
        "before": _figures(facts, meetings.values()),
        "after": _figures(facts, afterwards),
    }


def _people(plan: Plan, organisations: set[UUID]) -> set[UUID]:
    """Return the delegates of those who are told whose own day changes."""
    places = [(step.pair, place) for step in plan.steps for place in (step.before, step.after) if place]
    sides = (("guest_person_id", 0), ("host_person_id", 1))
    return {place[name] for pair, place in places for name, end in sides if pair[end] in organisations}


def _figures(facts: Facts, meetings: Iterable[Meeting]) -> dict[str, int]:
    standing = [facts.placed(meeting) for meeting in meetings if meeting.stands or meeting.is_over]
    return {
        "meetings": len(standing),
        "value": value_of(facts.problem, standing),
        "breaks": breaks(facts.problem, standing),
    }
