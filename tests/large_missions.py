"""Large missions in small: drawn by Hypothesis, told in plain data, checked and solved by counting out everything.

The checker shares no code with the solver: plain lists in, broken rules in words out.
"""

from collections import Counter
from itertools import product

import numpy as np
from hypothesis import strategies as st

from matching.timetabling.large import UNPLACED, LargeMission


def a_mission(guests, hosts, pairs, slots, *, tables=None, free=None, most=None, least=0, locked=None):
    """Make a mission; pairs are (guest, host numbered from 0, value), free lists the slots of each person."""
    people, everything = guests + hosts, (1 << slots) - 1
    masks = [everything] * people if free is None else [sum(1 << slot for slot in own) for own in free]
    numbers = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    return LargeMission(
        guests=guests,
        guest=numbers[:, 0],
        host=numbers[:, 1] + guests,
        value=numbers[:, 2],
        free=np.array(masks, dtype=np.int64),
        tables=np.array([max(guests, hosts)] * slots if tables is None else tables, dtype=np.int64),
        most=np.full(people, slots) if most is None else np.array(most, dtype=np.int64),
        least=np.broadcast_to(np.array(least, dtype=np.int64), people).copy(),
        locked=None if locked is None else np.array(locked, dtype=np.int64),
    )


@st.composite
def missions(draw, guests=4, hosts=4, slots=4, pairs=12):
    """Draw a mission with holes, caps, a guarantee and tables that may be few or none."""
    g, h, t = draw(st.integers(1, guests)), draw(st.integers(1, hosts)), draw(st.integers(1, slots))
    possible = st.tuples(st.integers(0, g - 1), st.integers(0, h - 1))
    chosen = draw(st.lists(possible, unique=True, max_size=pairs))
    values = draw(st.lists(st.integers(1, 50), min_size=len(chosen), max_size=len(chosen)))
    own = st.sets(st.integers(0, t - 1))
    return a_mission(
        g,
        h,
        [(*pair, value) for pair, value in zip(chosen, values, strict=True)],
        t,
        tables=draw(st.lists(st.integers(0, 3), min_size=t, max_size=t)),
        free=draw(st.lists(own, min_size=g + h, max_size=g + h)) if draw(st.booleans()) else None,
        most=draw(st.lists(st.integers(0, t), min_size=g + h, max_size=g + h)),
        least=draw(st.lists(st.integers(0, 2), min_size=g + h, max_size=g + h)),
    )


def plain(mission):
    """Tell a mission in plain data."""
    people = [
        {
            "slots": {slot for slot in range(mission.slots) if int(free) >> slot & 1},
            "most": int(most),
            "least": int(least),
        }
        for free, most, least in zip(mission.free, mission.most, mission.least, strict=True)
    ]
    columns = mission.guest.tolist(), mission.host.tolist(), mission.value.tolist()
    locked = [UNPLACED] * len(mission.value) if mission.locked is None else mission.locked.tolist()
    return {
        "people": people,
        "pairs": list(zip(*columns, strict=True)),
        "tables": mission.tables.tolist(),
        "locked": locked,
    }


def broken_rules(told, slot_of, table_of=None):
    """List every rule that a timetable breaks; a locked meeting is blamed only together with another."""
    placed = [(number, int(slot)) for number, slot in enumerate(slot_of) if slot != UNPLACED]
    free = [(number, slot) for number, slot in placed if told["locked"][number] == UNPLACED]
    broken = [
        f"locked meeting {n} moved" for n, slot in enumerate(told["locked"]) if slot not in (UNPLACED, slot_of[n])
    ]
    for number, slot in free:
        sides = told["pairs"][number][:2]
        broken += [f"{person} is away in {slot}" for person in sides if slot not in told["people"][person]["slots"]]
    broken += _crowded(told, placed, {number for number, _ in free})
    if table_of is not None:
        seats = Counter((slot, int(table_of[number])) for number, slot in placed)
        broken += [f"table {seat} is taken twice" for seat, count in seats.items() if count > 1]
        broken += [f"{number} has no table" for number, _ in placed if table_of[number] < 0]
        broken += [
            f"{n} has a table too many"
            for n, slot in free
            if table_of[n] >= max(told["tables"][slot], _held(told, slot))
        ]
    return broken


def _held(told, slot):
    return sum(place == slot for place in told["locked"])


def _crowded(told, placed, free):
    times, loads, halls, held = {}, Counter(), Counter(), Counter()
    broken = []
    for number, slot in placed:
        halls[slot] += 1
        for person in told["pairs"][number][:2]:
            loads[person] += 1
            held[person] += number not in free
            other = times.setdefault((person, slot), number)
            if other != number and (other in free or number in free):
                broken.append(f"{person} has {other} and {number} in {slot}")
    broken += [f"{n} meetings of {p}" for p, n in loads.items() if n > max(told["people"][p]["most"], held[p])]
    return broken + [f"{n} meetings in {s}" for s, n in halls.items() if n > max(told["tables"][s], _held(told, s))]


def rating(told, slot_of):
    """Give how many meetings are missing to the guarantee, negative, and what the timetable is worth."""
    loads, worth = Counter(), 0
    for (guest, host, value), slot in zip(told["pairs"], slot_of, strict=True):
        if slot != UNPLACED:
            loads.update((guest, host))
            worth += value
    return -sum(max(person["least"] - loads[p], 0) for p, person in enumerate(told["people"])), worth


def best_rating(told):
    """Try every timetable."""
    places = [range(UNPLACED, len(told["tables"])) if lock == UNPLACED else (lock,) for lock in told["locked"]]
    return max(rating(told, slots) for slots in product(*places) if not broken_rules(told, slots))
