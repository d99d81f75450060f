"""Drafts of timetables: what undoes them, what the world changes underneath, preview and publication."""

from sqlalchemy import select

from builders.matching import DAY, MISSION, NINE, slot
from contracts import matching as events
from drafting import (
    DRAFT,
    add,
    codes,
    draft,
    meeting,
    move,
    publish_draft,
    remove,
    seen,
    undo,
)
from matching.models import TimetableVersion
from timetables_published import told_to

LATER = (NINE + DAY, NINE + 3 * DAY)


def preview(desk):
    return desk.get(f"{DRAFT}/preview")


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
