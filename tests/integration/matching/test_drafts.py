"""Timetables changed by hand: refused with reasons and alternatives, published at once or not at all."""

from builders.matching import DAY, HALF_HOUR, MISSION, NINE, slot
from contracts import matching as events
from contracts import registration as told
from drafting import (
    DRAFT,
    add,
    codes,
    draft,
    lock,
    meeting,
    move,
    newest,
    publish_draft,
    remove,
    seen,
    swap,
)
from timetables_published import places, told_to

LATER = (NINE + DAY, NINE + 3 * DAY)


def test_move_is_in_the_draft_and_not_yet_in_the_timetable(hall):
    desk, guests, hosts = hall
    before = places(desk.timetable(1))

    answer = move(desk, meeting(desk, guests[0], hosts[0]), 2)

    assert answer.status_code == 201, answer.text
    assert meeting(desk, guests[0], hosts[0])["slot"] == slot(2).id
    assert places(desk.timetable(1)) == before
    assert draft(desk)["version"] == 1


def test_move_without_a_table_keeps_the_table_where_it_is_free(hall):
    desk, guests, hosts = hall
    row = meeting(desk, guests[0], hosts[0])

    move(desk, row, 3)

    assert meeting(desk, guests[0], hosts[0])["table"] == row["table"]


def test_move_onto_a_busy_person_says_with_whom_and_offers_the_nearest_places(hall):
    desk, guests, hosts = hall
    other = meeting(desk, guests[0], hosts[1])

    answer = move(desk, meeting(desk, guests[0], hosts[0]), 1)

    assert answer.json["type"] == "urn:caravan:problem:place-refused"
    assert "person_busy" in codes(answer)
    busy = next(why for why in answer.json["reasons"] if why["code"] == "person_busy")
    assert busy["about"]["meeting_id"] == other["meeting_id"]
    assert other["meeting_id"] in busy["detail"]
    asked_at = NINE + HALF_HOUR
    times = [abs(NINE.fromisoformat(place["starts_at"]) - asked_at) for place in answer.json["alternatives"]]
    assert times == sorted(times)
    assert 0 < len(times) <= 5


def test_every_alternative_can_be_taken(hall):
    desk, guests, hosts = hall
    refused = move(desk, meeting(desk, guests[0], hosts[0]), 1).json
    to = ("slot", "table", "guest_person_id", "host_person_id")

    for place in refused["alternatives"]:
        row = meeting(desk, guests[0], hosts[0])
        said = {"meeting_id": row["meeting_id"], "from": seen(row), "to": {name: place[name] for name in to}}
        answer = desk.post(f"{DRAFT}/moves", said)
        assert answer.status_code == 201, answer.text


def test_table_that_is_taken_is_refused_with_the_meeting_that_has_it(hall):
    desk, guests, hosts = hall
    has_it = meeting(desk, guests[1], hosts[2])
    move(desk, meeting(desk, guests[0], hosts[0]), 2)

    answer = move(desk, meeting(desk, guests[0], hosts[0]), 0, table=has_it["table"])

    assert codes(answer) == ["table_taken"]
    assert answer.json["reasons"][0]["about"]["meeting_id"] == has_it["meeting_id"]
    assert answer.json["alternatives"][0]["slot"] == slot(0).id


def test_refusals_name_what_stands_in_the_way(hall):
    desk, guests, hosts = hall
    row = meeting(desk, guests[0], hosts[0])
    desk.announce(
        max_meetings_per_person_per_day=2,
        agenda=(
            told.AgendaItem(
                id="tour",
                type="tour",
                titles={"ru": "Экскурсия"},
                location="plant",
                starts_at=NINE + DAY,
                ends_at=NINE + DAY + HALF_HOUR,
                binds=True,
                organisations=(hosts[0],),
            ),
        ),
    )
    desk.change(guests[0], [(NINE - DAY, NINE + DAY + 3 * HALF_HOUR)], "klu-1")
    desk.set_clock(NINE - HALF_HOUR)

    assert codes(move(desk, row, 0, day=1)) == ["agenda_binds"]
    assert codes(move(desk, row, 3, day=1)) == ["person_absent"]
    assert codes(move(desk, row, 2, table="T9")) == ["table_shut"]
    assert codes(move(desk, row, 9)) == ["slot_unknown"]
    assert codes(add(desk, guests[0], hosts[2], 2)) == ["day_cap_reached"]


def test_slot_that_has_begun_and_meeting_that_runs_are_refused(hall):
    desk, guests, hosts = hall
    desk.set_clock(NINE + HALF_HOUR / 2)

    running = move(desk, meeting(desk, guests[0], hosts[0]), 3)
    into_the_past = move(desk, meeting(desk, guests[0], hosts[1]), 0)

    assert codes(running) == ["meeting_begun"]
    assert "slot_past" in codes(into_the_past)


def test_locked_meeting_stays_until_it_is_given_free(hall):
    desk, guests, hosts = hall
    assert lock(desk, meeting(desk, guests[0], hosts[0])).status_code == 201

    assert codes(move(desk, meeting(desk, guests[0], hosts[0]), 2)) == ["meeting_locked"]
    assert lock(desk, meeting(desk, guests[0], hosts[0]), free=True).status_code == 201
    assert move(desk, meeting(desk, guests[0], hosts[0]), 2).status_code == 201
    assert codes(lock(desk, meeting(desk, guests[0], hosts[0]), free=True)) == ["meeting_unlocked"]


