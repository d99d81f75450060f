"""Timetable problems for tests: read from a mission's file, or made small by hand."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from matching.timetabling.model.hall import Slot, Table, video_tables
from matching.timetabling.model.people import AgendaItem, Person
from matching.timetabling.model.problem import Candidate, Problem
from matching.timetabling.model.timetable import Placed

ROOT = Path(__file__).parents[1]
MISSION = ROOT / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"
JUDGEMENTS = ROOT / "tests/data/kaluga-krasnoyarsk.judgements.json"
NINE = datetime(2030, 3, 4, 9, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def identity(name):
    return uuid5(NAMESPACE_URL, name)


def name_of(mission, organisation_id):
    return next(o["id"] for o in mission["organisations"] if identity(o["id"]) == organisation_id)


def kaluga():
    return json.loads(MISSION.read_text(encoding="utf-8"))


def judged_pairs():
    pairs = json.loads(JUDGEMENTS.read_text(encoding="utf-8"))["pairs"]
    return tuple(
        Candidate(guest_id=identity(pair["guest"]), host_id=identity(pair["host"]), value=pair["grade"])
        for pair in pairs
    )


def accepted_pairs(mission, value=1):
    sides = {organisation["id"]: organisation["side"] for organisation in mission["organisations"]}
    pairs = {
        tuple(sorted((request["from"], request["to"]), key=lambda name: sides[name] != "guest"))
        for request in mission["meeting_requests"]
        if request["status"] == "accepted"
    }
    return tuple(Candidate(guest_id=identity(g), host_id=identity(h), value=value) for g, h in sorted(pairs))


def problem_of(mission, candidates, *, variant=None, **changes):
    rules = mission["mission"]["rules"]
    tables = tuple(
        Table(id=t["id"], location=t["location"], seats=t["seats"], video_kit=t["video_kit"]) for t in mission["tables"]
    )
    problem = Problem(
        slots=tuple(_slots(mission, mission["variants"][variant] if variant else None)),
        tables=tables,
        online_tables=video_tables(tables, tuple(rules["online_tables"])),
        people=tuple(_people(mission)),
        agenda=tuple(_agenda(mission)),
        candidates=candidates,
        max_per_person_per_day=rules["max_meetings_per_staff_per_day"],
        avoid=frozenset(
            frozenset((identity(o["id"]), identity(other)))
            for o in mission["organisations"]
            for other in o["does_not_want_to_meet"]
        ),
        min_meetings_per_guest=rules["min_meetings_per_guest_company_target"],
    )
    return replace(problem, **changes)


def without_windows(problem, organisation_id, since, until):
    """Take the time from since to until away from all people of an organisation."""
    people = tuple(
        replace(person, windows=_without(person.windows, since, until))
        if person.organisation_id == organisation_id
        else person
        for person in problem.people
    )
    return replace(problem, people=people)


def a_slot(number, tables=("T1",), day=0, **changes):
    starts_at = NINE + timedelta(days=day) + number * HALF_AN_HOUR
    slot = Slot(
        id=f"d{day}-{number}",
        session=f"day {day}",
        day=date(2030, 3, 4) + timedelta(days=day),
        starts_at=starts_at,
        ends_at=starts_at + HALF_AN_HOUR,
        tables=tuple(tables),
    )
    return replace(slot, **changes)


def a_person(organisation, slots, name="p1", **changes):
    windows = tuple((slot.starts_at, slot.ends_at) for slot in slots)
    person = Person(id=identity(f"{organisation}/{name}"), organisation_id=identity(organisation), windows=windows)
    return replace(person, **changes)


def a_candidate(guest, host, value=1, tier=0):
    return Candidate(guest_id=identity(guest), host_id=identity(host), value=value, tier=tier)


def a_problem(slots, people, candidates, **changes):
    tables = tuple(Table(id=f"T{n}", location="hall", seats=4, video_kit=False) for n in range(1, 10))
    given = {
        "slots": tuple(slots),
        "tables": tables,
        "online_tables": frozenset(),
        "people": tuple(people),
        "candidates": tuple(candidates),
        "max_per_person_per_day": 9,
    }
    return Problem(**given | changes)


def a_meeting(guest, host, slot, table="T1", **changes):
    meeting = Placed(
        guest_id=identity(guest),
        host_id=identity(host),
        slot_id=slot.id,
        table_id=table,
        guest_person=identity(f"{guest}/p1"),
        host_person=identity(f"{host}/p1"),
    )
    return replace(meeting, **changes)


def plainly(problem):
    """Give a problem as the plain data that the checker reads."""
    text = lambda ids: None if ids is None else [str(one) for one in ids]  # noqa: E731 - used three times, here alone
    return {
        "slots": [(s.id, str(s.day), s.starts_at, s.ends_at, list(s.tables)) for s in problem.slots],
        "online_tables": sorted(problem.online_tables),
        "people": [
            (str(p.id), str(p.organisation_id), p.online, p.can_negotiate, list(p.windows), sorted(p.languages))
            for p in problem.people
        ],
        "agenda": [(item.starts_at, item.ends_at, text(item.organisations), item.location) for item in problem.agenda],
        "interpreters": {one.id: (sorted(one.languages), list(one.windows)) for one in problem.interpreters},
        "locations": {table.id: table.location for table in problem.tables},
        "walking": [(*sorted(walk.ends), walk.minutes) for walk in problem.walking],
        "pairs": [(str(c.guest_id), str(c.host_id)) for c in problem.candidates],
        "avoid": [text(pair) for pair in problem.avoid],
        "cap": problem.max_per_person_per_day,
        "locked": plain_meetings(problem.locked),
    }


def plain_meetings(meetings):
    """Give meetings as the plain data that the checker reads."""
    return [
        {
            "guest": str(m.guest_id),
            "host": str(m.host_id),
            "slot": m.slot_id,
            "table": m.table_id,
            "people": [str(person) for person in m.people],
            "online": m.online,
            "interpreter": m.interpreter,
        }
        for m in meetings
    ]


def _slots(mission, variant):
    zone = ZoneInfo(mission["mission"]["timezone"])
    for slot in mission["slots"]:
        starts_at = datetime.fromisoformat(slot["start"])
        if variant and slot["session"] not in variant["sessions"]:
            continue
        yield Slot(
            id=slot["id"],
            session=slot["session"],
            day=starts_at.astimezone(zone).date(),
            starts_at=starts_at,
            ends_at=datetime.fromisoformat(slot["end"]),
            tables=tuple(t for t in slot["tables"] if not variant or t in variant["tables"]),
        )


def _people(mission):
    for organisation in mission["organisations"]:
        for person in organisation["staff"]:
            yield Person(
                id=identity(person["id"]),
                organisation_id=identity(organisation["id"]),
                windows=tuple(
                    (datetime.fromisoformat(w["from"]), datetime.fromisoformat(w["to"])) for w in person["availability"]
                ),
                online=person["attendance"] == "online",
                can_negotiate=person["can_negotiate"],
            )


def _agenda(mission):
    for item in mission["agenda"]:
        required = item.get("required_organisations")
        if required:
            yield AgendaItem(
                starts_at=datetime.fromisoformat(item["start"]),
                ends_at=datetime.fromisoformat(item["end"]),
                organisations=None if required == "all" else frozenset(identity(name) for name in required),
            )


def _without(windows, since, until):
    left = []
    for start, end in windows:
        left += [(start, min(end, since)), (max(start, until), end)]
    return tuple((start, end) for start, end in left if start < end)
