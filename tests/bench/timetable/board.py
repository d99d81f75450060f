"""All places of a pair, as an organiser's board asks for them: `PYTHONPATH=tests python -m bench.timetable.board`.

Forty tables, thirty slots on two days, forty guests and forty hosts, 1,200 meetings, every pair scored. A request reads
the mission from SQLite, lays the draft out and is answered as JSON. Figures go to
build/bench/timetable-board.json, too.
"""

import json
import os
import statistics
import tempfile
from itertools import product
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import click
from flask import Flask

import signed_in
from builders.matching import MISSION, Office, an_office, slot
from contracts import registration as told
from matching.models import Inputs, Meeting, Pair
from matching.models.meetings import meeting_id
from servicekit import migrations
from servicekit.bus import membership
from servicekit.service import Runtime, Service, assemble

OUT = Path("build/bench/timetable-board.json")
SIDE, SLOTS_A_DAY = 40, 15
TABLES = tuple(f"T{number}" for number in range(1, SIDE + 1))
SLOTS = tuple(slot(number, day=day, tables=TABLES) for day in (0, 1) for number in range(SLOTS_A_DAY))
REASONS = [{"direction": "guest_needs_host_offers", "need": "насосы " * 30, "offer": "насосы " * 30, "marks": [[0, 6]]}]


def office_in(folder: Path) -> Office:
    """Open an office on a fresh file, in which the tests' admin is known."""
    Flask.test_client_class = signed_in.SignedInClient
    signed_in.prepare()

    def made(service: Service, **settings: Any) -> Runtime:
        trusted = {name: os.environ[f"CARAVAN_{name}".upper()] for name in ("secret_key", "token_keys")}
        given = {"database_url": f"sqlite:///{folder}/board.db", "movable_clock": "true", **trusted, **settings}
        runtime = assemble(service, {f"{service.name}_{name}".upper(): str(value) for name, value in given.items()})
        migrations.upgrade(runtime)
        with runtime.database.write() as session:
            membership.install(session)
        return runtime

    return an_office(made)


def fill(office: Office) -> tuple[list[UUID], list[UUID]]:
    """Tell of a mission in which every table is taken in every slot, and of what everybody is worth to everybody."""
    tables = tuple(told.HallTable(id=id_, location="hall", seats=4, video_kit=False) for id_ in TABLES)
    office.announce(slots=SLOTS, tables=tables, max_meetings_per_person_per_day=SLOTS_A_DAY)
    guests = [office.admit(f"klu-{number}", "guest") for number in range(SIDE)]
    hosts = [office.admit(f"kya-{number}", "host") for number in range(SIDE)]
    with office.runtime.database.write() as session:
        session.get_one(Inputs, MISSION).timetable_number = 1
        for place, (guest, host) in enumerate(product(guests, hosts)):
            score = 1 - place / SIDE**2 / 2
            session.add(
                Pair(mission_id=MISSION, guest_id=guest, host_id=host, place=place, score=score, reasons=REASONS)
            )
        for (number, at), (table, guest) in product(enumerate(SLOTS), enumerate(guests)):
            session.add(a_meeting(office, guest, hosts[(table + number) % SIDE], at, TABLES[table]))
    return guests, hosts


def a_meeting(office: Office, guest: UUID, host: UUID, at: told.MeetingSlot, table: str) -> Meeting:
    """Make the meeting of a pair at a place."""
    return Meeting(
        id=meeting_id(MISSION, guest, host),
        home="RU-KLU",
        version=1,
        mission_id=MISSION,
        guest_id=guest,
        host_id=host,
        guest_person_id=office.people[guest][0],
        host_person_id=office.people[host][0],
        slot=at.id,
        starts_at=at.starts_at,
        ends_at=at.ends_at,
        table=table,
        is_online=False,
    )


def measured(office: Office, path: str, times: int) -> dict[str, Any]:
    """Ask for something some times; give the medians."""
    cpu, wall = [], []
    for _ in range(times):
        before, started_at = process_time(), perf_counter()
        answer = office.client.get(path)
        cpu.append(process_time() - before)
        wall.append(perf_counter() - started_at)
        assert answer.status_code == 200, answer.text
    return {
        "request": path.rpartition("/")[2].partition("?")[0],
        "cpu_ms": round(1000 * statistics.median(cpu), 1),
        "wall_ms": round(1000 * statistics.median(wall), 1),
        "bytes": len(answer.data),
    }


@click.command()
@click.option("--times", default=30)
def main(times: int) -> None:
    """Ask for the places of a meeting, and for the whole draft."""
    with tempfile.TemporaryDirectory() as folder:
        office = office_in(Path(folder))
        guests, hosts = fill(office)
        draft = f"/v1/missions/{MISSION}/timetable-draft"
        place_of = f"{draft}/places?meeting_id={meeting_id(MISSION, guests[0], hosts[0])}"
        rows = [measured(office, path, times) for path in (place_of, draft)]
        office.runtime.database.close()
    for row in rows:
        click.echo(f"{row['request']}: {row['cpu_ms']} ms CPU, {row['wall_ms']} ms, {row['bytes']} bytes")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
