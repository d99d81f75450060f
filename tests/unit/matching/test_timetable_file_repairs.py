"""Timetables in files after an incident: whom a repair disturbs, what it drops, and what checkers find."""

from itertools import pairwise, product
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from matching.timetabling.exact import search
from matching.timetabling.files import check_format1, check_format2, dispatch, format1_mission
from matching.timetabling.files.reading import schema
from matching.timetabling.fixed import repair_search
from matching.timetabling.fixed.repair_search import Standing
from matching.timetabling.fixed.worker import loaded
from timetable_files import a_given, a_mission, a_second, given_bodies, incidents, seconds


def mended(body, previous, limit=10.0):
    return dispatch.repaired(body, previous, limit, lambda *_: None, Event())


def proven(schedule):
    return {aim["aim"]: aim["value"] for aim in schedule["aims"] if aim["proven"]}


AIMS = ("lost", "displaced", "people", "moved", "missing", "value")


class Here:
    """The search for given meetings in this process."""

    def __init__(self, problem):
        self._problem, self._told = problem, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self, _):
        body = self._problem
        standing = Standing(loaded(body), dict(body["before"]), frozenset(body["told"]))
        repair_search.search(standing, self._told.append)

    def hear(self, _):
        return self._told.pop(0)


@settings(max_examples=80, deadline=None, database=None)
@given(given_bodies())
def test_given_meetings_are_mended_as_calmly_as_trying_everything_finds(drawn):
    body, previous = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.timetabling.fixed.repair.Processes", Here)
        schedule = mended(body, previous)

    Draft202012Validator(schema("schedule-1.json")).validate(schedule)
    assert dispatch.checked(body, schedule, previous).violations == []
    assert list(proven(schedule).values()) == calmest_given(body, previous)


def calmest_given(body, previous):
    """Try all sets of rows that the checker accepts but for missing meetings and fairness."""
    gone, slots = set(body["cancelled"]), range(body["slots"])
    places = [[None] if number in gone else [None, *slots] for number in range(len(body["meetings"]))]
    ratings = []
    for chosen in product(*places):
        rows = {"meetings": [[n, slot] for n, slot in enumerate(chosen) if slot is not None]}
        verdict = check_format1.check(body | {"fairness_d": None}, rows)
        if all("is not placed" in violation for violation in verdict.violations):
            ratings.append(costs_of_given(body, previous, rows, verdict.figures))
    return min(ratings)


def costs_of_given(body, previous, rows, figures):
    differs = check_format1.differing(body, previous, rows)
    placed, had = ({row[0] for row in schedule["meetings"]} for schedule in (rows, previous))
    asked = set(range(len(body["meetings"]))) - set(body["cancelled"])
    breaks = [0] * body["participants"]
    for person in range(body["participants"]):
        day = sorted(slot for number, slot in rows["meetings"] if person in body["meetings"][number])
        breaks[person] = sum(then > one + 1 for one, then in pairwise(day))
    excess = 0 if body["fairness_d"] is None else max(0, max(breaks) - min(breaks) - body["fairness_d"])
    unplaced = len(asked - had - placed)
    return [
        len((asked & had) - placed),
        unplaced,
        excess,
        len(differs["told"]),
        len(differs["moved"]),
        figures["breaks"],
    ]


@settings(max_examples=60, deadline=None, database=None)
@given(st.data())
def test_second_format_is_mended_as_calmly_as_trying_everything_finds(data):
    before = data.draw(seconds())
    previous = dispatch.solved(before, 10.0, lambda *_: None, Event())
    now = data.draw(incidents(before))

    schedule = mended(now, previous)

    Draft202012Validator(schema("schedule-2.json")).validate(schedule)
    assert dispatch.checked(now, schedule, previous).violations == []
    assert list(proven(schedule).values()) == calmest_second(now, previous)


