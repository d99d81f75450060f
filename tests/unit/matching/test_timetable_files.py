"""Files of timetables: what is read, what is refused, what a checker finds, and that solvers and checkers agree."""

import gzip
import json
from itertools import chain, combinations, product
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from matching.timetabling.files import check_format1, check_format2, dispatch, format1_mission
from matching.timetabling.files.reading import FileError, read_instance, schema
from matching.timetabling.format2_engine import model, solve
from timetable_files import a_given, a_mission, a_second, seconds

SCHEMAS = ("mission-schedule-1.json", "mission-schedule-2.json", "schedule-1.json", "schedule-2.json")


def solved(body):
    return dispatch.solved(body, 10.0, lambda *_: None, Event())


def refused(tmp_path, body):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_instance(path)
    return str(caught.value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_a_schema(name):
    Draft202012Validator.check_schema(schema(name))


def test_instance_is_read_from_a_packed_file(tmp_path):
    path = tmp_path / "instance.json.gz"
    path.write_bytes(gzip.compress(json.dumps(a_given([(0, 1)])).encode()))

    assert read_instance(path) == a_given([(0, 1)])


def test_whole_numbers_may_be_written_with_a_point(tmp_path):
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(a_given([(0, 1)], slots=2.0, forbidden=[[0.0], []], tables=1e3)), encoding="utf-8")

    assert [row[:2] for row in solved(read_instance(path))["meetings"]] == [[0, 1]]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"format": "mission-schedule/3"}, "format"),
        (a_given([(0, 1)], kind="party"), "party"),
        (a_given([(0, 1)], forbidden=[]), "/forbidden"),
        (a_given([(0, 1)], forbidden=[[4], []]), "/forbidden/0"),
        (a_given([(0, 1)], fixed=[9]), "/fixed/0"),
        (a_given([(0, 1)], session=[1], sessions=[]), "/session/0"),
        (a_given([(0, 1)], precedences=[[0, 1]]), "/precedences/0"),
        (a_given([(0, 1)], tables=[1]), "/tables"),
        (a_given([(1, 1)]), "/meetings/0"),
        (a_given([(0, -1)]), "/meetings/0/1: -1 is less"),
        (a_given([(0, 1, 5)]), "/meetings/0: "),
        (a_mission([(0, 1, 0)], 1, 2), "/meetings/0"),
        (a_mission([(0, 1, -3)], 1, 2), "/meetings/0/2: -3 is less"),
        (a_mission([(0, 1, 3)], 2, 3), "/meetings/0"),
        (a_mission([(0, 1, 2**53 - 3), (0, 1, 3)], 1, 2), "/meetings: are worth more"),
        (a_mission([(0, 1, 3)], 1, 2, max_meetings=[10**30, None]), "/max_meetings/0"),
        (a_mission([(0, 1, 3)], 1, 2, min_meetings=[10**30, 0]), "/min_meetings/0"),
        (a_second(meetings=[[2, 0, 1]]), "/meetings/0"),
        (a_second(meetings=[[0, 2, 10**30]]), "/meetings: are worth more"),
        (a_second(staff=[{"organisation": 9}]), "/staff/0/organisation"),
        (a_second(slots=[{"start": 0, "end": 9, "day": 0}, {"start": 5, "end": 9, "day": 0}]), "/slots"),
        (a_second(walking=[[0], [1]]), "/walking"),
        (a_second(mood="good"), "mood"),
    ],
)
def test_instance_that_is_none_is_refused_with_the_place(tmp_path, body, word):
    assert word in refused(tmp_path, body)


def test_given_meetings_are_placed_and_pass_the_checker():
    body = a_given([(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)], forbidden=[[0], [], [], []], fairness_d=1)

    schedule = solved(body)

    Draft202012Validator(schema("schedule-1.json")).validate(schedule)
    verdict = dispatch.checked(body, schedule)
    assert (schedule["status"], verdict.violations) == ("optimal", [])
    assert verdict.figures["objective"] == schedule["objective"] == schedule["bound"]


def test_instance_without_a_timetable_is_answered_infeasible():
    assert solved(a_given([(0, 1), (1, 2), (2, 0)], slots=2)) | {"seconds": 0} == {
        "instance": "given",
        "status": "infeasible",
        "objective": None,
        "bound": None,
        "seconds": 0,
        "meetings": [],
    }


@pytest.mark.parametrize(
    ("rows", "changes", "word"),
    [
        ([[0, 0]], {}, "not placed"),
        ([[0, 0], [1, 0]], {}, "2 meetings in slot 0"),
        ([[0, 0], [1, 1], [1, 2]], {}, "placed 2 times"),
        ([[0, 0], [1, 9]], {}, "no such"),
        ([[0, 0], [1, 1]], {"forbidden": [[], [1], []]}, "not there"),
        ([[0, 0], [1, 1]], {"fixed": [None, 2]}, "fixed"),
        ([[0, 0], [1, 1]], {"session": [0, 1], "sessions": [[2, 4]]}, "outside"),
        ([[0, 0], [1, 1]], {"precedences": [[1, 0]]}, "before"),
        ([[0, 0], [1, 1]], {"tables": [1, 0, 1, 1]}, "0 tables"),
        ([[0, 0, 5], [1, 1, 0]], {}, "table 5"),
        ([[0, 0], [1, 2]], {"fairness_d": 0}, "fairness"),
        ([[0, 0], [1, 1]], {"cancelled": [1]}, "is cancelled"),
    ],
)
def test_checker_of_given_meetings_finds_each_broken_rule(rows, changes, word):
    verdict = check_format1.check(a_given([(0, 1), (1, 2)], **changes), {"meetings": rows})

    assert any(word in violation for violation in verdict.violations)


