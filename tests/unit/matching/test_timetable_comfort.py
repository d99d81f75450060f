"""The solver spreads guests' meetings over the mission, spares hosts a second coming, and makes few people wait."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from matching.timetabling.exact.solve import solve
from matching.timetabling.model.objective_values import COMING, RETURN, UNEVEN, WAIT, Diary, Shares
from matching.timetabling.model.problem import Seating
from timetable_problems import (
    a_candidate,
    a_meeting,
    a_person,
    a_problem,
    a_slot,
    identity,
    judged_pairs,
    kaluga,
    problem_of,
)

PACKED_WAITS, PACKED_HOST_DAYS = 12, 50
"""Waits, and days on which hosts come, as counted when the same meetings were packed into the earliest slots."""


@pytest.fixture(scope="module")
def spread():
    problem = problem_of(kaluga(), judged_pairs())
    return problem, solve(problem).meetings


def days_of(problem, meetings, side):
    return Counter((getattr(meeting, side), problem.slot_by_id[meeting.slot_id].day) for meeting in meetings)


def waits(problem, meetings):
    """Count how often somebody waits between two meetings of one session."""
    numbers = {slot_id: number for number, slot_id in enumerate(problem.slot_by_id)}
    sits = defaultdict(list)
    for meeting in meetings:
        for person in meeting.people:
            sits[person, problem.slot_by_id[meeting.slot_id].session].append(numbers[meeting.slot_id])
    return sum(later - earlier > 1 for s in map(sorted, sits.values()) for earlier, later in pairwise(s))


def days_there(problem, organisation_id):
    free = {slot_id for _, slot_ids in problem.negotiators[organisation_id] for slot_id in slot_ids}
    return len({problem.slot_by_id[slot_id].day for slot_id in free})


def a_small_hall():
    slots = [a_slot(number, ("T1", "T2"), day=day) for day in range(3) for number in range(3)]
    people = [a_person(name, slots) for name in ("g1", "g2", "g3", "h1", "h2", "h3")]
    return slots, people


def price(meetings, guest, host, slot):
    problem = a_problem(*a_small_hall(), [])
    people = (problem.person_by_id[identity(f"{name}/p1")] for name in (guest, host))
    shares = Shares(problem).price(identity(guest), slot.day, 1)
    return Diary(problem, meetings).price((identity(guest), identity(host)), Seating(slot, *people)) - shares


@pytest.mark.mission
def test_no_day_of_the_mission_holds_much_more_than_its_share_of_the_hall(spread):
    problem, meetings = spread
    places = Counter()
    for slot in problem.slots:
        places[slot.day] += len(slot.tables)

    held = Counter(problem.slot_by_id[meeting.slot_id].day for meeting in meetings)

    assert set(held) == set(places)
    assert all(held[day] <= 1.2 * len(meetings) * places[day] / places.total() for day in places)


@pytest.mark.mission
def test_guests_who_are_there_throughout_have_at_most_half_of_their_meetings_on_one_day(spread):
    problem, meetings = spread
    guests = Counter(meeting.guest_id for meeting in meetings)

    fullest = Counter()
    for (guest_id, _), number in days_of(problem, meetings, "guest_id").items():
        fullest[guest_id] = max(fullest[guest_id], number)

    everywhere = [id_ for id_, number in guests.items() if number >= 4 and days_there(problem, id_) == 3]
    assert len(everywhere) > 10
    assert all(fullest[guest_id] <= -(-guests[guest_id] // 2) for guest_id in everywhere)


@pytest.mark.mission
def test_spreading_makes_fewer_people_wait_and_brings_hosts_no_more_often(spread):
    problem, meetings = spread

    assert waits(problem, meetings) <= PACKED_WAITS
    assert len(days_of(problem, meetings, "host_id")) <= PACKED_HOST_DAYS


def test_meetings_of_a_guest_stand_on_different_days_where_hosts_come_once_anyway():
    slots, people = a_small_hall()

    timetable = solve(a_problem(slots, people, [a_candidate("g1", host) for host in ("h1", "h2", "h3")]))

    assert len({meeting.slot_id[:2] for meeting in timetable.meetings}) == 3


def test_host_meets_all_its_guests_on_one_day_and_in_a_row():
    slots, people = a_small_hall()
    problem = a_problem(slots, people, [a_candidate(guest, "h1") for guest in ("g1", "g2", "g3")])

    meetings = solve(problem).meetings

    assert len(days_of(problem, meetings, "host_id")) == 1
    assert waits(problem, meetings) == 0


def test_guest_has_more_meetings_on_a_longer_day():
    slots = [a_slot(number, ("T1",), day=0) for number in range(6)] + [a_slot(0, ("T1",), day=1)]
    people = [a_person(name, slots) for name in ("g1", "h1", "h2", "h3", "h4")]
    problem = a_problem(slots, people, [a_candidate("g1", f"h{number}") for number in range(1, 5)])

    assert sorted(days_of(problem, solve(problem).meetings, "guest_id").values()) == [1, 3]


def test_prices_of_equal_days_are_odd_multiples():
    slots, people = a_small_hall()

    shares = Shares(a_problem(slots, people, []))

    assert [shares.price(identity("g1"), slots[0].day, n) for n in (1, 2, 3)] == [UNEVEN, 3 * UNEVEN, 5 * UNEVEN]


@pytest.mark.parametrize(
    ("guest", "host", "place", "points"),
    [
        ("g2", "h2", 0, 2 * COMING + RETURN),
        ("g2", "h1", 1, RETURN),
        ("g2", "h1", 2, RETURN + WAIT),
        ("g2", "h1", 3, 2 * COMING + RETURN),
    ],
    ids=["both come anew", "host is there", "host waits", "host comes on another day"],
)
def test_price_of_a_meeting_is_what_it_adds_to_the_day(guest, host, place, points):
    slots, _ = a_small_hall()

    assert price([a_meeting("g1", "h1", slots[0])], guest, host, slots[place]) == points


def test_meeting_that_fills_a_wait_is_paid_for():
    slots, _ = a_small_hall()
    around = [a_meeting("g1", "h1", slots[0]), a_meeting("g3", "h1", slots[2])]

    assert price(around, "g2", "h1", slots[1]) == RETURN - WAIT
