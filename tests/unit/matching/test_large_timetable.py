"""Timetables of large missions: no rule broken, nothing worth more than the bound, the best on tiny ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.timetable.large.generator import generated
from bench.timetable.large.rivals import best_pair_first, slot_by_slot
from large_missions import a_mission, best_rating, broken_rules, missions, plain, rating
from matching.timetabling.large import UNPLACED, LargeMission, solve
from matching.timetabling.large.colouring import Selecting
from matching.timetabling.large.flow import refill, relaxed
from matching.timetabling.large.instance import LARGEST_VALUE
from matching.timetabling.large.lagrangian import Prices, Window
from matching.timetabling.large.run import Effort
from matching.timetabling.large.waits import Waits

pytestmark = pytest.mark.mission

tried = settings(max_examples=60, deadline=None, derandomize=True)


@tried
@given(mission=missions(guests=6, hosts=6, slots=5, pairs=30))
def test_large_timetable_breaks_no_rule_and_tells_its_value_and_what_is_missing(mission):
    found = solve(mission, time_limit_seconds=2)

    assert not broken_rules(plain(mission), found.slot_of, found.table_of)
    assert (-found.missing, found.value) == rating(plain(mission), found.slot_of)
    assert found.value <= found.bound


@tried
@given(mission=missions(guests=3, hosts=3, slots=3, pairs=5))
def test_large_timetable_equals_the_best_of_all_on_tiny_missions(mission):
    found = solve(mission, time_limit_seconds=2)

    assert (-found.missing, found.value) == best_rating(plain(mission))
    assert found.proven
    assert found.bound == found.value and found.least_missing == found.missing


@tried
@given(mission=missions(guests=3, hosts=3, slots=3, pairs=5), data=st.data())
def test_locked_meetings_stay_whatever_the_rules_say_and_the_rest_is_the_best_beside_them(mission, data):
    places = st.integers(UNPLACED, mission.slots - 1)
    lock = data.draw(st.lists(places, min_size=len(mission.value), max_size=len(mission.value)))
    held = LargeMission(**{**_fields(mission), "locked": np.array(lock, dtype=np.int64)})

    found = solve(held, time_limit_seconds=2)

    assert not broken_rules(plain(held), found.slot_of, found.table_of)
    assert (-found.missing, found.value) == best_rating(plain(held))


@tried
@given(mission=missions(guests=3, hosts=3, slots=3, pairs=5), steps=st.integers(0, 40))
def test_bounds_by_flow_and_by_any_prices_are_never_below_the_best_timetable(mission, steps):
    nothing, slots = np.full(len(mission.value), UNPLACED), np.arange(mission.slots)
    window = Window(mission, nothing, slots, Prices.of(mission))

    window.look(1e9)
    window.cool(steps, heat=5.0)
    missing, worth = best_rating(plain(mission))

    assert window.look(1e9) >= worth - 1e-6
    assert relaxed(mission, guarantee=False).value >= worth
    assert -relaxed(mission).missing >= missing
    if -relaxed(mission).missing == missing:
        assert relaxed(mission).value >= worth


@tried
@given(mission=missions(guests=6, hosts=6, slots=5, pairs=30))
def test_colouring_places_every_chosen_meeting_where_everybody_is_always_there(mission):
    always = LargeMission(**{**_fields(mission), "free": np.full(mission.people, (1 << mission.slots) - 1)})
    even = LargeMission(**{**_fields(always), "tables": np.full(mission.slots, 2)})
    chosen = relaxed(even)

    selecting = Selecting(even, chosen.chosen)

    assert not selecting.lost
    assert even.worth(selecting.filled()) == chosen.value
    assert not broken_rules(plain(even), selecting.filled())


@pytest.mark.parametrize("mask", ["full", "mask", "hard"])
@pytest.mark.parametrize(("tables", "cap"), [(27, 6), (60, 12)])
def test_generated_mission_is_solved_near_its_bound_by_the_rules(mask, tables, cap):
    mission = generated(60, 60, 12, tables, cap, mask, seed=3)

    found = solve(mission, time_limit_seconds=60, effort_seconds=0.4)

    assert not broken_rules(plain(mission), found.slot_of, found.table_of)
    assert found.gap <= 0.012
    assert found.proven or mask != "full"
    assert found.below_minimum == found.missing == found.least_missing == 0


def test_same_seed_gives_the_same_timetable():
    mission = generated(30, 30, 8, 12, 5, "hard", seed=1)

    one, other = (solve(mission, seed=4, time_limit_seconds=60, stopped=_after(60)) for _ in range(2))

    assert np.array_equal(one.slot_of, other.slot_of) and np.array_equal(one.table_of, other.table_of)
    assert one.bound == other.bound


def test_progress_never_gets_worse():
    told = []

    found = solve(generated(30, 30, 8, 12, 5, "hard", seed=1), stopped=_after(60), progress=lambda *s: told.append(s))

    values, bounds = zip(*told, strict=True)
    assert list(values) == sorted(values) and list(bounds) == sorted(bounds, reverse=True)
    assert (found.value, found.bound) == told[-1]


def test_stop_keeps_the_best_so_far():
    mission, told = generated(40, 40, 12, 40, 12, "hard", seed=1), []

    found = solve(mission, progress=lambda *state: told.append(state), stopped=lambda: len(told) >= 3)

    assert not broken_rules(plain(mission), found.slot_of)
    assert found.value == max(value for value, _ in told)
    assert found.value <= found.bound and not found.proven


def test_work_ends_a_search_long_before_its_time():
    mission = generated(60, 60, 12, 60, 12, "hard", seed=3)

    found = solve(mission, time_limit_seconds=600, effort_seconds=0.1)

    assert found.seconds < 60 and not found.proven
    assert not broken_rules(plain(mission), found.slot_of, found.table_of)


@pytest.mark.parametrize("rival", [best_pair_first, slot_by_slot])
def test_rivals_keep_the_rules_and_are_worth_no_more_than_the_bound(rival):
    mission = generated(60, 60, 12, 27, 6, "hard", seed=3)

    slot_of = rival(mission)

    assert not broken_rules(plain(mission), slot_of)
    assert 0 < mission.worth(slot_of) < relaxed(mission, guarantee=False).value


def test_waits_are_lowered_without_losing_value():
    mission = generated(60, 60, 12, 20, 5, "mask", seed=2)

    found = solve(mission, time_limit_seconds=1.0)

    assert found.breaks == _breaks(mission, found.slot_of) < found.breaks_before


def test_host_keeps_a_table_all_day_where_the_hall_has_enough():
    mission = a_mission(3, 2, [(0, 0, 5), (1, 0, 5), (2, 0, 5), (0, 1, 5), (1, 1, 5)], 3, tables=[2, 2, 2])

    found = solve(mission, time_limit_seconds=1)

    assert found.value == 25 and found.table_changes == 0
    assert len({int(table) for table in found.table_of[:3]}) == 1


def test_exact_slot_never_loses_and_serves_the_guarantee_before_value():
    mission = a_mission(2, 1, [(0, 0, 1), (1, 0, 40)], 2, tables=[1, 1], most=[2, 2, 1], least=[1, 0, 0])
    slot_of = np.array([UNPLACED, 0])

    refill(mission, slot_of, 0)

    assert slot_of.tolist() == [0, UNPLACED]


def test_effort_ends_by_work_by_the_clock_and_by_a_stop():
    assert not Effort.of_seconds(60).is_spent
    assert Effort.of_seconds(0).is_spent
    assert Effort.of_seconds(60, stopped=lambda: True).is_out_of_time

    worked = Effort.of_seconds(60)
    worked.spend(1e12)

    assert worked.is_spent and not worked.is_out_of_time


@pytest.mark.parametrize(("day", "waits"), [(0b110011, 0), (0b101011, 1), (0b000101, 1), (0b100001, 0), (0, 0)])
def test_nobody_waits_between_two_sessions(day, waits):
    assert Waits([0b000111, 0b111000]).of(day) == waits


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tables": np.zeros(0, np.int64)}, "slots"),
        ({"value": np.array([1])}, "differ"),
        ({"host": np.array([0, 2])}, "out of range"),
        ({"host": np.array([2, 2]), "guest": np.array([0, 0])}, "twice"),
        ({"value": np.array([0, 1])}, "value"),
        ({"value": np.array([1, LARGEST_VALUE + 1])}, "value"),
    ],
)
def test_mission_that_cannot_be_meant_is_refused(change, complaint):
    fields = _fields(a_mission(2, 2, [(0, 0, 1), (1, 1, 1)], 2))

    with pytest.raises(ValueError, match=complaint):
        LargeMission(**{**fields, **change})


def _after(times):
    asked = iter(range(times))
    return lambda: next(asked, None) is None


def _fields(mission):
    names = ("guests", "guest", "host", "value", "free", "tables", "most", "least", "locked")
    return {name: getattr(mission, name) for name in names}


def _breaks(mission, slot_of):
    days = [0] * mission.people
    for number in np.flatnonzero(slot_of != UNPLACED).tolist():
        for person in (int(mission.guest[number]), int(mission.host[number])):
            days[person] |= 1 << int(slot_of[number])
    waits = Waits([(1 << mission.slots) - 1])
    return sum(waits.of(day) for day in days)
