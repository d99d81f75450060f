"""An independent checker of timetables: plain data in, broken rules out; it shares no code with what it checks.

Problem: `slots` (id, day, start, end, tables), `online_tables`, `people` (id, organisation, online, can negotiate,
windows, languages), `agenda` (start, end, organisations or None, location), `pairs` (guest, host), `avoid`, `cap`,
`locked`, `interpreters` (id -> languages, windows), `locations` (table -> location), `walking` (location, location,
minutes).
Meetings: dicts with `guest`, `host`, `slot`, `table`, `people` (of the guest, of the host), `online`, `interpreter`.
"""

from collections import Counter
from datetime import timedelta
from itertools import combinations


def broken_rules(problem, meetings):
    """List in words every rule that the meetings break; a locked meeting is blamed only together with another."""
    slots = {slot[0]: slot[1:] for slot in problem["slots"]}
    people = {person[0]: person[1:] for person in problem["people"]}
    broken = [f"locked meeting is gone: {meeting}" for meeting in problem["locked"] if meeting not in meetings]
    for meeting in meetings:
        if meeting not in problem["locked"]:
            broken += [f"{rule}: {meeting}" for rule in _broken_alone(problem, slots, people, meeting)]
    meetings = [meeting for meeting in meetings if meeting["slot"] in slots]
    for one, other in combinations(meetings, 2):
        if one not in problem["locked"] or other not in problem["locked"]:
            broken += [f"{rule}: {one} and {other}" for rule in _broken_together(problem, slots, one, other)]
    return broken + _above_the_cap(problem, slots, meetings)


def _broken_alone(problem, slots, people, meeting):
    if meeting["slot"] not in slots:
        yield "no such slot"
        return
    _, start, end, open_tables = slots[meeting["slot"]]
    if meeting["table"] not in open_tables:
        yield "table is not open"
    if (meeting["guest"], meeting["host"]) not in problem["pairs"]:
        yield "pair was not to meet"
    if any(set(pair) == {meeting["guest"], meeting["host"]} for pair in problem["avoid"]):
        yield "pair avoids each other"
    online = any(people[name][1] for name in meeting["people"])
    if online != meeting["online"]:
        yield "online is told wrongly"
    if online and meeting["table"] not in problem["online_tables"]:
        yield "table has no video kit"
    place = problem["locations"].get(meeting["table"], "")
    for side, name in zip(("guest", "host"), meeting["people"], strict=True):
        for rule in _broken_by_person(problem, people[name], meeting[side], (start, end, place)):
            yield f"{side}'s person {rule}"
    yield from _broken_by_interpreter(problem, [people[name][4] for name in meeting["people"]], meeting, (start, end))


def _broken_by_interpreter(problem, languages, meeting, time):
    start, end = time
    ours, theirs = map(set, languages)
    known, windows = problem["interpreters"].get(meeting["interpreter"], ([], []))
    if ours and theirs and not ours & theirs and not (ours & set(known) and theirs & set(known)):
        yield "nobody interprets"
    if not meeting["interpreter"]:
        return
    if not any(a <= start and b >= end for a, b in windows):
        yield "interpreter is away"
    for a, b, bound, location in problem["agenda"]:
        walk = _walk(problem, problem["locations"].get(meeting["table"], ""), location)
        if bound is None and a < end + walk and start < b + walk:
            yield "interpreter is bound by the agenda"


def _walk(problem, one, other):
    ways = [minutes for a, b, minutes in problem["walking"] if {a, b} == {one, other} and one != other]
    return timedelta(minutes=sum(ways))


def _broken_by_person(problem, person, organisation, time):
    start, end, place = time
    theirs, online, negotiates, windows, _ = person
    if theirs != organisation:
        yield "is of another organisation"
    if not negotiates:
        yield "may not negotiate"
    if not any(a <= start and b >= end for a, b in windows):
        yield "is away"
    for a, b, bound, location in problem["agenda"]:
        walk = timedelta() if online or not location else _walk(problem, place, location)
        if (bound is None or theirs in bound) and not (b + walk <= start or a >= end + walk):
            yield "is bound by the agenda"


def _broken_together(problem, slots, one, other):
    if (one["guest"], one["host"]) == (other["guest"], other["host"]):
        yield "pair meets twice"
    _, a, b, _ = slots[one["slot"]]
    _, c, d, _ = slots[other["slot"]]
    if max(a, c) < min(b, d):
        if one["table"] == other["table"]:
            yield "table is taken twice"
        if set(one["people"]) & set(other["people"]):
            yield "person sits in two meetings"
        if one["interpreter"] and one["interpreter"] == other["interpreter"]:
            yield "interpreter sits in two meetings"
        return
    places = [problem["locations"].get(meeting["table"], "") for meeting in (one, other)]
    if max(a, c) - min(b, d) < _walk(problem, *places):
        online = {person[0] for person in problem["people"] if person[2]}
        walkers = [{*meeting["people"], meeting["interpreter"]} - online - {""} for meeting in (one, other)]
        if walkers[0] & walkers[1]:
            yield "somebody walks too far"


def _above_the_cap(problem, slots, meetings):
    days = Counter((name, slots[meeting["slot"]][0]) for meeting in meetings for name in meeting["people"])
    fixed = Counter((name, slots[meeting["slot"]][0]) for meeting in problem["locked"] for name in meeting["people"])
    return [f"{count} meetings a day: {key}" for key, count in days.items() if count > max(problem["cap"], fixed[key])]
