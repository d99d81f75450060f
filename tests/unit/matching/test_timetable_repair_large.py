"""Repairs of timetables that are too large for one model: no rule is broken, and what is said to be proven is so."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.timetabling.large.adapter.repair import Beside, standing_together
from matching.timetabling.model.hall import video_tables
from matching.timetabling.model.occupancy import seating_of, still_standing
from matching.timetabling.model.people import AgendaItem
from matching.timetabling.model.placement import fill_greedily
from matching.timetabling.repair import repair
from timetable_checker import broken_rules
from timetable_problems import (
    a_candidate,
    a_person,
    a_problem,
    a_slot,
    identity,
    plain_meetings,
    plainly,
    without_windows,
)

SLOTS_A_DAY = 4


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Let every mission count as one that is too large for one model."""
    monkeypatch.setattr("matching.timetabling.repair.WHOLE", 0)


@st.composite
def crowds(draw, least, most):
    """Draw a mission of two days: staff of one or two, some online, caps, an agenda."""
    tables = tuple(f"T{number}" for number in range(1, draw(st.integers(2, 5)) + 1))
    slots = [a_slot(number, tables, day=day) for day in (0, 1) for number in range(SLOTS_A_DAY)]
    guests, hosts = ([f"{side}{n}" for n in range(draw(st.integers(least, most)))] for side in "gh")
    people = []
    for name in (*guests, *hosts):
        for number in range(1, draw(st.sampled_from([1, 1, 1, 2])) + 1):
            there = draw(st.sampled_from([slots, slots, slots[2:], slots[:5], slots[:3] + slots[5:]]))
            online = draw(st.sampled_from([False] * 7 + [True]))
            people.append(a_person(name, there, name=f"p{number}", online=online))
    pairs = [
        a_candidate(guest, host, draw(st.integers(1, 9)), tier=draw(st.sampled_from([0, 1, 1])))
        for guest in guests
        for host in hosts
        if draw(st.booleans())
    ]
    problem = a_problem(slots, people, pairs, max_per_person_per_day=draw(st.sampled_from([2, 3, 9])))
    kits = tuple(replace(table, video_kit=table.id == "T2") for table in problem.tables)
    speech = AgendaItem(
        starts_at=slots[1].starts_at,
        ends_at=slots[1].ends_at,
        organisations=frozenset({identity("g0"), identity("h1")}),
    )
    return replace(problem, tables=kits, online_tables=video_tables(kits), agenda=(speech,))


def changed_by_chance(problem, data):
    """Take hours from somebody, a table from a slot, or a slot from the programme."""
    slot, kind = (
        data.draw(st.sampled_from(problem.slots)),
        data.draw(st.sampled_from(["late", "late", "table", "slot"])),
    )
    if kind == "late":
        who = data.draw(st.sampled_from([person.organisation_id for person in problem.people]))
        return without_windows(problem, who, problem.slots[0].starts_at, slot.ends_at), frozenset({who})
    rest = [replace(slot, tables=slot.tables[1:])] if kind == "table" else []
    return replace(problem, slots=(*(each for each in problem.slots if each != slot), *rest)), frozenset()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=crowds(4, 9), data=st.data())
def test_incidents_one_after_another_break_no_rule_and_lose_nothing(problem, data):
    meetings = fill_greedily(problem, (), [candidate.pair for candidate in problem.ordered_candidates])

    for _ in range(3):
        problem, disturbed = changed_by_chance(problem, data)
        now = data.draw(st.sampled_from([None, problem.slots[0].ends_at]))
        known = problem.slot_by_id
        begun = [m for m in meetings if now and m.slot_id in known and known[m.slot_id].starts_at < now]
        pinned = [m for m in meetings[:2] if m not in begun and seating_of(problem, m)]
        problem = replace(problem, earliest_start_at=now, locked=(*begun, *pinned))
        result = repair(problem, meetings, disturbed, fill=True)

        told = [*(move.before for move in result.moved), *(drop.meeting for drop in result.dropped)]
        assert broken_rules(plainly(problem), plain_meetings(result.meetings)) == []
        assert set(meetings) == {*told, *set(meetings).intersection(result.meetings)}
        assert {*begun, *pinned} <= set(result.meetings)
        assert result.added == ()
        assert next(aim for aim in result.aims if aim.aim == "lost").value == 0
        assert result.value <= result.bound
        meetings = result.meetings


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=crowds(2, 4), data=st.data())
def test_what_is_said_to_be_proven_is_what_one_model_reaches(problem, data):
    before = fill_greedily(problem, (), [candidate.pair for candidate in problem.ordered_candidates])
    problem, disturbed = changed_by_chance(problem, data)

    at_once = repair(problem, before, disturbed, fill=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.timetabling.repair.WHOLE", 10**6)
        exact = repair(problem, before, disturbed, fill=True)

    assert exact.proven
    proven = [aim.proven for aim in at_once.aims]
    assert proven == sorted(proven, reverse=True)
    assert at_once.aims[: sum(proven)] == exact.aims[: sum(proven)]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(problem=crowds(4, 9), data=st.data())
def test_what_can_stand_is_the_same_by_arrays(problem, data):
    before = fill_greedily(problem, (), [candidate.pair for candidate in problem.ordered_candidates])
    changed, disturbed = changed_by_chance(replace(problem, max_per_person_per_day=2), data)

    standing = standing_together(Beside(changed), before, disturbed).meetings

    assert set(standing) == set(still_standing(changed, before, disturbed))
