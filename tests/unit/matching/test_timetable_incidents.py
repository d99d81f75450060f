"""Any incidents in any order: no rule is broken, nothing vanishes, what stands stays, each reason is true."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.timetabling.exact.insertion import welcome
from matching.timetabling.model.occupancy import seating_of
from matching.timetabling.model.people import AgendaItem
from matching.timetabling.model.placement import fill_greedily
from matching.timetabling.model.unplaced_reasons import Reasons
from matching.timetabling.repair import repair
from timetable_checker import broken_rules
from timetable_facts import reason_and_facts
from timetable_problems import (
    a_candidate,
    a_meeting,
    a_person,
    a_problem,
    a_slot,
    identity,
    plain_meetings,
    plainly,
    without_windows,
)
from timetable_trials import days_of_many, far_apart_problems

NAMES = tuple(f"{side}{number}" for side in "gh" for number in range(1, 5))
INCIDENTS = ("late arrival", "early leave", "cancellation", "table lost", "session cut short", "walk-in")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(problem=days_of_many() | far_apart_problems(days_of_many()), data=st.data())
def test_any_incidents_in_any_order_break_no_rule_and_lose_nothing_silently(problem, data):
    meetings = fill_greedily(problem, (), [candidate.pair for candidate in problem.ordered_candidates])

    for number in range(data.draw(st.integers(1, 4))):
        now = data.draw(st.sampled_from([None, problem.slots[0].ends_at]))
        begun = [m for m in meetings if now and problem.slot_by_id[m.slot_id].starts_at < now]
        changed, happens = _incident(data, replace(problem, earliest_start_at=now), f"walk-in {number}")
        chosen = data.draw(st.sets(st.sampled_from(meetings), max_size=2)) if meetings else set()
        pinned = [m for m in meetings if m in chosen and m not in begun and seating_of(changed, m)]
        before, (problem, result) = meetings, happens(changed, meetings, (*begun, *pinned))
        meetings = result.meetings

        _assert_sound(problem, before, result)
        assert set(begun) <= set(meetings)


def _incident(data, problem, newcomer):
    """Draw what happens: the mission after it, and who mends it how."""
    kind, name = data.draw(st.sampled_from(INCIDENTS)), data.draw(st.sampled_from(NAMES))
    slot, first, last = data.draw(st.sampled_from(problem.slots)), problem.slots[0].starts_at, problem.slots[-1].ends_at
    who = identity(name)
    if kind == "late arrival":
        return without_windows(problem, who, first, slot.ends_at), _mended({who})
    if kind == "early leave":
        return without_windows(problem, who, slot.starts_at, last), _mended({who})
    if kind == "cancellation":
        return without_windows(problem, who, first, last), _struck(who)
    if kind == "table lost":
        slots = tuple(replace(each, tables=tuple(t for t in each.tables if t != "T2")) for each in problem.slots)
        return replace(problem, slots=slots), _mended(set())
    if kind == "session cut short":
        speech = AgendaItem(starts_at=slot.starts_at, ends_at=slot.ends_at)
        return replace(problem, agenda=(*problem.agenda, speech)), _mended(set())
    languages = frozenset(data.draw(st.sampled_from([(), ("zh",)])))
    person = a_person(newcomer, problem.slots, languages=languages)
    pairs = [a_candidate(newcomer, host, data.draw(st.integers(1, 9)), tier=1) for host in NAMES[4:]]
    changed = replace(problem, people=(*problem.people, person), candidates=(*problem.candidates, *pairs))
    return changed, lambda changed, meetings, _: _welcomed(changed, meetings, identity(newcomer))


def _mended(disturbed):
    def happens(changed, meetings, locked):
        held = replace(changed, locked=locked)
        return held, repair(held, meetings, frozenset(disturbed), fill=True)

    return happens


def _struck(who):
    def happens(changed, meetings, locked):
        held = replace(changed, locked=tuple(m for m in meetings if m in locked or who not in m.pair))
        result = repair(held, meetings, frozenset({who}), fill=False)
        assert (result.moved, result.added) == ((), ())
        return held, result

    return happens


def _welcomed(changed, meetings, newcomer):
    held = replace(changed, locked=meetings)
    result = welcome(held, newcomer)
    assert set(meetings) <= set(result.meetings)
    assert all(newcomer in meeting.pair for meeting in result.added)
    return held, result


def _assert_sound(problem, before, result):
    plain, now = plainly(problem), plain_meetings(result.meetings)
    told = [*(move.before for move in result.moved), *(drop.meeting for drop in result.dropped)]
    assert broken_rules(plain, now) == []
    assert set(before) == {*told, *set(before).intersection(result.meetings)}
    assert {move.after for move in result.moved} | set(result.added) == set(result.meetings) - set(before)
    assert result.value <= result.bound
    assert result.proven
    reasons = Reasons(problem, result.meetings)
    placed = {meeting.pair for meeting in result.meetings}
    waiting = {drop.meeting.pair: drop.reason for drop in result.dropped}
    waiting |= {c.pair: reasons.of(c.pair) for c in problem.candidates if c.pair not in placed}
    for pair, reason in waiting.items():
        expected, facts = reason_and_facts(plain, now, tuple(map(str, pair)), problem.earliest_start_at)
        assert (reason, _plain(reasons.facts(pair))) == (expected, facts)
        _assert_partners(result.meetings, problem, reasons.facts(pair))


def _plain(facts):
    told = {name: value for name, value in vars(facts).items() if value}
    for name in {"full", "busy", "away", "speaks", "engaged"} & told.keys():
        told[name] = {_row(one) for one in told[name]}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}


def _row(fact):
    """Give what a fact says, without the partner of somebody busy, who is looked up."""
    told = {name: value for name, value in vars(fact).items() if name != "partner_id"}
    return tuple(value if isinstance(value, int | tuple) else str(value) for value in told.values())


def _assert_partners(meetings, problem, facts):
    for busy in facts.busy:
        (meeting,) = (m for m in meetings if busy.person_id in m.people and m.slot_id in problem.clashes[busy.slot_id])
        assert busy.partner_id in meeting.pair


def test_newcomer_gets_the_most_valuable_free_places_and_nobody_moves():
    slots = (a_slot(0), a_slot(1))
    people = [a_person(name, slots) for name in ("g1", "h1", "h2", "new")]
    pairs = [a_candidate("g1", "h1"), a_candidate("new", "h1", 9), a_candidate("new", "h2", 5)]
    standing = a_meeting("g1", "h1", slots[0])
    problem = a_problem(slots, people, pairs, locked=(standing,))

    result = welcome(problem, identity("new"))

    assert [(m.host_id, m.slot_id) for m in result.added] == [(identity("h1"), "d0-1")]
    assert standing in result.meetings
    assert (result.value, result.bound, result.proven) == (10, 10, True)
    assert {aim.aim: aim.value for aim in result.aims} == {"affected": 0, "value": 10}


def test_newcomer_without_candidates_changes_nothing():
    problem = a_problem((a_slot(0),), [a_person("new", ())], [])

    result = welcome(problem, identity("new"))

    assert (result.meetings, result.proven) == ((), True)


def test_repair_says_how_many_people_it_is_told_to_and_which_aims_are_proven():
    slots = (a_slot(0), a_slot(1))
    problem = a_problem(slots, [a_person("g1", slots[1:]), a_person("h1", slots)], [a_candidate("g1", "h1", 3)])

    result = repair(problem, (a_meeting("g1", "h1", slots[0]),), frozenset({identity("g1")}), fill=True)

    assert result.told == {identity("g1/p1"), identity("h1/p1")}
    assert [(aim.aim, aim.value, aim.proven) for aim in result.aims] == [
        ("lost", 0, True),
        ("unplaced", 0, True),
        ("affected", 0, True),
        ("value", 3, True),
        ("moved", 1, True),
        ("shift", 60, True),
    ]
