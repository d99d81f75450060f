"""A repair moves as little as possible, says all that it changed, and why."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.timetabling.exact.solve import solve
from matching.timetabling.model.occupancy import seating_of
from matching.timetabling.model.placement import fill_greedily
from matching.timetabling.model.timetable import Reason
from matching.timetabling.repair import repair
from timetable_checker import broken_rules
from timetable_problems import (
    a_candidate,
    a_meeting,
    a_person,
    a_problem,
    a_slot,
    identity,
    judged_pairs,
    kaluga,
    plain_meetings,
    plainly,
    problem_of,
    without_windows,
)
from timetable_trials import all_timetables, far_apart_problems, small_problems

GUEST, HOST = identity("klu-17"), identity("kya-12")
EARLY = [("klu-17", "kya-27", "slot-1-1430", "T7"), ("klu-17", "kya-02", "slot-1-1530", "T8")]
SECOND_DAY = [
    ("klu-03", "kya-12", "slot-2-0930", "T3"),
    ("klu-05", "kya-12", "slot-2-1130", "T3"),
    ("klu-17", "kya-12", "slot-2-1200", "T3"),
]
LATE_UNTIL = datetime.fromisoformat("2024-12-10T16:30:00+07:00")
CANCELLED_AT = datetime.fromisoformat("2024-12-10T18:05:00+07:00")
LONG_AFTER = datetime.fromisoformat("2025-01-01T00:00:00+07:00")


@pytest.fixture(scope="module")
def mission():
    return problem_of(kaluga(), judged_pairs())


@pytest.fixture(scope="module")
def before(mission):
    """Make a timetable with two meetings of klu-17 before 16:30 and three of kya-12 on the second day."""
    pinned = tuple(
        a_meeting(guest, host, mission.slot_by_id[slot_id], table) for guest, host, slot_id, table in EARLY + SECOND_DAY
    )
    timetable = solve(replace(mission, locked=pinned))
    assert broken_rules(plainly(mission), plain_meetings(timetable.meetings)) == []
    return timetable.meetings


@pytest.fixture(scope="module")
def late(mission):
    start = datetime.fromisoformat("2024-12-10T14:00:00+07:00")
    return without_windows(mission, GUEST, start, LATE_UNTIL)


@pytest.fixture(scope="module")
def late_repair(late, before):
    return repair(late, before, frozenset({GUEST}), fill=True)


@pytest.fixture(scope="module")
def cancelled(mission, late_repair):
    held = tuple(m for m in late_repair.meetings if mission.slot_by_id[m.slot_id].ends_at <= CANCELLED_AT)
    gone = without_windows(mission, HOST, CANCELLED_AT, LONG_AFTER)
    return replace(gone, locked=held, earliest_start_at=CANCELLED_AT)


@pytest.fixture(scope="module")
def cancellation(cancelled, late_repair):
    return repair(cancelled, late_repair.meetings, frozenset({HOST}), fill=False)


def early_meetings(problem, meetings):
    return {m for m in meetings if m.guest_id == GUEST and problem.slot_by_id[m.slot_id].starts_at < LATE_UNTIL}


@pytest.mark.mission
def test_late_arrival_changes_only_the_meetings_that_were_before_it(mission, before, late_repair):
    changed = {move.before for move in late_repair.moved} | {drop.meeting for drop in late_repair.dropped}

    assert changed == early_meetings(mission, before)
    assert len(changed) >= len(EARLY)


@pytest.mark.mission
def test_late_arrival_places_all_meetings_again_and_proves_it(late, late_repair):
    assert late_repair.proven
    assert (late_repair.dropped, late_repair.added) == ((), ())
    assert late_repair.value == late_repair.bound == 228
    assert broken_rules(plainly(late), plain_meetings(late_repair.meetings)) == []


@pytest.mark.mission
def test_repair_is_the_same_when_its_input_is_reversed(late, before, late_repair):
    reversed_late = replace(late, slots=late.slots[::-1], people=late.people[::-1], candidates=late.candidates[::-1])

    again = repair(reversed_late, before[::-1], frozenset({GUEST}), fill=True)

    assert again.meetings == late_repair.meetings


@pytest.mark.mission
def test_cancellation_drops_only_the_meetings_that_were_ahead(mission, late_repair, cancellation):
    ahead = {
        meeting
        for meeting in late_repair.meetings
        if meeting.host_id == HOST and mission.slot_by_id[meeting.slot_id].starts_at >= CANCELLED_AT
    }

    assert {drop.meeting for drop in cancellation.dropped} == ahead
    assert len(ahead) >= len(SECOND_DAY)
    assert set(cancellation.meetings) == set(late_repair.meetings) - ahead


@pytest.mark.mission
def test_cancellation_moves_and_adds_nothing_and_says_why(cancelled, cancellation):
    assert (cancellation.moved, cancellation.added) == ((), ())
    assert {drop.reason for drop in cancellation.dropped} == {Reason.NO_COMMON_SLOT}
    assert cancellation.proven
    assert broken_rules(plainly(cancelled), plain_meetings(cancellation.meetings)) == []


@pytest.mark.mission
def test_held_meeting_stays_though_its_people_have_left(mission, late_repair):
    held = next(meeting for meeting in late_repair.meetings if meeting.host_id == HOST)
    nobody = replace(mission, people=tuple(p for p in mission.people if p.organisation_id != HOST), locked=(held,))

    result = repair(nobody, late_repair.meetings, frozenset({HOST}), fill=True)

    assert [meeting for meeting in result.meetings if meeting.host_id == HOST] == [held]
    assert {drop.reason for drop in result.dropped} == {Reason.NO_COMMON_SLOT}


SLOTS = (a_slot(0), a_slot(1), a_slot(2))


def one_table(**hours):
    """Make a hall with one table where g1 meets h1 first, then g2 meets h2, and give everyone hours by name."""
    slots = {"g1": SLOTS, "h1": SLOTS, "g2": SLOTS, "h2": SLOTS} | hours
    people = [a_person(name, there) for name, there in slots.items()]
    problem = a_problem(SLOTS, people, [a_candidate("g1", "h1"), a_candidate("g2", "h2")])
    return problem, (a_meeting("g1", "h1", SLOTS[0]), a_meeting("g2", "h2", SLOTS[1]))


def test_other_pair_moves_when_only_that_places_one_more():
    problem, before = one_table(g1=SLOTS[1:2])

    result = repair(problem, before, frozenset({identity("g1")}), fill=True)

    assert [(move.before.slot_id, move.after.slot_id) for move in result.moved] == [("d0-0", "d0-1"), ("d0-1", "d0-2")]
    assert (result.dropped, result.proven) == ((), True)


def test_nobody_else_moves_when_it_places_nothing_more():
    problem, before = one_table(g1=SLOTS[1:2], g2=SLOTS[1:2])

    result = repair(problem, before, frozenset({identity("g1")}), fill=True)

    assert result.meetings == before[1:]
    assert [(drop.meeting, drop.reason) for drop in result.dropped] == [(before[0], Reason.HALL_FULL)]


def test_nobody_else_moves_when_another_slot_is_free():
    problem, before = one_table(g1=SLOTS[1:])

    result = repair(problem, before, frozenset({identity("g1")}), fill=True)

    assert [(move.before, move.after.slot_id) for move in result.moved] == [(before[0], "d0-2")]


def test_nobody_else_moves_for_a_more_valuable_meeting_instead_of_another():
    people = [a_person("g1", SLOTS[1:2]), *(a_person(name, SLOTS) for name in ("g2", "h2", "h1"))]
    people.append(a_person("h3", SLOTS))
    pairs = [a_candidate("g1", "h1", 9), a_candidate("g1", "h3", 1), a_candidate("g2", "h1", 1)]
    problem = a_problem([replace(slot, tables=("T1", "T2")) for slot in SLOTS], people, pairs)
    before = (a_meeting("g1", "h1", SLOTS[0]), a_meeting("g1", "h3", SLOTS[2]), a_meeting("g2", "h1", SLOTS[1]))

    result = repair(problem, before, frozenset({identity("g1")}), fill=True)

    assert before[2] in result.meetings
    assert [drop.meeting for drop in result.dropped] == [before[0]]


def test_move_is_the_shortest_of_those_that_affect_as_few():
    slots = (a_slot(0), a_slot(3), a_slot(1), a_slot(0, day=1))
    problem = a_problem(slots, [a_person("g1", slots[1:]), a_person("h1", slots)], [a_candidate("g1", "h1")])

    result = repair(problem, (a_meeting("g1", "h1", slots[0]),), frozenset({identity("g1")}), fill=True)

    assert result.meetings[0].slot_id == slots[2].id


def test_same_person_comes_again_though_a_colleague_could_come_sooner():
    people = [a_person("g1", SLOTS[2:]), a_person("g1", SLOTS[1:2], name="p2"), a_person("h1", SLOTS)]
    problem = a_problem(SLOTS, people, [a_candidate("g1", "h1")])
    before = (a_meeting("g1", "h1", SLOTS[0]),)

    result = repair(problem, before, frozenset({identity("g1")}), fill=True)

    assert result.meetings == (a_meeting("g1", "h1", SLOTS[2]),)


def test_colleague_who_takes_over_in_the_same_slot_counts_as_a_move():
    people = [a_person("g1", ()), a_person("g1", SLOTS[:1], name="p2"), a_person("h1", SLOTS)]
    problem = a_problem(SLOTS, people, [a_candidate("g1", "h1")])
    before = a_meeting("g1", "h1", SLOTS[0])

    result = repair(problem, (before,), frozenset({identity("g1")}), fill=True)

    assert [move.after for move in result.moved] == [replace(before, guest_person=identity("g1/p2"))]


def test_meeting_takes_another_table_when_its_own_is_closed():
    slot = a_slot(0, ("T2",))
    problem = a_problem([slot], [a_person("g1", [slot]), a_person("h1", [slot])], [a_candidate("g1", "h1")])

    result = repair(problem, (a_meeting("g1", "h1", slot, "T1"),), frozenset(), fill=True)

    assert [move.after.table_id for move in result.moved] == ["T2"]


def test_meeting_pinned_since_is_listed_as_added():
    problem, before = one_table()
    pinned = a_meeting("g2", "h1", SLOTS[2])

    result = repair(replace(problem, locked=(pinned,)), before, frozenset(), fill=True)

    assert result.added == (pinned,)
    assert set(result.meetings) == {*before, pinned}


def merits(problem, before, meetings):
    """Rate a repair by the aims that can be counted plainly, the first first."""
    was = {meeting.pair: meeting for meeting in before}
    standing = {meeting.pair for meeting in before if seating_of(problem, meeting)}
    kept = {meeting.pair for meeting in meetings if was[meeting.pair] == meeting} & standing
    anew = [meeting for meeting in meetings if meeting.pair not in kept]
    touched = {person for meeting in anew for person in meeting.people}
    touched |= {person for pair, meeting in was.items() if pair not in kept for person in meeting.people}
    concerned = {person for pair, meeting in was.items() if pair not in standing for person in meeting.people}
    return (
        sum(meeting.pair in standing for meeting in meetings),
        sum(meeting.pair not in standing for meeting in meetings),
        -len(touched - concerned),
        sum(problem.weights[meeting.pair] for meeting in meetings),
        len(kept),
    )


def changed_by_chance(problem, data):
    """Take hours from somebody, a table from the hall, or a slot from the programme."""
    slot = data.draw(st.sampled_from(problem.slots))
    kind = data.draw(st.sampled_from(["hours", "hours", "table", "slot"]))
    if kind == "hours":
        name = data.draw(st.sampled_from(["g1", "g2", "h1"]))
        return without_windows(problem, identity(name), slot.starts_at, slot.ends_at), frozenset({identity(name)})
    rest = [replace(slot, tables=slot.tables[1:])] if kind == "table" else []
    slots = (*(each for each in problem.slots if each != slot), *rest)
    return replace(problem, slots=slots), frozenset()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problem=small_problems() | far_apart_problems(), data=st.data())
def test_repair_is_the_best_of_all_by_every_aim(problem, data):
    before = fill_greedily(problem, (), [candidate.pair for candidate in problem.ordered_candidates])
    changed, disturbed = changed_by_chance(problem, data)
    best = max(merits(changed, before, each) for each in all_timetables(changed, [m.pair for m in before]))

    result = repair(changed, before, disturbed, fill=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.timetabling.repair.WHOLE", 0)
        in_circles = repair(changed, before, disturbed, fill=True)

    assert result.proven
    assert merits(changed, before, result.meetings) == best
    proven = sum(aim.proven for aim in in_circles.aims[: len(best)])
    assert merits(changed, before, in_circles.meetings)[:proven] == best[:proven]
    assert broken_rules(plainly(changed), plain_meetings(in_circles.meetings)) == []
