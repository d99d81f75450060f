"""Timetables changed by hand: refused with reasons and alternatives, published at once or not at all."""

import pytest
from sqlalchemy import select

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
    publish_draft,
    remove,
    seen,
    swap,
    undo,
)
from matching.models import TimetableVersion
from timetables_published import pin, places, publish, told_to

LATER = (NINE + DAY, NINE + 3 * DAY)


@pytest.fixture
def hall(desk):
    """Two guests and three hosts; the first guest meets the first two hosts, the second the third."""
    desk.announce()
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host") for name in ("kya-1", "kya-2", "kya-3")]
    for guest, host in ((0, 0), (0, 1), (1, 2)):
        desk.meet(guests[guest], hosts[host])
    pins = (pin(guests[0], hosts[0], 0), pin(guests[0], hosts[1], 1), pin(guests[1], hosts[2], 0))
    publish(desk, *pins)
    for row in desk.get(f"missions/{MISSION}/meetings")["items"]:
        assert desk.post(f"meetings/{row['id']}/unlock").status_code == 200
    return desk, guests, hosts


def preview(desk):
    return desk.get(f"{DRAFT}/preview")


def newest(desk):
    return desk.timetable(draft(desk)["timetable"])


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


def test_undone_edit_leaves_the_draft_as_it_was_without_it(hall):
    desk, guests, hosts = hall
    first = move(desk, meeting(desk, guests[0], hosts[0]), 2).json
    move(desk, meeting(desk, guests[1], hosts[2]), 3)

    answer = undo(desk, first)

    assert answer.status_code == 204
    assert meeting(desk, guests[0], hosts[0])["slot"] == slot(0).id
    assert meeting(desk, guests[1], hosts[2])["slot"] == slot(3).id
    assert draft(desk)["version"] == 3
    assert undo(desk, first).status_code == 404


def test_edit_on_which_a_later_one_rests_is_not_undone(hall):
    desk, guests, hosts = hall
    first = move(desk, meeting(desk, guests[0], hosts[0]), 2).json
    later = move(desk, meeting(desk, guests[0], hosts[0]), 3).json

    answer = undo(desk, first)

    assert answer.json["type"] == "urn:caravan:problem:undo-refused"
    assert later["id"] in answer.json["detail"]
    assert codes(answer) == ["meeting_elsewhere"]
    assert meeting(desk, guests[0], hosts[0])["slot"] == slot(3).id


def test_what_changed_underneath_is_a_conflict_and_the_other_edits_stay(hall):
    desk, guests, hosts = hall
    lost = move(desk, meeting(desk, guests[0], hosts[0]), 2).json
    move(desk, meeting(desk, guests[1], hosts[2]), 3)
    desk.change(hosts[0], [LATER], "kya-1")

    found = draft(desk)
    refused = publish_draft(desk)

    (conflicting,) = [edit for edit in found["edits"] if edit["conflicts"]]
    assert conflicting["id"] == lost["id"]
    assert [why["code"] for why in conflicting["conflicts"]] == ["person_absent"]
    assert meeting(desk, guests[1], hosts[2])["slot"] == slot(3).id
    assert refused.json["type"] == "urn:caravan:problem:draft-conflicts"


def test_repair_underneath_makes_a_conflict_that_a_new_edit_replaces(hall):
    desk, guests, hosts = hall
    lost = move(desk, meeting(desk, guests[0], hosts[0]), 2).json
    desk.change(hosts[0], [LATER], "kya-1")
    desk.work()
    assert [edit["id"] for edit in draft(desk)["edits"] if edit["conflicts"]] == [lost["id"]]

    answer = move(desk, meeting(desk, guests[0], hosts[0]), 3, day=1)

    assert answer.status_code == 201, answer.text
    assert [edit["id"] for edit in draft(desk)["edits"]] == [answer.json["id"]]
    assert publish_draft(desk).status_code == 201


def test_meeting_that_cannot_stay_blocks_the_draft_until_it_is_moved(hall):
    desk, guests, hosts = hall
    desk.announce(max_meetings_per_person_per_day=1)
    move(desk, meeting(desk, guests[1], hosts[2]), 2)

    blocked = publish_draft(desk)
    stranded = [m["meeting_id"] for m in draft(desk)["meetings"] if m["conflicts"]]
    move(desk, meeting(desk, guests[0], hosts[1]), 1, day=1)

    assert blocked.json["type"] == "urn:caravan:problem:draft-conflicts"
    assert len(stranded) == 2
    assert publish_draft(desk).status_code == 201


