"""The checker of timetables finds each rule broken, so that its silence means something."""

from dataclasses import replace

import pytest

from matching.timetabling.model.people import AgendaItem
from timetable_checker import broken_rules
from timetable_problems import (
    NINE,
    a_candidate,
    a_meeting,
    a_person,
    a_problem,
    a_slot,
    identity,
    plain_meetings,
    plainly,
)

SLOTS = (a_slot(0, ("T1", "T2")), a_slot(1, ("T1", "T2")))
NAMES = ("g1", "g2", "h1", "h2")
FIRST, SECOND = a_meeting("g1", "h1", SLOTS[0]), a_meeting("g1", "h2", SLOTS[1])
PLENARY = AgendaItem(starts_at=NINE, ends_at=SLOTS[0].ends_at)
AVOIDED = frozenset({frozenset({identity("h1"), identity("g1")})})


def a_hall(people=None, **changes):
    pairs = [a_candidate(g, h) for g in ("g1", "g2") for h in ("h1", "h2")]
    return a_problem(SLOTS, people or [a_person(name, SLOTS) for name in NAMES], pairs, **changes)


def the_rules(problem, *meetings):
    return [rule.split(":")[0] for rule in broken_rules(plainly(problem), plain_meetings(meetings))]


def with_host(**changes):
    return [a_person(name, SLOTS, **(changes if name == "h1" else {})) for name in NAMES]


def test_checker_is_silent_about_a_valid_timetable():
    assert the_rules(a_hall(), FIRST, SECOND) == []


@pytest.mark.parametrize(
    ("meeting", "rule"),
    [
        (replace(FIRST, slot_id="none"), "no such slot"),
        (replace(FIRST, table_id="T9"), "table is not open"),
        (replace(FIRST, guest_id=identity("h2")), "pair was not to meet"),
        (replace(FIRST, guest_person=identity("g2/p1")), "guest's person is of another organisation"),
        (replace(FIRST, online=True), "online is told wrongly"),
    ],
)
def test_checker_finds_a_meeting_that_cannot_be(meeting, rule):
    assert rule in the_rules(a_hall(), meeting)


@pytest.mark.parametrize(
    ("problem", "rule"),
    [
        (a_hall(with_host(windows=())), "host's person is away"),
        (a_hall(with_host(can_negotiate=False)), "host's person may not negotiate"),
        (a_hall(agenda=(PLENARY,)), "host's person is bound by the agenda"),
        (
            a_hall(agenda=(replace(PLENARY, organisations=frozenset({identity("h1")})),)),
            "host's person is bound by the agenda",
        ),
        (a_hall(avoid=AVOIDED), "pair avoids each other"),
        (a_hall(max_per_person_per_day=0), "1 meetings a day"),
        (a_hall(locked=(SECOND,)), "locked meeting is gone"),
    ],
)
def test_checker_finds_a_rule_of_the_mission_broken(problem, rule):
    assert rule in the_rules(problem, FIRST)


def test_checker_finds_an_online_meeting_at_a_table_without_video():
    problem = a_hall(with_host(online=True), online_tables=frozenset({"T2"}))

    assert the_rules(problem, replace(FIRST, online=True)) == ["table has no video kit"]


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (replace(FIRST, slot_id=SLOTS[1].id), "pair meets twice"),
        (a_meeting("g2", "h2", SLOTS[0]), "table is taken twice"),
        (a_meeting("g2", "h1", SLOTS[0], "T2"), "person sits in two meetings"),
    ],
)
def test_checker_finds_two_meetings_that_exclude_each_other(other, rule):
    assert the_rules(a_hall(), FIRST, other) == [rule]


def test_checker_finds_a_day_too_full():
    assert the_rules(a_hall(max_per_person_per_day=1), FIRST, SECOND) == ["2 meetings a day"]