def test_locks_of_the_draft_are_those_of_the_published_meetings(hall):
    desk, guests, hosts = hall
    row = meeting(desk, guests[0], hosts[0])
    lock(desk, row)

    publish_draft(desk)
    locked = [m["meeting_id"] for m in newest(desk)["meetings"] if m["is_locked"]]
    lock(desk, row, free=True)
    publish_draft(desk)

    assert locked == [row["meeting_id"]]
    assert not any(m["is_locked"] for m in newest(desk)["meetings"])


def test_swap_exchanges_slots_and_tables(hall):
    desk, guests, hosts = hall
    one, other = meeting(desk, guests[0], hosts[1]), meeting(desk, guests[1], hosts[2])
    move(desk, meeting(desk, guests[0], hosts[0]), 3)

    answer = swap(desk, one, other)

    assert answer.status_code == 201, answer.text
    assert seen(meeting(desk, guests[0], hosts[1])) == seen(other)
    assert seen(meeting(desk, guests[1], hosts[2])) == seen(one)


def test_refused_swap_changes_neither_of_the_two(hall):
    desk, guests, hosts = hall
    one, other = meeting(desk, guests[0], hosts[1]), meeting(desk, guests[1], hosts[2])

    answer = swap(desk, one, other)

    assert "person_busy" in codes(answer)
    assert (meeting(desk, guests[0], hosts[1]), meeting(desk, guests[1], hosts[2])) == (one, other)


def test_meeting_is_not_swapped_with_itself(hall):
    desk, guests, hosts = hall
    one = meeting(desk, guests[0], hosts[1])

    assert swap(desk, one, one).status_code == 422


def test_pair_that_nobody_recommended_gets_a_meeting_and_both_are_told(hall):
    desk, guests, hosts = hall
    assert add(desk, guests[1], hosts[0], 2).status_code == 201
    desk.forget()

    publish_draft(desk)

    assert [event.host_organisation_id for event in desk.recorded(events.MeetingScheduled)] == [hosts[0]]
    assert set(told_to(desk)) == {guests[1], hosts[0]}
    assert places(newest(desk))[str(guests[1]), str(hosts[0])][0] == slot(2).id


def test_two_of_one_side_or_who_has_left_get_no_meeting(hall):
    desk, guests, hosts = hall
    desk.participate(hosts[2], told.ParticipantWithdrawn, withdrawn_from=NINE - DAY)

    assert add(desk, guests[0], guests[1], 2).json["type"] == "urn:caravan:problem:same-side"
    assert add(desk, hosts[0], guests[1], 2).json["type"] == "urn:caravan:problem:same-side"
    assert add(desk, guests[0], hosts[2], 2).json["type"] == "urn:caravan:problem:not-a-participant"


def test_pair_of_which_one_avoids_the_other_gets_no_meeting_by_hand(hall):
    desk, guests, hosts = hall
    desk.participate(guests[1], avoids=(hosts[0],))

    answer = add(desk, guests[1], hosts[0], 2)

    assert codes(answer) == ["avoided"]
    assert "alternatives" not in answer.json


def test_pair_has_one_meeting(hall):
    desk, guests, hosts = hall

    assert codes(add(desk, guests[0], hosts[0], 3)) == ["meeting_exists"]


def test_removed_meeting_is_listed_with_the_reason_and_no_later_timetable_brings_it_back(hall):
    desk, guests, hosts = hall
    pair = {"guest_id": str(guests[0]), "host_id": str(hosts[0])}
    remove(desk, meeting(desk, guests[0], hosts[0]), "Хозяин занят")

    publish_draft(desk)
    version = newest(desk)
    run = desk.post(f"missions/{MISSION}/timetable-runs").json
    desk.work()
    desk.post(f"timetable-runs/{run['id']}/publication")

    assert pair | {"reason": "Хозяин занят"} in version["unplaced"]
    assert tuple(pair.values()) not in places(version)
    assert tuple(pair.values()) not in places(newest(desk))
    assert pair | {"reason": "Хозяин занят"} in newest(desk)["unplaced"]


def test_meeting_that_was_removed_can_be_added_again(hall):
    desk, guests, hosts = hall
    remove(desk, meeting(desk, guests[0], hosts[0]))
    publish_draft(desk)

    assert add(desk, guests[0], hosts[0], 2).status_code == 201
    publish_draft(desk)

    assert places(newest(desk))[str(guests[0]), str(hosts[0])][0] == slot(2).id


def test_edit_of_a_meeting_that_somebody_has_moved_meanwhile_says_where_it_is_now(hall):
    desk, guests, hosts = hall
    before = meeting(desk, guests[0], hosts[0])
    move(desk, before, 2)

    answer = move(desk, before, 3)

    assert answer.status_code == 409
    assert answer.json["type"] == "urn:caravan:problem:meeting-elsewhere"
    assert answer.json["current"]["place"] == seen(meeting(desk, guests[0], hosts[0]))
    assert {"changed_by", "changed_at"} <= set(answer.json["current"])


def test_meeting_that_was_removed_meanwhile_has_no_place_now(hall):
    desk, guests, hosts = hall
    before = meeting(desk, guests[0], hosts[0])
    remove(desk, before)

    assert move(desk, before, 3).json["current"]["place"] is None