def test_draft_is_published_in_the_version_that_was_seen_alone(hall):
    desk, guests, hosts = hall
    move(desk, meeting(desk, guests[0], hosts[0]), 2)
    read = draft(desk)["version"]
    move(desk, meeting(desk, guests[1], hosts[2]), 3)

    answer = publish_draft(desk, read)

    assert answer.json["type"] == "urn:caravan:problem:draft-changed"
    assert draft(desk)["timetable"] == 1
    assert publish_draft(desk).json["number"] == 2
    assert publish_draft(desk).json["type"] == "urn:caravan:problem:draft-empty"


def test_preview_is_what_publication_does(hall):
    desk, guests, hosts = hall
    move(desk, meeting(desk, guests[0], hosts[0]), 2)
    remove(desk, meeting(desk, guests[1], hosts[2]))
    add(desk, guests[1], hosts[1], 3)
    before = preview(desk)
    desk.forget()

    answer = publish_draft(desk)

    changed = desk.get(f"missions/{MISSION}/timetables/2/changes?since=1")
    assert {name: changed[name] for name in ("moved", "dropped", "added")} == before["changes"]
    assert sorted(map(str, told_to(desk))) == before["told"]["organisations"]
    assert before["after"]["value"] == answer.json["value"]
    assert before["after"]["meetings"] == answer.json["meetings"]
    assert before["told"]["people"] == sorted(str(desk.people[id_][0]) for id_ in told_to(desk))


def test_version_by_hand_bears_its_cause_and_remembers_what_was_done(hall):
    desk, guests, hosts = hall
    edit = move(desk, meeting(desk, guests[0], hosts[0]), 2).json

    publish_draft(desk)

    with desk.runtime.database.read() as session:
        version = session.scalars(select(TimetableVersion).where(TimetableVersion.number == 2)).one()
    assert (version.cause, version.run_id) == ("by_hand", None)
    assert [row["id"] for row in version.edits] == [edit["id"]]
    assert version.published_by
    assert [event.cause for event in desk.recorded(events.TimetablePublished)] == ["first", "by_hand"]


def test_places_tell_of_every_open_table_whether_the_meeting_could_be_there(hall):
    desk, guests, hosts = hall
    row = meeting(desk, guests[0], hosts[0])

    rows = desk.get(f"{DRAFT}/places?meeting_id={row['meeting_id']}")["items"]

    assert [len(at["tables"]) for at in rows] == [2] * 8
    told = [(at["slot"], table["table"], [*at["reasons"], *table["reasons"]]) for at in rows for table in at["tables"]]
    for slot_id, table_id, reasons in told:
        now = meeting(desk, guests[0], hosts[0])
        wanted = {"slot": slot_id, "table": table_id}
        answer = desk.post(f"{DRAFT}/moves", {"meeting_id": row["meeting_id"], "from": seen(now), "to": wanted})
        assert (answer.status_code == 201) == (not reasons), (slot_id, table_id, answer.text)


def test_places_are_told_of_a_pair_without_a_meeting_and_of_no_half_of_one(hall):
    desk, guests, hosts = hall

    rows = desk.get(f"{DRAFT}/places?guest_id={guests[1]}&host_id={hosts[0]}")["items"]
    half = desk.client.get(f"/v1/{DRAFT}/places?guest_id={guests[1]}")

    assert any(not table["reasons"] for at in rows if not at["reasons"] for table in at["tables"])
    assert half.status_code == 422


def test_there_is_nothing_to_change_before_a_timetable_is_published(desk):
    desk.announce()
    guest, host = desk.admit("klu-1", "guest"), desk.admit("kya-1", "host")

    assert add(desk, guest, host, 0).json["type"] == "urn:caravan:problem:no-timetable"


def test_versions_are_compared_in_both_directions(hall):
    desk, guests, hosts = hall
    move(desk, meeting(desk, guests[0], hosts[0]), 2)
    publish_draft(desk)
    remove(desk, meeting(desk, guests[1], hosts[2]))
    add(desk, guests[1], hosts[1], 3)
    publish_draft(desk)
    versions = f"missions/{MISSION}/timetables"

    forth, back = desk.get(f"{versions}/3/changes?since=1"), desk.get(f"{versions}/1/changes?since=3")

    assert [len(forth[name]) for name in ("moved", "dropped", "added")] == [1, 1, 1]
    assert [(row["from"], row["to"]) for row in forth["moved"]] == [(row["to"], row["from"]) for row in back["moved"]]
    assert [row["meeting_id"] for row in forth["added"]] == [row["meeting_id"] for row in back["dropped"]]
    assert [row["reason"] for row in forth["dropped"]] == ["Не нужна"]
    assert desk.client.get(f"/v1/{versions}/3/changes?since=9").status_code == 404