def calmest_second(body, previous):
    """Try all sets of rows that the checker accepts one by one and that add meetings only where some are lost."""
    gone = set(body.get("cancelled", ()))
    options = [[None] if n in gone else [None, *rows] for n, rows in enumerate(accepted_rows(body))]
    had = {row["meeting"]: row for row in previous["meetings"]}
    standing = {n for n, row in had.items() if n not in gone and row in options[n]}
    schedules = ({"meetings": [row for row in chosen if row]} for chosen in product(*options))
    costs = (costs_of_second(body, had, standing, rows) for rows in schedules)
    *least, value = min((one for one in costs if one), key=lambda one: [*one[:-1], -one[-1]])
    return [*least, value]


def accepted_rows(body):
    """Give for each meeting the rows that the checker accepts beside none."""
    staff, interpreters = range(len(body["staff"])), [None, *range(len(body["interpreters"]))]
    fields = (range(len(body["slots"])), range(len(body["tables"])), staff, staff, interpreters)
    names = ("meeting", "slot", "table", "staff", "interpreter")
    found = []
    for number in range(len(body["meetings"])):
        rows = [
            dict(zip(names, (number, slot, table, [guest, host], helper), strict=True))
            for slot, table, guest, host, helper in product(*fields)
        ]
        found.append([row for row in rows if not check_format2.check(body, {"meetings": [row]}).violations])
    return found


def costs_of_second(body, had, standing, schedule):
    rows = {row["meeting"]: row for row in schedule["meetings"]}
    sides = [set(row[:2]) for row in body["meetings"]]
    lost = set().union(*(sides[number] for number in had.keys() - rows.keys()))
    lost |= set(range(len(body["organisations"]))) - set().union(*(sides[number] for number in had))
    if any(not sides[number] & lost for number in rows.keys() - had.keys()):
        return None
    verdict = check_format2.check(body, schedule)
    if verdict.violations:
        return None
    changed = {number for number, row in had.items() if rows.get(number) != row}
    gone = had.keys() - rows.keys() - set(body.get("cancelled", ()))
    return [
        len(gone & standing),
        len(gone - standing),
        len({person for each in (had, rows) for n in changed & each.keys() for person in each[n]["staff"]}),
        len(changed & rows.keys()),
        verdict.figures["missing_meetings"],
        verdict.figures["objective"],
    ]


@st.composite
def missions(draw):
    """Draw a mission of mission-schedule/1, a schedule before that keeps its rules, and what it is like now."""
    slots, people = draw(st.integers(1, 4)), draw(st.integers(4, 6))
    slot, person = st.integers(0, slots - 1), st.integers(0, people - 1)
    away = st.lists(st.lists(slot, max_size=1), min_size=people, max_size=people)
    pairs = st.lists(st.tuples(st.integers(0, 1), st.integers(2, people - 1)), min_size=1, max_size=6, unique=True)
    meetings = [(*pair, draw(st.integers(1, 9))) for pair in draw(pairs)]
    body = a_mission(meetings, 2, people, slots=slots, tables=draw(st.integers(1, 2)), forbidden=draw(away))
    previous = dispatch.solved(body, 10.0, lambda *_: None, Event())
    now = body | {"forbidden": [list(one) for one in body["forbidden"]]}
    for who in draw(st.lists(person, max_size=2)):
        now["forbidden"][who] = sorted({*now["forbidden"][who], *draw(st.lists(slot, max_size=slots))})
    if draw(st.booleans()):
        now["max_meetings"] = draw(st.lists(st.none() | st.integers(0, 2), min_size=people, max_size=people))
    if draw(st.booleans()):
        now["tables"] = draw(st.lists(st.integers(0, 2), min_size=slots, max_size=slots))
    now["cancelled"] = draw(st.lists(st.integers(0, len(meetings) - 1), max_size=1))
    return now, previous


@settings(max_examples=60, deadline=None, database=None)
@given(missions(), st.sampled_from([-1, format1_mission.MOST_WAYS]))
def test_missions_are_mended_by_the_rules_and_all_changes_are_told(drawn, most):
    body, previous = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(format1_mission, "MOST_WAYS", most)
        schedule = mended(body, previous)

    Draft202012Validator(schema("schedule-1.json")).validate(schedule)
    assert dispatch.checked(body, schedule, previous).violations == []
    assert {aim["aim"] for aim in schedule["aims"] if aim["proven"]} == (set(AIMS) if most > 0 else set())


