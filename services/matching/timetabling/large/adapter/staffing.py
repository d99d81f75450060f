"""Who of several people sits in an organisation's meetings: chosen before places are, so that days and loads fit."""

from itertools import product

import numpy as np

from matching.timetabling.large.adapter.arrays import Arrays
from matching.timetabling.large.instance import UNPLACED, Bools, Floats, Ints

Seat = tuple[Ints, Ints]
"""Shape (candidates,) each: the person of the guest and of the host who would meet."""
ONLINE = 0.5
"""How much less a seating counts that needs a table with a video kit."""
HOPE = 0.2
"""How much of a person's time a candidate is thought to take that a flow has not chosen."""


def shared_out(arrays: Arrays, chosen: Ints) -> Seat:
    """Let the meetings that a flow has chosen, then the others, go to those with most time left for them.

    Args:
        arrays: the problem.
        chosen: numbers of candidates.

    """
    first = np.array([people[0] if people else UNPLACED for people in arrays.staff_of], dtype=np.int64)
    seat = first[arrays.guest], first[arrays.host]
    several = _several(arrays)
    if not several.any():
        return seat
    seating = _Seating(arrays, seat, arrays.staff.free.tolist(), _time(arrays).tolist())
    is_chosen = np.zeros(len(arrays.guest), np.bool_)
    is_chosen[chosen] = True
    for candidate in np.lexsort((np.arange(len(several)), -arrays.weight, ~is_chosen)).tolist():
        share = 1.0 if is_chosen[candidate] else HOPE
        if several[candidate]:
            seating.seat(candidate)
        for side in seat:
            seating.left[side[candidate]] -= share
    return seat


def again(arrays: Arrays, seat: Seat, slot_of: Ints) -> Seat:
    """Let candidates that have no place be met by whoever has time left beside those that have one."""
    several = _several(arrays)
    placed = np.flatnonzero(slot_of != UNPLACED)
    free, time = arrays.staff.free.copy(), _time(arrays)
    taken = arrays.clashes[slot_of[placed]]
    for side in seat:
        np.bitwise_and.at(free, side[placed], ~taken)
        np.subtract.at(time, side[placed], 1)
    seat = seat[0].copy(), seat[1].copy()
    waiting = np.flatnonzero(several & (slot_of == UNPLACED))
    seating = _Seating(arrays, seat, free.tolist(), time.tolist())
    for candidate in waiting[np.lexsort((waiting, -arrays.weight[waiting]))].tolist():
        seating.seat(candidate)
    return seat


def least_of_people(arrays: Arrays, seat: Seat, met: Ints) -> Ints:
    """Share the least numbers of organisations out among their people, by the meetings that they are thought to have.

    Args:
        arrays: the problem.
        seat: who would sit in each candidate's meeting.
        met: numbers of the candidates that are thought to meet.

    Returns: shape (people,).

    """
    likely = np.bincount(seat[0][met], minlength=len(arrays.staff.people))
    least = np.zeros_like(likely)
    for organisation, missing in enumerate(arrays.missing.tolist()):
        people = arrays.staff_of[organisation]
        for person in people if missing else ():
            least[person] = min(int(likely[person]), missing)
            missing -= least[person]  # noqa: PLW2901  what is left for the next
        if people and missing:
            least[people[0]] += missing
    return least


def _several(arrays: Arrays) -> Bools:
    """Say which candidates could be met by more than one pair of people."""
    number = np.array([len(people) for people in arrays.staff_of])
    return np.asarray((number[arrays.guest] > 1) | (number[arrays.host] > 1))


def _time(arrays: Arrays) -> Floats:
    """Shape (people,): how many meetings each has time for."""
    there = np.bitwise_count(arrays.staff.free).astype(float)
    return np.asarray(np.minimum(there, arrays.staff.left.sum(axis=1)), dtype=float)


class _Seating:
    """Seats candidates one after another; `left` is the time that each person still has."""

    def __init__(self, arrays: Arrays, seat: Seat, free: list[int], left: list[float]) -> None:
        self.left = left
        self._seat, self._free, self._staff_of = seat, free, arrays.staff_of
        self._sides = arrays.guest.tolist(), arrays.host.tolist()
        self._online: list[bool] = arrays.staff.online.tolist()

    def seat(self, candidate: int) -> None:
        """Let those two meet who share most slots and have most time, the first of equal ones; none, if none share."""
        best = -1.0
        for guest, host in product(*(self._staff_of[side[candidate]] for side in self._sides)):
            shared = (self._free[guest] & self._free[host]).bit_count()
            online = self._online[guest] or self._online[host]
            count = min(shared, self.left[guest], self.left[host]) - ONLINE * online
            if shared and count > best:
                best = count
                self._seat[0][candidate], self._seat[1][candidate] = guest, host
