"""Repairs as the product makes them: `PYTHONPATH=tests python -m bench.timetable.mission_incidents [--sizes 1000]`.

The mission Kaluga in Krasnoyarsk with our own recommendations: its timeline, then random incidents. Then missions of
many, each made by the solver of large missions, with random cancellations and late arrivals one after another.
Figures go to build/bench/timetable-incidents.json, too.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from time import monotonic, process_time
from typing import Any
from uuid import UUID

import click
import numpy as np

from bench.timetable.kaluga import problems
from bench.timetable.large.generator import generated
from matching.timetabling.exact.solve import solve
from matching.timetabling.large import UNPLACED
from matching.timetabling.large import solve as solve_large
from matching.timetabling.model.hall import Slot, Table
from matching.timetabling.model.people import Person, Window
from matching.timetabling.model.problem import Candidate, Problem
from matching.timetabling.model.timetable import Placed, Repair
from matching.timetabling.repair import repair
from timetable_problems import NINE, identity, kaluga, without_windows

OUT = Path("build/bench/timetable-incidents.json")
INCIDENTS = 100
TWENTY_MINUTES = timedelta(minutes=20)


def large_problem(size: int, mask: str) -> tuple[Problem, tuple[Placed, ...]]:
    """Make a mission of one day with 24 slots, and its timetable."""
    mission = generated(size, size, 24, round(0.45 * size), 12, mask, seed=1)
    found = solve_large(mission, time_limit_seconds=20)
    tables = tuple(f"T{number}" for number in range(round(0.45 * size)))
    slots = tuple(
        Slot(
            id=f"s{number:02}",
            session="day",
            day=NINE.date(),
            starts_at=NINE + number * TWENTY_MINUTES,
            ends_at=NINE + (number + 1) * TWENTY_MINUTES,
            tables=tables,
        )
        for number in range(24)
    )
    organisations = [UUID(int=number) for number in range(mission.people)]
    people = tuple(
        Person(id=UUID(int=10**6 + number), organisation_id=organisations[number], windows=tuple(_windows(slots, free)))
        for number, free in enumerate(mission.free.tolist())
    )
    rows = list(zip(mission.guest.tolist(), mission.host.tolist(), mission.value.tolist(), strict=True))
    meetings = tuple(
        Placed(
            guest_id=organisations[guest],
            host_id=organisations[host],
            slot_id=slots[slot].id,
            table_id=tables[table],
            guest_person=people[guest].id,
            host_person=people[host].id,
        )
        for (guest, host, _), slot, table in zip(rows, found.slot_of.tolist(), found.table_of.tolist(), strict=True)
        if slot != UNPLACED
    )
    problem = Problem(
        slots=slots,
        tables=tuple(Table(id=table, location="hall", seats=4, video_kit=False) for table in tables),
        online_tables=frozenset(),
        people=people,
        candidates=tuple(Candidate(guest_id=organisations[g], host_id=organisations[h], value=v) for g, h, v in rows),
        max_per_person_per_day=12,
    )
    placed = {meeting.pair for meeting in meetings}
    return replace(problem, candidates=tuple(c for c in problem.candidates if c.pair in placed)), meetings


def _windows(slots: Sequence[Slot], free: int) -> Iterator[Window]:
    """Give the times in which somebody is there, each as long as it can be."""
    for is_there, held in groupby(enumerate(slots), key=lambda each: free >> each[0] & 1):
        times = [slot for _, slot in held]
        if is_there:
            yield times[0].starts_at, times[-1].ends_at


Mend = Callable[[], Repair]


def cancelled(problem: Problem, meetings: tuple[Placed, ...], who: UUID) -> tuple[Problem, Mend]:
    """Let an organisation leave: what is not its own is held fast, as the product does."""
    gone = replace(problem, people=tuple(p for p in problem.people if p.organisation_id != who))
    locked = tuple(m for m in meetings if who not in m.pair)
    return gone, lambda: repair(gone.holding(locked), meetings, frozenset({who}), fill=False)


def late(problem: Problem, meetings: tuple[Placed, ...], who: UUID, since: datetime) -> tuple[Problem, Mend]:
    """Let an organisation come late on the first day."""
    changed = without_windows(problem, who, min(slot.starts_at for slot in problem.slots), since)
    return changed, lambda: repair(changed, meetings, frozenset({who}), fill=True)


def _kaluga() -> list[dict[str, Any]]:
    problem = problems()["recommended"]
    started = monotonic()
    first = solve(problem)
    click.echo(f"kaluga: {len(first.meetings)} meetings, proven {first.proven}, {monotonic() - started:.1f} s")
    rows = list(_timeline(problem, first.meetings))
    chance = np.random.default_rng(7)
    people = sorted({person.organisation_id for person in problem.people}, key=str)
    hours = sorted(slot.starts_at for slot in problem.slots)[1:]
    drawn = ((people[chance.integers(len(people))], hours[chance.integers(len(hours))]) for _ in range(INCIDENTS))
    arrivals = (late(problem, first.meetings, who, since)[1] for who, since in drawn)
    halls = [*_without_a_table(problem), *_without_a_session(problem)]
    mended = (partial(_mended, hall, first.meetings) for hall in halls)
    rows.append(_told("kaluga, late by random hours", arrivals))
    return [*rows, _told("kaluga, each table and each session lost", mended)]


def _without_a_table(problem: Problem) -> Iterator[Problem]:
    for lost in problem.table_order:
        slots = (replace(slot, tables=tuple(t for t in slot.tables if t != lost)) for slot in problem.slots)
        yield replace(problem, slots=tuple(slots))


def _without_a_session(problem: Problem) -> Iterator[Problem]:
    for lost in sorted({slot.session for slot in problem.slots}):
        yield replace(problem, slots=tuple(slot for slot in problem.slots if slot.session != lost))


def _mended(problem: Problem, meetings: tuple[Placed, ...]) -> Repair:
    return repair(problem, meetings, frozenset(), fill=True)


def _timeline(problem: Problem, meetings: tuple[Placed, ...]) -> Iterator[dict[str, Any]]:
    """Replay the incidents of the mission's own story."""
    for row in kaluga()["timeline"]:
        at, who = datetime.fromisoformat(row["at"]), identity(row["organisation"])
        held = tuple(m for m in meetings if problem.slot_by_id[m.slot_id].starts_at <= at)
        problem = replace(problem, locked=held, earliest_start_at=at)
        started, cpu = monotonic(), process_time()
        if row["type"] == "late_arrival":
            (gap,) = row["effect"]["availability_removed"]
            since, until = (datetime.fromisoformat(gap[end]) for end in ("from", "to"))
            problem = without_windows(problem, who, since, until)
            result = repair(problem, meetings, frozenset({who}), fill=True)
        else:
            problem = without_windows(problem, who, at, at + timedelta(days=9))
            kept = tuple(m for m in meetings if m in held or who not in m.pair)
            result = repair(replace(problem, locked=kept), meetings, frozenset({who}), fill=False)
        figures = {"incident": f"kaluga, {row['type']}", "ms": [1000 * (monotonic() - started)]}
        figures |= {"CPU ms": [1000 * (process_time() - cpu)], "proven": int(result.proven), "told": len(result.told)}
        click.echo(f"  {row['type']}: {_said(result)}, {figures['ms'][0]:.0f} ms, CPU {figures['CPU ms'][0]:.0f} ms")
        yield figures
        meetings = result.meetings