def test_locked_meeting_never_moves_and_is_dropped_where_it_cannot_be_held():
    body = a_second(locks=[{"meeting": 0, "slot": 0, "table": 0}])
    previous = dispatch.solved(body, 10.0, lambda *_: None, Event())
    without_hall = body | {"tables": [{"location": 0, "closed": [1]}, {"location": 0}]}
    without_guest = body | {"staff": [{"organisation": n, "away": [0] if n == 0 else []} for n in range(4)]}

    held, dropped = mended(without_hall, previous), mended(without_guest, previous)

    assert [row for row in held["meetings"] if row["meeting"] == 0] == [
        row for row in previous["meetings"] if row["meeting"] == 0
    ]
    assert {"meeting": 0, "reason": "no_common_slot"} in dropped["dropped"]
    assert dispatch.checked(without_guest, dropped, previous).violations == []


def test_fairness_is_relaxed_no_more_than_it_must_be_and_it_is_said():
    body = a_given([(0, 1), (0, 1)], slots=3, participants=3, fixed=[0, 2], fairness_d=0)

    schedule = mended(body, {"meetings": []})

    assert (schedule["fairness_kept"], schedule["objective"]) == (1, 2)
    assert dispatch.checked(body, schedule).violations == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"dropped": []}, "is not placed"),
        ({"dropped": [{"meeting": 1, "reason": "hall_full"}]}, "hall_full is said"),
        ({"dropped": [{"meeting": 0, "reason": "people_busy"}, {"meeting": 1, "reason": "people_busy"}]}, "has one"),
        ({"fairness_kept": 3}, "is said to be kept within 3"),
        ({"objective": 4}, "objective: is said to be 4, is 0"),
        ({"told": [0]}, "told: differs"),
        ({"moved": [{"meeting": 0, "before": 1, "after": 0}]}, "moved: differs"),
        ({"added": [0]}, "added: differs"),
    ],
)
def test_checker_finds_what_a_repair_says_and_is_not_so(changes, word):
    body = a_given([(0, 1), (1, 2)], slots=1, fairness_d=1)
    previous = {"meetings": [[0, 0], [1, 0]]}
    schedule = {"meetings": [[0, 0]], "dropped": [{"meeting": 1, "reason": "people_busy"}], "told": [1, 2]}

    assert dispatch.checked(body, schedule, previous).violations == []
    violations = dispatch.checked(body, schedule | changes, previous).violations
    assert any(word in violation for violation in violations)


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ({"fixed": [2, None]}, [[0, 2, 0], [1, 0, 0]]),
        ({"session": [1, 0], "sessions": [[1, 3]], "tables": [1, 1, 0]}, [[0, 1, 0], [1, 0, 0]]),
        ({"precedences": [[1, 0]], "forbidden": [[1], [], []]}, [[0, 2, 0], [1, 0, 0]]),
    ],
)
def test_mission_with_rules_of_an_order_is_solved_and_mended_by_them(changes, rows):
    body = a_mission([(0, 1, 3), (0, 2, 3)], 1, 3, **changes)

    schedule = dispatch.solved(body, 10.0, lambda *_: None, Event())
    again = mended(body, {"meetings": rows})

    assert (schedule["objective"], dispatch.checked(body, schedule).violations) == (6, [])
    assert (again["meetings"], again["told"]) == (rows, [])


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (a_mission([(0, 2, 5), (0, 3, 4)], 2, 4, fixed=[1, None]), [[0, 0], [1, 1]]),
        (a_second(), [{"meeting": 0, "slot": 0, "table": 0, "staff": [0, 2]}]),
    ],
)
def test_repair_that_finds_nothing_in_time_says_so(monkeypatch, body, rows):
    monkeypatch.setattr(search, "LEAST_EFFORT", 0.0)
    monkeypatch.setattr(search, "LEAST_SECONDS", 0.0)

    schedule = dispatch.repaired(body | {"cancelled": [1]}, {"meetings": rows}, 0.0, lambda *_: None, Event())

    assert (schedule["status"], schedule["objective"], schedule["meetings"]) == ("unknown", None, [])
