"""Large missions as problems of the product: days and sessions, staff, people online, an agenda, requests."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import numpy as np

from bench.timetable.large.generator import generated
from matching.timetabling.model.hall import Slot, Table
from matching.timetabling.model.objectives import Aim
from matching.timetabling.model.people import AgendaItem, Person
from matching.timetabling.model.problem import Candidate, Problem

NAMES = UUID("5f0e6b0c-6a51-4b1c-9d53-0d6f3b6f9f10")
MORNING, A_SLOT = datetime(2030, 3, 4, 9, tzinfo=UTC), timedelta(minutes=30)
REQUESTED, RECOMMENDED = 0, 1


def problem_of(
    size, slots, mask, *, binding=True, days=2, staffed=0.2, online=0.05, bound=0.1, requests=0.002, cap=8, seed=1
):
    """Draw a problem of as many guests as hosts.

    Args:
        size: guests, and hosts.
        slots: in all, shared out among the days; each day has two sessions.
        mask: how people are there, as `generator.generated` has it.
        binding: whether tables are 0.45 of the guests, or one for everybody.
        days: of the mission.
        staffed: share of organisations with two people, the second one there in half of the slots.
        online: share of people who are online; as many of the tables have a video kit.
        bound: share of organisations that the first slot of the second day binds to the agenda.
        requests: share of candidates that are accepted requests.
        cap: meetings of a person on a day.
        seed: of the draw.

    """
    mission = generated(size, size, slots, size * 45 // 100 if binding else size, slots, mask, seed=seed)
    chance = np.random.default_rng(seed + 1)
    tables = int(mission.tables[0])
    kits = max(int(tables * online), 1) if online else 0
    hall = tuple(Table(id=f"T{n}", location="hall", seats=4, video_kit=n < kits) for n in range(tables))
    programme = tuple(_slots(slots, days, tuple(table.id for table in hall)))
    names = [uuid5(NAMES, f"organisation {n}") for n in range(2 * size)]
    some = chance.random(2 * size) < bound
    item = programme[min(len(programme) // days, len(programme) - 1)]
    agenda = AgendaItem(
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        organisations=frozenset(name for name, is_bound in zip(names, some, strict=True) if is_bound),
    )
    tiers = np.where(chance.random(len(mission.value)) < requests, REQUESTED, RECOMMENDED).tolist()
    columns = (of.tolist() for of in (mission.guest, mission.host, mission.value))
    candidates = tuple(
        Candidate(guest_id=names[g], host_id=names[h], value=max(1, v // 10) if tier else 1, tier=tier)
        for g, h, v, tier in zip(*columns, tiers, strict=True)
    )
    return Problem(
        slots=programme,
        tables=hall,
        online_tables=frozenset(table.id for table in hall if table.video_kit),
        people=tuple(_people(chance, names, mission.free.tolist(), programme, staffed, online)),
        candidates=candidates,
        max_per_person_per_day=cap,
        agenda=(agenda,) if bound else (),
        min_meetings_per_guest=2,
        aims=(Aim.GUARANTEE, Aim.VALUE, Aim.GAPS, Aim.TABLES),
    )


def _slots(number, days, tables):
    a_day = -(-number // days)
    for n in range(number):
        day, place = divmod(n, a_day)
        starts_at = MORNING + timedelta(days=day) + place * A_SLOT
        yield Slot(
            id=f"d{day}-{place}",
            session=f"day {day}, {'morning' if place < a_day // 2 else 'afternoon'}",
            day=date(2030, 3, 4) + timedelta(days=day),
            starts_at=starts_at,
            ends_at=starts_at + A_SLOT,
            tables=tables,
        )


def _people(chance, names, free, programme, staffed, online):
    """Give each organisation its first person with the slots drawn, and some a second one there in half of them."""
    for name, bits in zip(names, free, strict=True):
        yield _person(name, 1, bits, programme, online=bool(chance.random() < online))
        if chance.random() < staffed:
            half = int((chance.random(len(programme)) < 0.5) @ (1 << np.arange(len(programme))))
            yield _person(name, 2, half, programme, online=bool(chance.random() < online))


def _person(name, number, bits, programme, *, online):
    windows = tuple((slot.starts_at, slot.ends_at) for n, slot in enumerate(programme) if bits >> n & 1)
    return Person(id=uuid5(name, str(number)), organisation_id=name, windows=windows, online=online)
