"""Languages and walks: who needs an interpreter, who is too far away, and what the timetable says of it."""

from dataclasses import replace

import pytest

from matching.timetabling.exact.solve import solve
from matching.timetabling.model.availability import Walk
from matching.timetabling.model.occupancy import seating_of, still_standing
from matching.timetabling.model.people import AgendaItem, Interpreter
from matching.timetabling.model.placement import fill_greedily, give_tables
from matching.timetabling.model.timetable import Reason
from matching.timetabling.model.unplaced_reasons import unplaced
from matching.timetabling.repair import repair
from timetable_checker import broken_rules
from timetable_problems import (
    HALF_AN_HOUR,
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
ALWAYS = tuple((slot.starts_at, slot.ends_at) for slot in SLOTS)
INTERPRETER = Interpreter(id="I1", languages=frozenset(("ru", "zh")), windows=ALWAYS)


def two_tongues(*interpreters, **changes):
    """Make two guests who speak Chinese and two hosts who speak Russian; each guest wants to meet its host."""
    people = [a_person(name, SLOTS, languages=frozenset({"zh"})) for name in ("g1", "g2")]
    people += [a_person(name, SLOTS, languages=frozenset({"ru"})) for name in ("h1", "h2")]
    pairs = [a_candidate("g1", "h1"), a_candidate("g2", "h2")]
    return a_problem(SLOTS, people, pairs, interpreters=interpreters, **changes)


def two_halls(minutes, slots=SLOTS, *, online=False, **changes):
    """Put T1 and T2 into halls apart, and let one guest want to meet two hosts."""
    problem = a_problem(
        slots,
        [a_person("g1", slots, online=online), a_person("h1", slots[:1]), a_person("h2", slots[1:])],
        [a_candidate("g1", "h1"), a_candidate("g1", "h2")],
        walking=(Walk(ends=frozenset(("hall", "annexe")), minutes=minutes),),
        **changes,
    )
    tables = tuple(replace(t, location="annexe") if t.id == "T2" else t for t in problem.tables)
    return replace(problem, tables=tables)


def apart(minutes, **changes):
    """Open one table a slot, in a hall of its own."""
    return two_halls(minutes, (replace(SLOTS[0], tables=("T1",)), replace(SLOTS[1], tables=("T2",))), **changes)


def the_reasons(problem, *meetings):
    return [pair.reason for pair in unplaced(problem, meetings)]


def test_one_interpreter_lets_one_pair_after_another_meet():
    timetable = solve(two_tongues(INTERPRETER))

    assert [meeting.interpreter for meeting in timetable.meetings] == ["I1", "I1"]
    assert len({meeting.slot_id for meeting in timetable.meetings}) == 2


@pytest.mark.parametrize(
    "interpreters",
    [
        (),
        (replace(INTERPRETER, languages=frozenset(("ru", "en"))),),
        (replace(INTERPRETER, windows=()),),
    ],
    ids=["none", "other languages", "never there"],
)
def test_pair_without_a_language_or_an_interpreter_does_not_meet(interpreters):
    timetable = solve(two_tongues(*interpreters))

    assert timetable.meetings == ()
    assert {pair.reason for pair in timetable.unplaced} == {Reason.NO_INTERPRETER}


@pytest.mark.parametrize("languages", [frozenset(), frozenset(("ru", "zh"))], ids=["unknown", "shared"])
def test_people_who_understand_each_other_need_nobody(languages):
    problem = two_tongues()
    people = tuple(replace(person, languages=languages) for person in problem.people)

    assert [m.interpreter for m in solve(replace(problem, people=people)).meetings] == ["", ""]


def test_pair_is_without_an_interpreter_while_the_only_one_sits_elsewhere():
    problem = two_tongues(replace(INTERPRETER, windows=ALWAYS[:1]))

    assert the_reasons(problem, a_meeting("g1", "h1", SLOTS[0], interpreter="I1")) == [Reason.NO_INTERPRETER]


def test_pair_that_could_not_meet_in_any_language_has_no_common_slot():
    problem = two_tongues()
    gone = tuple(replace(p, windows=()) if p.organisation_id == identity("h1") else p for p in problem.people)

    assert the_reasons(replace(problem, people=gone)) == [Reason.NO_COMMON_SLOT, Reason.NO_INTERPRETER]


def test_interpreter_is_bound_by_what_binds_everyone_alone():
    item = AgendaItem(starts_at=SLOTS[0].starts_at, ends_at=SLOTS[0].ends_at)
    own = replace(item, organisations=frozenset({identity("g2")}))

    for agenda, met in (((item,), {SLOTS[1].id}), ((own,), {SLOTS[0].id, SLOTS[1].id})):
        timetable = solve(two_tongues(INTERPRETER, agenda=agenda))
        assert {meeting.slot_id for meeting in timetable.meetings} == met


def test_meeting_whose_interpreter_has_left_moves_to_another_interpreter():
    before = (a_meeting("g1", "h1", SLOTS[0], interpreter="I1"),)
    problem = two_tongues(replace(INTERPRETER, id="I2"))

    result = repair(problem, before, frozenset(), fill=True)

    assert seating_of(problem, before[0]) is None
    assert [(move.after.slot_id, move.after.interpreter) for move in result.moved] == [(SLOTS[0].id, "I2")]


def test_meeting_whose_people_need_no_interpreter_any_more_stands():
    problem = two_tongues()
    people = tuple(replace(person, languages=frozenset()) for person in problem.people)
    before = (a_meeting("g1", "h1", SLOTS[0], interpreter="I1"),)

    assert still_standing(replace(problem, people=people), before, frozenset()) == before


def test_nobody_meets_in_two_halls_when_the_walk_takes_longer_than_the_time_between():
    timetable = solve(apart(1))

    assert len(timetable.meetings) == 1
    assert [pair.reason for pair in timetable.unplaced] == [Reason.TOO_FAR]


@pytest.mark.parametrize(("minutes", "met"), [(30, 2), (31, 1)])
def test_walk_may_take_all_the_time_between_two_meetings(minutes, met):
    late = a_slot(2, ("T2",))
    problem = two_halls(minutes, (replace(SLOTS[0], tables=("T1",)), late))

    assert len(solve(problem).meetings) == met


def test_who_is_online_walks_nowhere():
    problem = apart(60, online=True, online_tables=frozenset(("T1", "T2")))

    assert len(solve(problem).meetings) == 2


def test_meetings_stay_in_one_hall_where_they_can():
    meetings = solve(two_halls(20)).meetings

    assert len({meeting.table_id for meeting in meetings}) == 1


def test_tables_are_given_in_the_hall_where_people_are_seated():
    problem = two_halls(20)
    seated = [(c.pair, next(s for s in problem.seatings(c.pair) if s.location == "annexe")) for c in problem.candidates]

    assert [meeting.table_id for meeting in give_tables(problem, seated)] == ["T2", "T2"]


def test_filling_up_heeds_the_walk():
    problem = apart(1)
    held = (a_meeting("g1", "h1", SLOTS[0]),)

    assert fill_greedily(problem, held, [candidate.pair for candidate in problem.candidates]) == held


@pytest.mark.parametrize(("minutes", "met"), [(0, 2), (10, 1)])
def test_meeting_keeps_the_walk_from_an_item_of_the_agenda_free(minutes, met):
    visit = AgendaItem(
        starts_at=SLOTS[0].starts_at - HALF_AN_HOUR,
        ends_at=SLOTS[0].starts_at,
        organisations=frozenset({identity("g1")}),
        location="annexe",
    )
    problem = two_halls(minutes, tuple(replace(slot, tables=("T1",)) for slot in SLOTS), agenda=(visit,))

    timetable = solve(problem)

    assert len(timetable.meetings) == met
    assert {pair.reason for pair in timetable.unplaced} <= {Reason.NO_COMMON_SLOT}


def test_seatings_are_told_apart_by_place_only_where_a_walk_may_be_too_long():
    far = a_slot(0, ("T1", "T2"), day=1)
    slots = (*SLOTS, far)
    problem = two_halls(20, slots)

    assert problem.locations.near.keys() == {SLOTS[0].id, SLOTS[1].id}
    assert problem.locations.of(far.id, "T2") is None
    assert not two_halls(0, slots).locations.near


def test_interpreter_walks_like_anybody():
    problem = two_tongues(INTERPRETER, walking=(Walk(ends=frozenset(("hall", "annexe")), minutes=5),))
    tables = tuple(replace(t, location="annexe") if t.id == "T2" else t for t in problem.tables)
    slots = (replace(SLOTS[0], tables=("T1",)), replace(SLOTS[1], tables=("T2",)))

    timetable = solve(replace(problem, tables=tables, slots=slots))

    assert len(timetable.meetings) == 1
    assert [pair.reason for pair in timetable.unplaced] == [Reason.NO_INTERPRETER]


def test_locked_meetings_far_apart_stay():
    locked = (a_meeting("g1", "h1", SLOTS[0]), a_meeting("g1", "h2", SLOTS[1], "T2"))

    timetable = solve(apart(25, locked=locked))

    assert timetable.meetings == locked


@pytest.mark.parametrize(
    ("problem", "meetings", "rule"),
    [
        (two_tongues(), [a_meeting("g1", "h1", SLOTS[0])], "nobody interprets"),
        (two_tongues(), [a_meeting("g1", "h1", SLOTS[0], interpreter="I1")], "nobody interprets"),
        (
            two_tongues(replace(INTERPRETER, windows=ALWAYS[1:])),
            [a_meeting("g1", "h1", SLOTS[0], interpreter="I1")],
            "interpreter is away",
        ),
        (
            two_tongues(INTERPRETER),
            [
                a_meeting("g1", "h1", SLOTS[0], interpreter="I1"),
                a_meeting("g2", "h2", SLOTS[0], "T2", interpreter="I1"),
            ],
            "interpreter sits in two meetings",
        ),
        (apart(1), [a_meeting("g1", "h1", SLOTS[0]), a_meeting("g1", "h2", SLOTS[1], "T2")], "somebody walks too far"),
    ],
)
def test_checker_finds_what_languages_and_walks_forbid(problem, meetings, rule):
    assert rule in {found.split(":")[0] for found in broken_rules(plainly(problem), plain_meetings(meetings))}


def test_long_walks_reach_beyond_the_next_slot():
    slots = tuple(replace(a_slot(n), tables=(table,)) for n, table in ((0, "T1"), (1, "T1"), (2, "T2")))
    problem = two_halls(45, slots)
    problem = replace(problem, people=(*problem.people[:2], a_person("h2", slots[2:])))

    assert len(solve(problem).meetings) == 1