@pytest.mark.parametrize(
    ("rows", "changes", "word"),
    [
        ([[0, 0], [1, 1]], {"max_meetings": [1, None, None]}, "at most 1"),
        ([[0, 0]], {"min_meetings": [2, 0, 0], "min_meetings_hard": True}, "at least 2"),
        ([[0, 0], [2, 1]], {}, "meet 2 times"),
    ],
)
def test_checker_of_missions_finds_each_broken_rule(rows, changes, word):
    body = a_mission([(0, 1, 3), (0, 2, 3), (0, 1, 2)], 1, 3, **changes)

    assert any(word in violation for violation in check_format1.check(body, {"meetings": rows}).violations)


def a_row(meeting, slot, table, staff, **changes):
    return {"meeting": meeting, "slot": slot, "table": table, "staff": staff, "interpreter": None} | changes


@pytest.mark.parametrize(
    ("rows", "changes", "word"),
    [
        ([a_row(0, 0, 0, [1, 2])], {}, "another organisation"),
        ([a_row(0, 0, 9, [0, 2])], {}, "what there is not"),
        ([a_row(0, 0, 0, [0, 2])], {"tables": [{"location": 0, "closed": [0]}]}, "closed"),
        ([a_row(0, 0, 0, [0, 2])], {"staff": [{"organisation": n, "online": n == 0} for n in range(4)]}, "online"),
        ([a_row(0, 0, 0, [0, 2])], {"staff": [{"organisation": n, "away": [0]} for n in range(4)]}, "not there"),
        ([a_row(0, 0, 0, [0, 2])], {"agenda": [{"start": 10, "end": 20}]}, "agenda"),
        ([a_row(0, 0, 0, [0, 2])], {"agenda": [{"start": 40, "end": 50, "location": 1}]}, "agenda"),
        (
            [a_row(0, 0, 0, [0, 2])],
            {"staff": [{"organisation": n, "languages": [str(n)]} for n in range(4)]},
            "language",
        ),
        ([a_row(0, 0, 0, [0, 2]), a_row(2, 0, 1, [1, 2])], {}, "cannot be in both"),
        ([a_row(0, 0, 0, [0, 2]), a_row(2, 1, 1, [1, 2])], {"tables": [{"location": 0}, {"location": 1}]}, "both"),
        ([a_row(0, 0, 0, [0, 2]), a_row(3, 0, 0, [1, 3])], {}, "share a table"),
        ([a_row(0, 0, 0, [0, 2])] * 2, {}, "same two"),
        (
            [a_row(0, 0, 0, [0, 2])],
            {"organisations": [{"side": s, "max_meetings": 0} for s in ("guest",) * 2 + ("host",) * 2]},
            "at most 0",
        ),
        ([a_row(0, 0, 0, [0, 2])], {"staff": [{"organisation": n, "max_a_day": 0} for n in range(4)]}, "on day 0"),
        ([a_row(0, 0, 0, [0, 2])], {"locks": [{"meeting": 0, "slot": 1}]}, "locked"),
        ([a_row(0, 0, 0, [0, 2])], {"cancelled": [0]}, "is cancelled"),
        (
            [a_row(0, 0, 0, [0, 2], interpreter=0), a_row(3, 0, 1, [1, 3], interpreter=0)],
            {"interpreters": [{"languages": ["ru", "zh"]}]},
            "interpreter 0 cannot be in both",
        ),
    ],
)
def test_checker_of_second_format_finds_each_broken_rule(rows, changes, word):
    verdict = check_format2.check(a_second(**changes), {"meetings": rows})

    assert any(word in violation for violation in verdict.violations)


def test_checker_of_second_format_finds_a_meeting_that_is_said_to_be_dropped():
    schedule = {"meetings": [a_row(0, 0, 0, [0, 2])], "dropped": [{"meeting": 0, "reason": "people_busy"}]}

    assert any("has one" in violation for violation in check_format2.check(a_second(), schedule).violations)


@settings(max_examples=60, deadline=None, database=None)
@given(seconds())
def test_second_format_is_solved_as_well_as_trying_everything_does(body):
    Draft202012Validator(schema("mission-schedule-2.json")).validate(body)

    schedule = solve.solved(body, 10.0, lambda *_: None, Event())

    Draft202012Validator(schema("schedule-2.json")).validate(schedule)
    verdict = check_format2.check(body, schedule)
    assert (schedule["status"], verdict.violations) == ("optimal", [])
    figures = verdict.figures
    names = ("missing_meetings", "objective", "breaks", "table_changes")
    assert {name: figures[name] for name in names} == {name: schedule[name] for name in names}
    assert all(aim["proven"] for aim in schedule["aims"])
    assert rating(figures) == best_of_all(body)


