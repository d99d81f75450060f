"""Incidents through the service, from the event to the stored and published repair.

`PYTHONPATH=tests python -m bench.timetable.service_incidents [--size 1000] [--mask mask] [--incidents 20]`

A mission of many with a published timetable lies in SQLite. Organisations leave and people come late, one after
another; told are the processor seconds of the event's handling, and of the run with its publication. Figures go to
build/bench/timetable-service-incidents.json, too.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import process_time
from typing import Any
from uuid import UUID

import click
import numpy as np
from sqlalchemy import insert, select

from bench.timetable.board import office_in
from bench.timetable.mission_incidents import TWENTY_MINUTES, large_problem
from builders.matching import EARLY, MISSION, Office, delegate
from contracts import registration as told
from matching.handlers.solving import solve_next
from matching.models import (
    DelegateCopy,
    Inputs,
    Meeting,
    OrganisationCopy,
    Pair,
    ParticipantCopy,
    TimetableRun,
    TimetableVersion,
)
from matching.models.meetings import meeting_id
from matching.models.runs import RunStatus
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Placed
from servicekit import identifiers
from timetable_problems import NINE

OUT = Path("build/bench/timetable-service-incidents.json")
HOME = {"home": "RU-KLU", "version": 1}
REASONS = [{"direction": "guest_needs_host_offers", "need": "насосы " * 30, "offer": "насосы " * 30, "marks": [[0, 6]]}]


def fill(office: Office, problem: Problem, meetings: tuple[Placed, ...]) -> None:
    """Write a mission with its people, pairs and published meetings, as if the service had heard and made it all."""
    tables = tuple(told.HallTable(id=t.id, location="hall", seats=4, video_kit=False) for t in problem.tables)
    slots = tuple(
        told.MeetingSlot(id=s.id, session=s.session, starts_at=s.starts_at, ends_at=s.ends_at, tables=s.tables)
        for s in problem.slots
    )
    cap = problem.max_per_person_per_day
    office.announce(slots=slots, tables=tables, max_meetings_per_person_per_day=cap, min_meetings_per_guest=2)
    with office.runtime.database.write() as session:
        session.get_one(Inputs, MISSION).timetable_number = 1
        for kind, rows in _rows(problem, meetings):
            session.execute(insert(kind), rows)
    office.versions |= {person.id: 1 for person in problem.people}
    office.versions |= {_participant(person.organisation_id): 1 for person in problem.people}


def _rows(problem: Problem, meetings: tuple[Placed, ...]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    guests = {candidate.guest_id for candidate in problem.candidates}
    here, ends = {"mission_id": MISSION}, [(person.organisation_id, person) for person in problem.people]
    yield (
        OrganisationCopy,
        [HOME | {"id": id_, "reference": f"o{id_.int}", "region": "RU-KLU", "names": {"ru": "О"}} for id_, _ in ends],
    )
    state = {"status": "admitted", "avoids": [], "withdrawn_from": None}
    sides = [(id_, "guest" if id_ in guests else "host") for id_, _ in ends]
    yield (
        ParticipantCopy,
        [HOME | here | state | {"id": _participant(id_), "organisation_id": id_, "side": s} for id_, s in sides],
    )
    yield (DelegateCopy, [HOME | here | _delegate(id_, person.id, person.windows) for id_, person in ends])
    pairs = [{"guest_id": c.guest_id, "host_id": c.host_id, "score": c.value / 1000} for c in problem.candidates]
    yield (Pair, [here | row | {"place": number, "reasons": REASONS} for number, row in enumerate(pairs)])
    yield (Meeting, [HOME | here | _meeting(problem, meeting) for meeting in meetings])
    first = {"id": identifiers.derived(MISSION, "timetable", 1), "number": 1, "run_id": None, "cause": "first"}
    figures = {"value": 0, "bound": 0, "proven": False, "seconds": 0.0, "published_at": EARLY}
    no_changes = {"moved": [], "dropped": [], "added": []}
    yield (TimetableVersion, [HOME | here | first | figures | {"meetings": [], "unplaced": [], "changes": no_changes}])


def _participant(organisation_id: UUID) -> UUID:
    return identifiers.derived("participant", organisation_id)


def _delegate(organisation_id: UUID, person: UUID, windows: Any) -> dict[str, Any]:
    times = [{"starts_at": since.isoformat(), "ends_at": until.isoformat()} for since, until in windows]
    plan = {"attendance": "in_person", "can_negotiate": True, "availability": times}
    ids = {"id": person, "organisation_id": organisation_id, "reference": f"p{person.int}"}
    return ids | plan | {"planned": plan}


def _meeting(problem: Problem, meeting: Placed) -> dict[str, Any]:
    slot = problem.slot_by_id[meeting.slot_id]
    ends = {"guest_id": meeting.guest_id, "host_id": meeting.host_id}
    people = {"guest_person_id": meeting.guest_person, "host_person_id": meeting.host_person}
    place = {"slot": slot.id, "starts_at": slot.starts_at, "ends_at": slot.ends_at, "table": meeting.table_id}
    return ends | people | place | {"id": meeting_id(MISSION, *meeting.pair), "is_online": False}


def leave(office: Office, problem: Problem, who: int) -> None:
    """Tell that an organisation leaves for good."""
    organisation_id = problem.people[who].organisation_id
    is_guest = any(candidate.guest_id == organisation_id for candidate in problem.candidates)
    office.sides[organisation_id] = told.Side("guest" if is_guest else "host")
    office.participate(organisation_id, told.ParticipantWithdrawn, withdrawn_from=EARLY)


def come_late(office: Office, problem: Problem, who: int) -> None:
    """Tell that somebody comes after a third of the day."""
    person, since = problem.people[who], NINE + 8 * TWENTY_MINUTES
    left = [(max(start, since), end) for start, end in person.windows if end > since]
    event = delegate(told.DelegateChanged, person.id, person.organisation_id, f"p{person.id.int}", windows=left)
    office.hear(person.id, event)


def measured(office: Office, happen: Any, problem: Problem, who: int) -> dict[str, float]:
    """Let something happen, and mend it; give the processor seconds of both."""
    before = process_time()
    happen(office, problem, who)
    heard = process_time()
    while solve_next(office.runtime):
        pass
    return {"event": heard - before, "run": process_time() - heard, "whole": process_time() - before}


def check(office: Office) -> None:
    """Refuse figures of runs that were not published."""
    with office.runtime.database.read() as session:
        runs = session.scalars(select(TimetableRun)).all()
    assert runs
    assert {run.status for run in runs} == {RunStatus.PUBLISHED}, [(run.status, run.error) for run in runs]


def figures(name: str, rows: list[Mapping[str, float]]) -> dict[str, Any]:
    """Give the percentiles of some incidents."""
    told_of: dict[str, Any] = {"incident": name, "number": len(rows)}
    for part in ("event", "run", "whole"):
        told_of[part] = [round(float(np.percentile([row[part] for row in rows], at)), 3) for at in (50, 95)]
    click.echo(f"{name}: CPU s p50, p95: " + ", ".join(f"{part} {told_of[part]}" for part in ("event", "run", "whole")))
    return told_of


@click.command()
@click.option("--size", default=1000)
@click.option("--mask", default="mask")
@click.option("--incidents", default=20, help="Of each kind.")
def main(size: int, mask: str, incidents: int) -> None:
    """Measure incidents through the service."""
    problem, meetings = large_problem(size, mask)
    whom = np.random.default_rng(7).permutation(2 * size).tolist()
    with tempfile.TemporaryDirectory() as folder:
        office = office_in(Path(folder))
        fill(office, problem, meetings)
        rows = []
        for name, happen in (("cancelled", leave), ("late by a third", come_late)):
            drawn, whom = whom[:incidents], whom[incidents:]
            rows.append(figures(f"{size:,} {mask}, {name}", [measured(office, happen, problem, who) for who in drawn]))
        check(office)
        office.runtime.database.close()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
