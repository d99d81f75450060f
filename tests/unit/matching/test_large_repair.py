"""Repairs of large timetables: no rule broken, nothing vanishes, nobody moves who need not, reasons are true."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.timetable.large.generator import generated
from large_missions import a_mission, broken_rules, missions, plain
from matching.timetabling.large import UNPLACED, LargeMission, repair, solve
from matching.timetabling.large.exchange_chains import why_dropped
from matching.timetabling.large.occupancy import Diary
from matching.timetabling.large.repair import Standing
from matching.timetabling.model.timetable import Reason

CANCEL, HOURS, HALL = range(3)


@st.composite
def incidents(draw, mission):
    kind = draw(st.sampled_from((CANCEL, HOURS, HALL)))
    person = draw(st.integers(0, mission.people - 1))
    free = draw(st.integers(0, (1 << mission.slots) - 1))
    tables = draw(st.lists(st.integers(0, 3), min_size=mission.slots, max_size=mission.slots))
    return kind, person, free, tables


@settings(max_examples=80, deadline=None, derandomize=True)
@given(mission=missions(guests=6, hosts=6, slots=5, pairs=30), data=st.data())
def test_any_incidents_in_any_order_break_no_rule_and_lose_nothing_silently(mission, data):
    found = solve(mission, time_limit_seconds=1)
    told = plain(mission)
    standing = Standing(mission, found.slot_of, found.table_of)

    for _ in range(data.draw(st.integers(1, 4))):
        kind, person, free, tables = data.draw(incidents(mission))
        before, seats = standing.slot_of, standing.table_of
        change = _happen(standing, told, kind, person, free, tables)

        assert not broken_rules(told, standing.slot_of, standing.table_of)
        _assert_all_is_told(told, change, (before, seats), (standing.slot_of, standing.table_of))
        assert all(_is_true(told, standing.slot_of, dropped, change.added) for dropped in change.dropped)
        if kind == CANCEL:
            assert not change.moved


@settings(max_examples=60, deadline=None, derandomize=True)
@given(mission=missions(guests=5, hosts=5, slots=5, pairs=20), data=st.data())
def test_locked_and_past_meetings_stay_through_every_incident(mission, data):
    found = solve(mission, time_limit_seconds=1)
    since = data.draw(st.integers(0, mission.slots))
    chosen = data.draw(st.lists(st.booleans(), min_size=len(mission.value), max_size=len(mission.value)))
    lock = np.where(np.array(chosen, dtype=bool), found.slot_of, UNPLACED)
    held = _with(mission, locked=lock)
    standing = Standing(held, found.slot_of, found.table_of, since)
    stays = (lock != UNPLACED) | ((found.slot_of != UNPLACED) & (found.slot_of < since))

    for _ in range(2):
        kind, person, free, tables = data.draw(incidents(mission))
        _happen(standing, plain(mission), kind, person, free, tables)

    assert np.array_equal(standing.slot_of[stays], found.slot_of[stays])
    assert np.array_equal(standing.table_of[stays], found.table_of[stays])
    assert not ((standing.slot_of < since) & (standing.slot_of != UNPLACED) & ~stays).any()


def test_late_arrival_moves_as_few_as_a_chain_must():
    mission = a_mission(2, 2, [(0, 0, 9), (0, 1, 9), (1, 0, 9), (1, 1, 9)], 3, tables=[2, 2, 2])
    standing = Standing(mission, np.array([0, 1, 1, 0]), np.array([0, 1, 0, 1]))

    change = standing.change_hours(0, 0b110)

    assert standing.slot_of.tolist() == [2, 1, 1, 0]
    assert [(moved.meeting, moved.before, moved.after) for moved in change.moved] == [(0, 0, 2)]
    assert change.told == {0, 2}


def test_chain_makes_way_where_no_slot_is_free_for_both():
    mission = a_mission(2, 1, [(0, 0, 9), (1, 0, 9)], 2, tables=[1, 1])
    standing = Standing(mission, np.array([0, 1]), np.array([0, 0]))

    change = standing.change_hours(0, 0b10)

    assert standing.slot_of.tolist() == [1, 0]
    assert len(change.moved) == 2 and change.told == {0, 1, 2} and not change.dropped


def test_of_very_many_lost_meetings_the_least_valuable_take_what_is_free(monkeypatch):
    monkeypatch.setattr(repair, "MANY", 0)
    mission = a_mission(2, 1, [(0, 0, 9), (1, 0, 9)], 3, tables=[1, 1, 1])
    standing = Standing(mission, np.array([0, 1]), np.array([0, 0]))

    assert standing.change_hours(0, 0b110).moved and standing.slot_of.tolist() == [2, 1]
    assert [dropped.meeting for dropped in standing.change_hours(0, 0b010).dropped] == [0]


def test_partners_of_who_cancels_get_others_and_nobody_moves():
    mission = a_mission(2, 2, [(0, 0, 9), (1, 0, 5), (1, 1, 8)], 2, tables=[2, 2], most=[2, 1, 1, 1])
    standing = Standing(mission, np.array([0, UNPLACED, 1]), np.array([0, UNPLACED, 0]))

    change = standing.cancel(3)

    assert standing.slot_of.tolist() == [0, UNPLACED, UNPLACED]
    assert [dropped.reason for dropped in change.dropped] == [Reason.NO_COMMON_SLOT]
    change = standing.cancel(0)
    assert change.added == (1,) and not change.moved


def test_lost_table_takes_the_meeting_that_can_go_elsewhere_and_seats_the_other_anew():
    mission = a_mission(2, 2, [(0, 0, 9), (1, 1, 1)], 2, tables=[2, 1], free=[{0}, {0, 1}, {0}, {0, 1}])
    standing = Standing(mission, np.array([0, 0]), np.array([1, 0]))

    change = standing.change_hall([1, 1])

    assert standing.slot_of.tolist() == [0, 1] and standing.table_of.tolist() == [0, 0]
    assert change.reseated == (0,) and change.told == {0, 1, 2, 3} and not change.dropped


def test_meeting_without_a_common_slot_is_told_with_the_slots_of_either_side():
    standing = Standing(a_mission(1, 1, [(0, 0, 5)], 3, free=[{0, 1}, {0}]), np.array([0]), np.array([0]))

    (dropped,) = standing.change_hours(0, 0b110).dropped

    assert (dropped.reason, dropped.slots) == (Reason.NO_COMMON_SLOT, (0, 1, 2))


def test_meeting_whose_people_cannot_be_freed_is_told_with_their_common_slots():
    mission = a_mission(1, 2, [(0, 0, 5), (0, 1, 5)], 2, free=[{0, 1}, {0, 1}, {1}])
    standing = Standing(mission, np.array([0, 1]), np.array([0, 0]))

    (dropped,) = standing.change_hours(0, 0b10).dropped

    assert (dropped.meeting, dropped.reason, dropped.slots) == (0, Reason.PEOPLE_BUSY, (1,))


def test_meeting_of_somebody_at_the_cap_is_told_with_who_that_is():
    mission = a_mission(2, 1, [(0, 0, 5), (1, 0, 5)], 2, most=[1, 1, 1])

    dropped = why_dropped(Diary.of(mission, np.array([0, UNPLACED])), 1)

    assert (dropped.reason, dropped.people) == (Reason.DAY_CAP_REACHED, (2,))


def test_full_hall_is_told_with_the_slots_in_which_both_were_free():
    mission = a_mission(2, 2, [(0, 0, 1), (1, 1, 9)], 1, tables=[2])
    standing = Standing(mission, np.array([0, 0]), np.array([0, 1]))

    (dropped,) = standing.change_hall([1]).dropped

    assert (dropped.meeting, dropped.reason, dropped.slots) == (0, Reason.HALL_FULL, (0,))


def test_walk_in_gets_the_least_number_of_meetings_along_chains():
    mission = a_mission(2, 2, [(0, 0, 9), (0, 1, 9), (1, 0, 5)], 2, tables=[2, 2], free=[{0, 1}, {0}, {0, 1}, {0, 1}])
    mission = _with(mission, least=np.array([0, 1, 0, 0]))
    standing = Standing(mission, np.array([0, 1, UNPLACED]), np.array([0, 0, UNPLACED]))

    change = standing.welcome(1)

    assert standing.slot_of.tolist() == [1, 0, 0]
    assert change.added == (2,) and len(change.moved) == 2 and not change.dropped


def test_a_hundred_incidents_on_a_generated_mission_break_no_rule():
    mission = generated(60, 60, 12, 27, 6, "hard", seed=5)
    found = solve(mission, time_limit_seconds=1)
    standing, told, chance = Standing(mission, found.slot_of, found.table_of), plain(mission), np.random.default_rng(1)

    for _ in range(100):
        kind, person = int(chance.integers(2)), int(chance.integers(mission.people))
        free = int(mission.free[person]) & ~0b1111
        before = standing.slot_of
        change = _happen(standing, told, kind, person, free, [])
        _assert_all_is_told(told, change, (before, None), (standing.slot_of, None))

    assert not broken_rules(told, standing.slot_of, standing.table_of)


def _happen(standing, told, kind, person, free, tables):
    """Let an incident happen, in the timetable and in the plain mission."""
    if kind == HALL:
        told["tables"] = tables
        return standing.change_hall(tables)
    free = 0 if kind == CANCEL else free
    told["people"][person]["slots"] = {slot for slot in range(len(told["tables"])) if free >> slot & 1}
    return standing.cancel(person) if kind == CANCEL else standing.change_hours(person, free)


def _assert_all_is_told(told, change, before, after):
    (slots, seats), (slots_now, seats_now) = before, after
    differ = {number for number in range(len(slots)) if slots[number] != slots_now[number]}
    named = (
        [moved.meeting for moved in change.moved] + [dropped.meeting for dropped in change.dropped] + [*change.added]
    )
    assert sorted(named) == sorted(differ)
    assert all(
        (slots[moved.meeting], slots_now[moved.meeting]) == (moved.before, moved.after) for moved in change.moved
    )
    if seats is not None:
        same = set(range(len(slots))) - differ
        assert {number for number in same if seats[number] != seats_now[number]} <= set(change.reseated)
    everyone = differ | set(change.reseated)
    assert change.told == {person for number in everyone for person in told["pairs"][number][:2]}


def _is_true(told, slot_of, dropped, added):
    """Look a reason up in the timetable as it was before other meetings were added."""
    guest, host, _ = told["pairs"][dropped.meeting]
    then = [UNPLACED if number in added else int(slot) for number, slot in enumerate(slot_of)]
    sides = told["people"][guest], told["people"][host]
    common = {slot for slot in sides[0]["slots"] & sides[1]["slots"] if told["tables"][slot]}
    placed = [(person, then[n]) for n, pair in enumerate(told["pairs"]) for person in pair[:2] if then[n] != UNPLACED]
    free = {slot for slot in common if not {(guest, slot), (host, slot)} & set(placed)}
    full = tuple(p for p in (guest, host) if sum(person == p for person, _ in placed) >= told["people"][p]["most"])
    taken = [slot for _, slot in placed]
    by_reason = {
        Reason.NO_COMMON_SLOT: not common and set(dropped.slots) == sides[0]["slots"] | sides[1]["slots"],
        Reason.DAY_CAP_REACHED: bool(full) and dropped.people == full,
        Reason.HALL_FULL: set(dropped.slots) == free != set()
        and all(taken.count(s) // 2 >= told["tables"][s] for s in free),
        Reason.PEOPLE_BUSY: not free and set(dropped.slots) == common != set(),
    }
    return by_reason[dropped.reason]


def _bits(slots):
    return sum(1 << slot for slot in slots)


def _with(mission, **changes):
    names = ("guests", "guest", "host", "value", "free", "tables", "most", "least", "locked")
    return LargeMission(**{name: getattr(mission, name) for name in names} | changes)
