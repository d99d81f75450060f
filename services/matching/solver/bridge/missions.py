"""Missions of the large engine: of organisations, for bounds, and of people, for timetables."""

from dataclasses import replace

import numpy as np

from matching.solver.bridge.arrays import Arrays
from matching.solver.bridge.bounds import is_guaranteed
from matching.solver.bridge.values import Values
from matching.solver.large.flow import relaxed
from matching.solver.large.mission import Bools, Ints, LargeMission, as_table


def of_organisations(arrays: Arrays, values: Values) -> LargeMission:
    """Let organisations be in as many meetings at once as they have people there: no timetable is worth more.

    Who of them is online counts only where all of them are.
    """
    staff, size = arrays.staff, len(arrays.organisations)
    free, online = np.zeros(size, np.int64), np.ones(size, np.bool_)
    np.bitwise_or.at(free, staff.organisation, staff.free)
    np.logical_and.at(online, staff.organisation, staff.online)
    online &= free > 0
    seats, daily = np.zeros((size, len(arrays.slots)), np.int64), np.zeros((size, staff.left.shape[1]), np.int64)
    np.add.at(seats, staff.organisation, as_table(staff.free, len(arrays.slots)).astype(np.int64))
    np.add.at(daily, staff.organisation, _most_a_day(arrays))
    mission = LargeMission(
        guests=arrays.guests,
        guest=arrays.guest,
        host=arrays.host,
        value=values.led,
        free=free,
        tables=arrays.tables,
        most=daily.sum(axis=1),
        least=arrays.missing if is_guaranteed(arrays.problem) else np.zeros(size, np.int64),
        day=arrays.days,
        most_a_day=daily,
        online=online if online.any() else None,
        video=arrays.video if online.any() else None,
        session=arrays.sessions,
        clash=arrays.clashes if arrays.overlap else None,
        seats=seats,
        beyond=values.beyond if values.tiers else None,
        scale=values.scale,
    )
    return replace(mission, most_beyond=_most_beyond(mission, arrays, values))


def _most_beyond(mission: LargeMission, arrays: Arrays, values: Values) -> int:
    """Bound what the tiers are worth beyond what leads the search, each by a flow of its own."""
    return sum(unit * relaxed(part(mission, members, arrays.value[members])).value for members, unit in values.tiers)


def part(mission: LargeMission, members: Bools, value: Ints) -> LargeMission:
    """Give the mission of some candidates alone, each worth its value; nobody has a least number of them."""
    columns = {name: getattr(mission, name)[members] for name in ("guest", "host")}
    return replace(
        mission, **columns, least=np.zeros_like(mission.least), value=value, beyond=None, most_beyond=0, scale=0
    )


def _most_a_day(arrays: Arrays) -> Ints:
    """Shape (people, days): how many meetings each could have on a day, one after another."""
    staff = arrays.staff
    number = np.zeros_like(staff.left)
    until = np.full(len(staff.people), -np.inf)
    for slot in sorted(range(len(arrays.slots)), key=lambda n: (arrays.slots[n].ends_at, n)):
        begins, ends = (instant.timestamp() for instant in (arrays.slots[slot].starts_at, arrays.slots[slot].ends_at))
        sits = (staff.free >> slot & 1).astype(np.bool_) & (until <= begins)
        number[sits, arrays.days[slot]] += 1
        until[sits] = ends
    return np.minimum(number, staff.left)


def of_people(arrays: Arrays, values: Values, seat: tuple[Ints, Ints], most_beyond: int) -> LargeMission:
    """Let each candidate be met by one person of each side: seat holds their numbers."""
    staff, daily = arrays.staff, _most_a_day(arrays)
    return LargeMission(
        guests=int((staff.organisation < arrays.guests).sum()),
        guest=seat[0],
        host=seat[1],
        value=values.led,
        free=staff.free,
        tables=arrays.tables,
        most=daily.sum(axis=1),
        least=np.zeros(len(staff.people), np.int64),
        sits=staff.sits,
        day=arrays.days,
        most_a_day=daily,
        online=staff.online if staff.online.any() else None,
        video=arrays.video if staff.online.any() else None,
        session=arrays.sessions,
        clash=arrays.clashes if arrays.overlap else None,
        beyond=values.beyond if values.tiers else None,
        most_beyond=most_beyond,
        scale=values.scale,
    )
