"""From slots of candidates to meetings at the tables of the hall."""

import numpy as np

from matching.domain.timetable import Placed
from matching.solver.bridge.arrays import Arrays
from matching.solver.large.mission import UNPLACED, Ints, LargeMission
from matching.solver.large.tables import Hall, give_tables


def placed(arrays: Arrays, mission: LargeMission, slot_of: Ints) -> list[Placed]:
    """Give each meeting a table beside the locked ones, in the order of the candidates."""
    tables = _tables(arrays)
    table_of, _ = give_tables(mission, slot_of, _hall(arrays, mission, tables))
    people, online = arrays.staff.people, mission.needs_video
    return [
        Placed(
            guest_id=people[guest].organisation_id,
            host_id=people[host].organisation_id,
            slot_id=arrays.slots[slot].id,
            table_id=tables[table],
            guest_person=people[guest].id,
            host_person=people[host].id,
            online=is_online,
        )
        for guest, host, slot, table, is_online in zip(
            *(of.tolist() for of in (mission.guest, mission.host, slot_of, table_of, online)), strict=True
        )
        if slot != UNPLACED
    ]


def _tables(arrays: Arrays) -> list[str]:
    problem = arrays.problem
    return sorted(problem.table_order, key=lambda table: table in problem.online_tables)


def _hall(arrays: Arrays, mission: LargeMission, tables: list[str]) -> Hall:
    """Number the tables, those without a video kit first; locked meetings have taken theirs."""
    problem, number = arrays.problem, {table: n for n, table in enumerate(tables)}
    place = {person.id: n for n, person in enumerate(arrays.staff.people)}
    whole = (1 << len(arrays.slots)) - 1
    taken, usual = np.full(len(tables), whole), np.full(mission.people, UNPLACED)
    for slot, one in enumerate(arrays.slots):
        taken[[number[table] for table in one.tables]] &= ~(1 << slot)
    slots = {slot.id: n for n, slot in enumerate(arrays.slots)}
    for meeting in problem.locked:
        if meeting.table_id in number:
            taken[number[meeting.table_id]] |= 1 << slots[meeting.slot_id]
            if meeting.host_person in place:
                usual[place[meeting.host_person]] = number[meeting.table_id]
    video = np.array([table in problem.online_tables for table in tables], dtype=np.bool_)
    return Hall(taken=taken, video=video, usual=usual)