def _large(size: int, mask: str, number: int) -> list[dict[str, Any]]:
    problem, meetings = large_problem(size, mask)
    chance = np.random.default_rng(7)
    since = NINE + 8 * TWENTY_MINUTES
    whom = [UUID(int=int(number)) for number in chance.permutation(2 * size)]

    def incidents(happen: Callable[[UUID], tuple[Problem, Mend]], people: list[UUID]) -> Iterator[Mend]:
        nonlocal problem, meetings
        for who in people:
            problem, mend = happen(who)
            yield lambda mend=mend: keep(mend())

    def keep(result: Repair) -> Repair:
        nonlocal meetings
        meetings = result.meetings
        return result

    leave = incidents(lambda who: cancelled(problem, meetings, who), whom[:number])
    arrive = incidents(lambda who: late(problem, meetings, who, since), whom[number : 2 * number])
    return [_told(f"{size:,} {mask}, cancelled", leave), _told(f"{size:,} {mask}, late by a third", arrive)]


def _told(name: str, incidents: Iterator[Mend]) -> dict[str, Any]:
    """Say how long incidents took, and what became of them; give the figures."""
    wall, cpu, results = [], [], []
    for mend in incidents:
        before, cpu_before = monotonic(), process_time()
        result = mend()
        wall.append(1000 * (monotonic() - before))
        cpu.append(1000 * (process_time() - cpu_before))
        results.append(result)
    reached = Counter(aim.aim.value for result in results for aim in result.aims if aim.proven)
    mean = {name: sum(len(getattr(r, name)) for r in results) / len(results) for name in ("moved", "dropped", "told")}
    times = " ".join(f"{np.percentile(each, part):.0f}" for each in (wall, cpu) for part in (50, 95, 100))
    click.echo(
        f"{name}: ms p50, p95, most, the same of CPU: {times}; "
        f"proven {sum(r.proven for r in results)} of {len(results)}, by aim {dict(reached)}; "
        + ", ".join(f"{name} {number:.1f}" for name, number in mean.items())
    )
    figures = {"incident": name, "ms": wall, "CPU ms": cpu, "proven": sum(r.proven for r in results)}
    return figures | {"proven by aim": dict(reached)} | mean


def _said(result: Repair) -> str:
    aims = ", ".join(f"{aim.aim} {aim.value}{'' if aim.proven else '?'}" for aim in result.aims)
    return f"proven {result.proven} ({aims}), told {len(result.told)}"


@click.command()
@click.option("--sizes", default="1000")
@click.option("--masks", default="mask,hard")
@click.option("--incidents", default=INCIDENTS, help="Of each kind, at each size.")
def main(sizes: str, masks: str, incidents: int) -> None:
    """Measure repairs."""
    rows = _kaluga()
    for size in map(int, sizes.split(",")):
        for mask in masks.split(","):
            rows += _large(size, mask, incidents)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
