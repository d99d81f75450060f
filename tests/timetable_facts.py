"""The reason of a pair without a meeting and its facts, found anew from plain data; shares no code with the solver."""

from datetime import timedelta
from itertools import product

SIDES = ("guest", "host")
BY_OBSTACLE = ("free_place_left", "hall_full", "no_interpreter", "day_cap_reached", "too_far", "people_busy")
FREE, TABLES, INTERPRETER, DAY, WALK, PEOPLE = range(6)


def reason_and_facts(problem, meetings, pair, since=None):
    """Say why a pair has no meeting and what shows it, for plain data as `timetable_problems` gives it."""
    if any(set(avoided) == set(pair) for avoided in problem["avoid"]):
        return "avoided", {}
    sides = [[person for person in problem["people"] if person[1] == organisation] for organisation in pair]
    slots = sorted((slot for slot in problem["slots"] if since is None or slot[2] >= since), key=lambda slot: slot[2])
    there = [{(p[0], s[0]) for p in side for s in slots if _is_there(problem, p, s)} for side in sides]
    ways = [
        (slot, place, guest, host)
        for slot in slots
        for guest, host in product(*sides)
        for place in _places(problem, slot, guest, host)
        if (guest[0], slot[0]) in there[0] and (host[0], slot[0]) in there[1]
        if all(_comes(problem, slot, place, person) for person in (guest, host))
    ]
    if not ways:
        own = [[slot[0] for slot in slots if slot[0] in {at for _, at in side}] for side in there]
        return "no_common_slot", {f"{side}_slots": ids for side, ids in zip(SIDES, own, strict=True) if ids}
    helped = [(way, helper) for way in ways for helper in _helpers(problem, *way)]
    if not helped:
        return "no_interpreter", {"slots": _slots(ways), "speaks": _speaking(ways)}
    found = [(_obstacle(problem, meetings, way, helper), way, helper) for way, helper in helped]
    least = min(obstacle for obstacle, _, _ in found)
    decisive = [way for obstacle, way, _ in found if obstacle == least]
    people = [(way, side, person) for way in decisive for side, person in zip(SIDES, way[2:], strict=True)]
    facts = {"slots": _slots(decisive)}
    if least == DAY:
        facts["full"] = {(w[0][1], side, p[0]) for w, side, p in people if _has_enough(problem, meetings, w[0], p)}
    if least == PEOPLE:
        facts["busy"] = {(w[0][0], side, p[0]) for w, side, p in people if _sits(problem, meetings, w[0], p[0])}
    if least == WALK:
        facts["away"] = {
            (way[0][0], way[1], side, person[0], *far)
            for way, side, person in people
            if not person[2]
            for far in _too_far(problem, meetings, way[0], way[1], person[0])
        }
    if least == INTERPRETER:
        facts["speaks"] = _speaking(decisive)
        facts["engaged"] = {(way[0][0], helper) for obstacle, way, helper in found if obstacle == least}
    return BY_OBSTACLE[least], facts


def _slots(ways):
    return list(dict.fromkeys(way[0][0] for way in ways))


def _speaking(ways):
    return {(side, p[0], tuple(p[5])) for way in ways for side, p in zip(SIDES, way[2:], strict=True)}


def _is_there(problem, person, slot):
    _, organisation, _, negotiates, windows, _ = person
    _, _, start, end, _ = slot
    bound = any(
        (whom is None or organisation in whom) and since < end and start < until
        for since, until, whom, _ in problem["agenda"]
    )
    return negotiates and not bound and any(a <= start and end <= b for a, b in windows)


def _usable(problem, slot, guest, host):
    online = guest[2] or host[2]
    return [table for table in slot[4] if table in problem["online_tables"] or not online]


def _places(problem, slot, guest, host):
    return sorted({problem["locations"][table] for table in _usable(problem, slot, guest, host)})


def _walk(problem, one, other):
    ways = [minutes for a, b, minutes in problem["walking"] if {a, b} == {one, other} and one != other]
    return timedelta(minutes=sum(ways))


def _comes(problem, slot, place, person):
    """Say whether the agenda leaves somebody the time to walk to a place and back."""
    return person[2] or not any(
        (whom is None or person[1] in whom) and _in_the_way(problem, slot, place, (since, until, where))
        for since, until, whom, where in problem["agenda"]
    )


def _in_the_way(problem, slot, place, item):
    since, until, where = item
    walk = _walk(problem, place, where) if where else timedelta()
    return slot[2] < until + walk and since < slot[3] + walk


def _helpers(problem, slot, place, guest, host):
    """Give who could interpret if they sat nowhere else; an empty one where nobody is needed."""
    ours, theirs = set(guest[5]), set(host[5])
    if not ours or not theirs or ours & theirs:
        return [""]
    return [
        code
        for code, (known, windows) in problem["interpreters"].items()
        if ours & set(known) and theirs & set(known) and any(a <= slot[2] and slot[3] <= b for a, b in windows)
        if not any(
            whom is None and _in_the_way(problem, slot, place, (since, until, where))
            for since, until, whom, where in problem["agenda"]
        )
    ]


def _obstacle(problem, meetings, way, helper):
    slot, place, guest, host = way
    if any(_sits(problem, meetings, slot, person[0]) for person in (guest, host)):
        return PEOPLE
    if any(not person[2] and _too_far(problem, meetings, slot, place, person[0]) for person in (guest, host)):
        return WALK
    if any(_has_enough(problem, meetings, slot, person) for person in (guest, host)):
        return DAY
    if helper and (_sits(problem, meetings, slot, helper) or _too_far(problem, meetings, slot, place, helper)):
        return INTERPRETER
    taken = {meeting["table"] for meeting in meetings if meeting["slot"] == slot[0]}
    free = set(_usable(problem, slot, guest, host)) - taken
    return FREE if any(problem["locations"][table] == place for table in free) else TABLES


def _of(problem, meetings, one):
    """Give the slot and the place of each meeting in which somebody sits, as one of the two or to interpret."""
    slots = {slot[0]: slot for slot in problem["slots"]}
    mine = [meeting for meeting in meetings if one in (*meeting["people"], meeting["interpreter"])]
    return [(slots[meeting["slot"]], problem["locations"][meeting["table"]]) for meeting in mine]


def _sits(problem, meetings, slot, one):
    return any(other[2] < slot[3] and slot[2] < other[3] for other, _ in _of(problem, meetings, one))


def _too_far(problem, meetings, slot, place, one):
    """Give slot, place and minutes of the meetings between which and a slot is less time than the walk takes."""
    return [
        (other[0], there, walk.seconds // 60)
        for other, there in _of(problem, meetings, one)
        for walk in [_walk(problem, place, there)]
        if max(slot[2], other[2]) - min(slot[3], other[3]) < walk
    ]


def _has_enough(problem, meetings, slot, person):
    days = {other[0]: other[1] for other in problem["slots"]}
    mine = [meeting for meeting in meetings if person[0] in meeting["people"] and days[meeting["slot"]] == slot[1]]
    return len(mine) >= problem["cap"]
