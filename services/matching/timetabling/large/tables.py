"""Tables for meetings that have their slots: a host keeps one all day where that can be had."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from matching.timetabling.large.instance import UNPLACED, Bools, Ints, LargeMission
from matching.timetabling.large.occupancy import bits


@dataclass(frozen=True, kw_only=True, eq=False)
class Hall:
    """Tables one by one, those without a video kit first."""

    taken: Ints
    """Shape (tables,): the slots in which each is closed or taken, as bits."""
    video: Bools
    """Shape (tables,): which have a video kit."""
    usual: Ints
    """Shape (people,): the table at which each host sits otherwise, or UNPLACED."""

    @classmethod
    def of(cls, mission: LargeMission, slot_of: Ints) -> Self:
        """Let the tables of a slot be the first ones, as many as are open or needed there."""
        counts = np.bincount(slot_of[slot_of != UNPLACED], minlength=mission.slots)
        opened = np.maximum(mission.tables, counts)
        taken = np.zeros(int(opened.max(initial=0)), np.int64)
        for slot in range(mission.slots):
            taken[opened[slot] :] |= 1 << slot
        return cls(taken=taken, video=np.ones(len(taken), np.bool_), usual=np.full(mission.people, UNPLACED))


def give_tables(mission: LargeMission, slot_of: Ints, hall: Hall | None = None) -> tuple[Ints, int]:
    """Number the table of each meeting, and count how often a host changes tables.

    Hosts, the busiest first, get a table of their own for the whole day if one is left that is theirs in all their
    slots; the meetings of the others take what is left, slot by slot, at the host's table before if they can. Who
    needs no video kit leaves those tables to others as long as there are any.
    """
    hall = hall or Hall.of(mission, slot_of)
    meetings = np.flatnonzero(slot_of != UNPLACED)
    by_host = meetings[np.lexsort((slot_of[meetings], mission.host[meetings]))]
    seating = _Seating(mission, slot_of, hall)
    homes = seating.homes(by_host)
    table_of = np.full(len(slot_of), UNPLACED)
    table_of[by_host] = homes[mission.host[by_host]]
    seating.seat_the_rest(table_of, by_host[table_of[by_host] == UNPLACED])
    same_host = mission.host[by_host][1:] == mission.host[by_host][:-1]
    return table_of, int((same_host & (table_of[by_host][1:] != table_of[by_host][:-1])).sum())


class _Seating:
    """Tables as they are taken; spare are those with a video kit that the online meetings of a slot do not need."""

    def __init__(self, mission: LargeMission, slot_of: Ints, hall: Hall) -> None:
        self._mission, self._slot_of, self._hall = mission, slot_of, hall
        self._taken = hall.taken.copy()
        needy = np.flatnonzero((slot_of != UNPLACED) & mission.needs_video)
        self._is_online = len(needy) > 0
        spare = ((self._taken[hall.video, None] >> np.arange(mission.slots) & 1) == 0).sum(axis=0)
        self._spare = spare - np.bincount(slot_of[needy], minlength=mission.slots)

    def homes(self, by_host: Ints) -> Ints:
        """Give each host the usual table, or the first that is free in all its slots, or UNPLACED; take it there.

        Only locked meetings can be two at once: their host sits at no table of its own.
        """
        mission, hall = self._mission, self._hall
        host, slot = mission.host[by_host], np.int64(1) << self._slot_of[by_host]
        days, online = np.zeros(mission.people, np.int64), np.zeros(mission.people, np.int64)
        np.bitwise_or.at(days, host, slot)
        np.bitwise_or.at(online, host, np.where(mission.needs_video[by_host], slot, 0))
        days[np.bitwise_count(days) < np.bincount(host, minlength=mission.people)] = 0
        homes = np.full(mission.people, UNPLACED)
        for person in np.argsort(-np.bitwise_count(days).astype(np.int64), kind="stable").tolist():
            if not days[person]:
                break
            day, at_video = int(days[person]), int(online[person])
            fits = self._fitting(day, at_video)
            usual = int(hall.usual[person])
            table = usual if usual != UNPLACED and fits[usual] else int(fits.argmax()) if len(fits) else 0
            if len(fits) and fits[table]:
                homes[person] = table
                self._taken[table] |= day
                if at_video:
                    self._spare[bits(day & ~at_video)] -= 1
        return homes

    def _fitting(self, day: int, at_video: int) -> Bools:
        """Say which tables are free in some slots and do for a host who needs a video kit in some of them."""
        fits: Bools = self._taken & day == 0
        if not self._is_online:
            return fits
        if not at_video:
            return fits & ~self._hall.video
        spares = all(self._spare[slot] > 0 for slot in bits(day & ~at_video))
        return fits & self._hall.video & spares

    def seat_the_rest(self, table_of: Ints, rest: Ints) -> None:
        """Seat meetings of hosts without a table of their own, in the order of time; online ones first."""
        mission, video = self._mission, self._hall.video.tolist()
        last: dict[int, int] = {int(host): int(self._hall.usual[host]) for host in np.unique(mission.host[rest])}
        for slot in range(mission.slots):
            here = rest[self._slot_of[rest] == slot]
            free = dict.fromkeys(np.flatnonzero(self._taken >> slot & 1 == 0).tolist())
            for needs in (True, False):
                waiting = []
                for meeting in here[mission.needs_video[here] == needs].tolist():
                    table = last[int(mission.host[meeting])]
                    if table in free and (video[table] or not needs):
                        del free[table]
                        table_of[meeting] = table
                    else:
                        waiting.append(meeting)
                fitting = [table for table in free if video[table] or not needs]
                for meeting, table in zip(waiting, fitting, strict=False):
                    del free[table]
                    table_of[meeting] = last[int(mission.host[meeting])] = table
