"""The values of a timetable refuse what makes no sense and keep people's rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.timetabling.model.hall import Table, natural_order, video_tables
from matching.timetabling.model.people import AgendaItem, Interpreter, may_sit
from matching.timetabling.model.placement import give_tables
from timetable_problems import HALF_AN_HOUR, NINE, a_candidate, a_meeting, a_person, a_problem, a_slot, identity

SLOT = a_slot(0, ("T1", "T2"))
PERSON = a_person("g1", [SLOT])
INTERPRETER = Interpreter(id="I1", languages=frozenset(("ru", "zh")), windows=())


def an_item(starts_in_minutes, organisations=None):
    starts_at = NINE + timedelta(minutes=starts_in_minutes)
    return AgendaItem(starts_at=starts_at, ends_at=starts_at + HALF_AN_HOUR, organisations=organisations)


def sits(person, *agenda):
    return may_sit(person, SLOT.starts_at, SLOT.ends_at, agenda)


def test_person_may_sit_when_a_window_is_exactly_the_slot():
    assert sits(PERSON)


@pytest.mark.parametrize("shift", [timedelta(minutes=1), timedelta(minutes=-1)])
def test_person_may_not_sit_when_no_window_holds_the_whole_slot(shift):
    assert not sits(replace(PERSON, windows=((SLOT.starts_at + shift, SLOT.ends_at + shift),)))


def test_person_who_does_not_negotiate_may_not_sit():
    assert not sits(replace(PERSON, can_negotiate=False))


@pytest.mark.parametrize("organisations", [None, frozenset({identity("g1")})])
def test_agenda_item_binds_the_organisations_that_it_names(organisations):
    assert not sits(PERSON, an_item(15, organisations))


@pytest.mark.parametrize("item", [an_item(15, frozenset({identity("h1")})), an_item(30), an_item(-30)])
def test_agenda_item_of_others_or_at_another_time_does_not_bind(item):
    assert sits(PERSON, item)


def test_tables_are_ordered_as_people_count():
    assert sorted(["T10", "T9", "A"], key=natural_order) == ["A", "T9", "T10"]


def test_tables_for_online_meetings_are_those_named_else_those_with_video():
    tables = tuple(Table(id=f"T{n}", location="hall", seats=4, video_kit=n == 2) for n in (1, 2))

    assert video_tables(tables) == {"T2"}
    assert video_tables(tables, ("T1",)) == {"T1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"slots": (SLOT, replace(SLOT, day=a_slot(0, day=1).day))},
        {"slots": (SLOT, replace(SLOT, id="shifted", ends_at=SLOT.ends_at + HALF_AN_HOUR))},
        {"slots": (replace(SLOT, ends_at=SLOT.starts_at),)},
        {"people": (PERSON, PERSON)},
        {"interpreters": (INTERPRETER, INTERPRETER)},
        {"candidates": (a_candidate("g1", "h1"), a_candidate("g1", "h1", tier=1))},
        {"candidates": (a_candidate("g1", "h1", 0),)},
        {"candidates": (a_candidate("g1", "h1", 2**60),)},
        {"locked": (a_meeting("g1", "h1", a_slot(5)),)},
    ],
    ids=[
        "slot twice",
        "table in two slots",
        "no time",
        "person twice",
        "interpreter twice",
        "pair twice",
        "no value",
        "too large",
        "nowhere",
    ],
)
def test_problem_refuses_what_makes_no_sense(changes):
    with pytest.raises(ValueError, match=r"\w"):
        replace(a_problem([SLOT], [PERSON], []), **changes)


def test_one_pair_of_an_earlier_tier_weighs_more_than_all_later_ones():
    later = [a_candidate("g1", f"h{number}", 7, tier=2) for number in range(5)]

    weights = a_problem([], [], [*later, a_candidate("g2", "h0", 1, tier=1)]).weights

    assert weights[identity("g2"), identity("h0")] == 1 + 5 * 7


def test_online_meeting_takes_the_video_table_and_leaves_others_to_the_rest():
    people = [PERSON, *(a_person(name, [SLOT], online=name == "g2") for name in ("g2", "h1", "h2"))]
    pairs = [a_candidate("g1", "h1"), a_candidate("g2", "h2")]
    problem = a_problem([SLOT], people, pairs, online_tables=frozenset({"T1"}))

    meetings = give_tables(problem, [(pair.pair, problem.seatings(pair.pair)[0]) for pair in pairs])

    assert {(m.guest_id, m.table_id) for m in meetings} == {(identity("g2"), "T1"), (identity("g1"), "T2")}


def test_giving_tables_refuses_more_meetings_than_tables():
    people = [a_person(name, [SLOT]) for name in ("g1", "g2", "h1", "h2")]
    pairs = [a_candidate("g1", "h1"), a_candidate("g2", "h2")]
    problem = a_problem([replace(SLOT, tables=("T1",))], people, pairs)

    with pytest.raises(ValueError, match="more meetings than tables"):
        give_tables(problem, [(pair.pair, problem.seatings(pair.pair)[0]) for pair in pairs])