def rating(figures):
    """Order timetables by the aims of a mission: what is missing, value, breaks, changes of tables."""
    return (
        -figures["missing_meetings"],
        figures["objective"],
        -figures["breaks"],
        -figures["table_changes"],
    )


def best_of_all(body):
    """Try all sets of rows that the checker accepts one by one; give the best rating."""
    interpreters = [None, *range(len(body["interpreters"]))]
    staff = range(len(body["staff"]))
    rows = [
        row
        for meeting, slot, table, guest, host, interpreter in product(
            range(len(body["meetings"])),
            range(len(body["slots"])),
            range(len(body["tables"])),
            staff,
            staff,
            interpreters,
        )
        if not check_format2.check(
            body, {"meetings": [row := a_row(meeting, slot, table, [guest, host], interpreter=interpreter)]}
        ).violations
    ]
    by_meeting = [[None, *(row for row in rows if row["meeting"] == n)] for n in range(len(body["meetings"]))]
    verdicts = (
        check_format2.check(body, {"meetings": [row for row in chosen if row]}) for chosen in product(*by_meeting)
    )
    return max(rating(v.figures) for v in verdicts if not v.violations)


@settings(max_examples=25, deadline=None, database=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(2, 3), st.integers(1, 9)), min_size=1, max_size=5),
    st.integers(1, 2),
    st.lists(st.lists(st.integers(0, 2), max_size=2), min_size=4, max_size=4),
)
def test_small_mission_is_solved_as_well_as_trying_everything_does(meetings, tables, forbidden):
    body = a_mission(list({m[:2]: m for m in meetings}.values()), 2, 4, tables=tables, forbidden=forbidden)

    schedule = format1_mission.solved(body, 10.0, lambda *_: None, Event())

    every = [[(n, s) for s in range(3)] for n in range(len(body["meetings"]))]
    subsets = chain.from_iterable(combinations(every, size) for size in range(len(body["meetings"]) + 1))
    verdicts = (
        check_format1.check(body, {"meetings": [list(row) for row in rows]})
        for some in subsets
        for rows in product(*some)
    )
    assert check_format1.check(body, schedule).violations == []
    assert schedule["status"] == "optimal"
    assert schedule["objective"] == max(v.figures["objective"] for v in verdicts if not v.violations)


def test_locks_hold_and_impossible_locks_are_infeasible():
    lock = {"meeting": 3, "slot": 0, "table": 1}
    other = {"meeting": 1, "slot": 0}

    held = solved(a_second(locks=[lock]))

    assert check_format2.check(a_second(locks=[lock]), held).violations == []
    assert any(row["meeting"] == 3 and row["table"] == 1 for row in held["meetings"])
    assert solved(a_second(locks=[lock, other]))["status"] == "infeasible"


def test_mission_that_is_too_large_for_an_exact_model_is_refused(monkeypatch):
    monkeypatch.setattr(model, "MOST_WAYS", 3)

    with pytest.raises(FileError, match="too many"):
        solved(a_second())


@pytest.mark.parametrize(
    ("least", "status"), [([2, 0, 1, 1], "optimal"), ([0, 0, 2, 2], "infeasible"), ([2, 2, 2, 2], "infeasible")]
)
def test_mission_that_is_too_large_for_an_exact_model_keeps_hard_guarantees(monkeypatch, least, status):
    monkeypatch.setattr(model, "MOST_WAYS", 3)
    body = a_mission([(0, 2, 5), (0, 3, 4), (1, 2, 1)], 2, 4, min_meetings=least, min_meetings_hard=True)

    schedule = solved(body | {"tables": 1, "slots": 3})

    assert schedule["status"] == status
    assert check_format1.check(body, schedule).violations == [] or status == "infeasible"
    assert bool(schedule["meetings"]) == (status == "optimal")


@pytest.mark.parametrize("changes", [{}, {"fixed": [1, None]}])
def test_tables_beyond_all_measure_are_no_burden(changes):
    body = a_mission([(0, 2, 5), (1, 3, 4)], 2, 4, tables=10**30) | changes

    schedule = solved(body)
    mended = dispatch.repaired(body, schedule, 10.0, lambda *_: None, Event())

    assert (schedule["objective"], check_format1.check(body, schedule).violations) == (9, [])
    assert mended["told"] == []


@pytest.mark.parametrize("changes", [{"slots": 70}, {"meetings": [[0, 2, 0], [0, 3, 2_000_000], [1, 2, 7]]}])
def test_mission_that_arrays_do_not_hold_is_solved_exactly(changes):
    body = a_mission([(0, 2, 5), (0, 3, 4), (1, 2, 7)], 2, 4) | changes

    schedule = solved(body)

    assert (schedule["status"], check_format1.check(body, schedule).violations) == ("optimal", [])
