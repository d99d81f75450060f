"""Each reason for an unplaced pair is a fact."""

from dataclasses import replace

import pytest

from matching.timetabling.exact.solve import solve
from matching.timetabling.model.timetable import Reason
from matching.timetabling.model.unplaced_reasons import unplaced
from timetable_problems import a_candidate, a_meeting, a_person, a_problem, a_slot, identity

SLOTS = (a_slot(0), a_slot(1))
PAIR = a_candidate("g1", "h1")
PEOPLE = tuple(a_person(name, SLOTS) for name in ("g1", "g2", "h1", "h2"))


def problem(*candidates, people=PEOPLE, slots=SLOTS, **changes):
    return a_problem(slots, people, candidates or [PAIR], **changes)


def the_reason(given_problem, *meetings):
    return unplaced(given_problem, meetings)[0].reason


@pytest.mark.parametrize("sides", [("g1", "h1"), ("h1", "g1")])
def test_pair_is_avoided_whichever_side_asked(sides):
    avoiding = problem(avoid=frozenset({frozenset(identity(side) for side in sides)}))

    timetable = solve(avoiding)

    assert [pair.reason for pair in timetable.unplaced] == [Reason.AVOIDED]


@pytest.mark.parametrize(
    "host",
    [
        a_person("h1", ()),
        a_person("h1", SLOTS, can_negotiate=False),
        a_person("h1", SLOTS, online=True),
        a_person("h1", [replace(SLOTS[0], ends_at=SLOTS[0].starts_at)]),
    ],
    ids=["absent", "no negotiator", "online without a video table", "there too briefly"],
)
def test_pair_has_no_common_slot_when_the_host_can_sit_nowhere(host):
    people = (a_person("g1", SLOTS), host)

    assert the_reason(problem(people=people)) is Reason.NO_COMMON_SLOT


def test_pair_has_no_common_slot_when_the_rest_of_the_mission_has_none():
    over = problem(earliest_start_at=SLOTS[1].ends_at)

    assert the_reason(over) is Reason.NO_COMMON_SLOT


def test_hall_is_full_when_both_are_free_beside_taken_tables():
    meetings = [a_meeting("g2", "h2", slot) for slot in SLOTS]

    assert the_reason(problem(), *meetings) is Reason.HALL_FULL


def test_hall_is_full_for_an_online_pair_when_the_video_table_is_taken():
    slots = (a_slot(0, ("T1", "T2")),)
    people = (a_person("g1", slots, online=True), *PEOPLE[1:])
    online = problem(people=people, slots=slots, online_tables=frozenset({"T2"}))

    assert the_reason(online, a_meeting("g2", "h2", slots[0], "T2")) is Reason.HALL_FULL


def test_day_cap_is_reached_when_a_person_had_enough():
    capped = problem(max_per_person_per_day=1)

    assert the_reason(capped, a_meeting("g1", "h2", SLOTS[0])) is Reason.DAY_CAP_REACHED


def test_people_are_busy_when_they_sit_elsewhere_in_every_common_slot():
    meetings = [a_meeting("g1", "h2", SLOTS[0]), a_meeting("g2", "h1", SLOTS[1])]

    assert the_reason(problem(), *meetings) is Reason.PEOPLE_BUSY


def test_people_are_busy_while_they_sit_in_a_slot_that_overlaps():
    shifted = replace(SLOTS[0], id="shifted", tables=("T9",), ends_at=SLOTS[1].ends_at)
    overlapping = problem(slots=(SLOTS[0], shifted), people=PEOPLE)

    assert the_reason(overlapping, a_meeting("g1", "h2", shifted, "T9")) is Reason.PEOPLE_BUSY


def test_place_is_free_when_nothing_stands_in_the_way():
    assert the_reason(problem()) is Reason.FREE_PLACE_LEFT


def test_unplaced_pairs_are_listed_from_the_most_valuable():
    pairs = [a_candidate("g1", "h1", 1), a_candidate("g2", "h1", 3), a_candidate("g1", "h2", 1, tier=-1)]

    listed = unplaced(problem(*pairs), ())

    assert [(pair.guest_id, pair.host_id) for pair in listed] == [pairs[2].pair, pairs[1].pair, pairs[0].pair]
