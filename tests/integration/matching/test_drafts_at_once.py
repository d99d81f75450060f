"""Two organisers at once lose none of each other's work, and a publication is whole or not at all."""

import random
import signal
import subprocess
import sys

import pytest

import killed_publication
from at_once import at_once
from builders.matching import DAY, HALF_HOUR, MISSION, NINE, slot
from contracts import matching as events
from drafting import DRAFT, add, draft, lock, meeting, move, posting, publish_draft, remove, seen, swap, undo
from matching.handlers import itineraries
from servicekit.app import create_app
from timetables_published import pin, places, publish, told_to


@pytest.fixture
def hall(office):
    """Two guests and three hosts of whom everybody may meet everybody; three meetings are published."""
    office.announce()
    guests = [office.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host") for name in ("kya-1", "kya-2", "kya-3")]
    for guest, host in ((0, 0), (0, 1), (1, 2)):
        office.meet(guests[guest], hosts[host])
    publish(office, pin(guests[0], hosts[0], 0), pin(guests[0], hosts[1], 1), pin(guests[1], hosts[2], 0))
    for row in office.get(f"missions/{MISSION}/meetings")["items"]:
        office.post(f"meetings/{row['id']}/unlock")
    return office, guests, hosts


def moving(office, row, number, day=0):
    body = {"meeting_id": row["meeting_id"], "from": seen(row), "to": {"slot": slot(number, day=day).id}}
    return posting(office, f"{DRAFT}/moves", body)


def test_edits_of_different_meetings_at_once_are_both_kept(hall):
    office, guests, hosts = hall
    one, other = meeting(office, guests[0], hosts[0]), meeting(office, guests[1], hosts[2])

    answers = at_once([moving(office, one, 2), moving(office, other, 3)])

    assert [answer.status_code for answer in answers] == [201, 201]
    assert draft(office)["version"] == 2
    assert [edit["sequence"] for edit in draft(office)["edits"]] == [1, 2]
    assert meeting(office, guests[0], hosts[0])["slot"] == slot(2).id
    assert meeting(office, guests[1], hosts[2])["slot"] == slot(3).id


def test_of_edits_of_one_meeting_at_once_one_is_made_and_the_others_hear_of_it(hall):
    office, guests, hosts = hall
    row = meeting(office, guests[0], hosts[0])

    answers = at_once([moving(office, row, number, day=1) for number in (0, 1, 2)])

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    now = seen(meeting(office, guests[0], hosts[0]))
    assert [a.json["current"]["place"] for a in answers if a.status_code == 409] == [now, now]


def test_two_who_want_one_table_at_once_do_not_both_get_it(hall):
    office, guests, hosts = hall
    wants = [(meeting(office, guests[0], hosts[0]), "T1"), (meeting(office, guests[1], hosts[2]), "T1")]
    bodies = [
        {"meeting_id": row["meeting_id"], "from": seen(row), "to": {"slot": slot(3).id, "table": table}}
        for row, table in wants
    ]

    answers = at_once([posting(office, f"{DRAFT}/moves", body) for body in bodies])

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert [why["code"] for why in refused.json["reasons"]] == ["table_taken"]


def test_edit_and_publication_at_once_come_one_after_the_other(hall):
    office, guests, hosts = hall
    move(office, meeting(office, guests[0], hosts[0]), 2)
    other = meeting(office, guests[1], hosts[2])
    version = draft(office)["version"]

    answers = at_once([moving(office, other, 3), posting(office, f"{DRAFT}/publication", {"version": version})])
    edited, published = sorted(answers, key=lambda answer: "/publication" in answer.request.path)

    assert edited.status_code == 201
    left = [edit["id"] for edit in draft(office)["edits"]]
    if published.status_code == 201:
        assert left == [edited.json["id"]]
    else:
        assert published.json["type"] == "urn:caravan:problem:draft-changed"
        assert len(left) == 2


def test_draft_that_two_publish_at_once_is_published_once(hall):
    office, guests, hosts = hall
    move(office, meeting(office, guests[0], hosts[0]), 2)
    office.forget()
    call = posting(office, f"{DRAFT}/publication", {"version": draft(office)["version"]})

    answers = at_once([call, call])

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [event.number for event in office.recorded(events.TimetablePublished)] == [2]
    assert len(office.recorded(events.MeetingMoved)) == 1


def test_repair_and_publication_of_a_draft_at_once_leave_a_timetable_that_can_be(hall):
    office, guests, hosts = hall
    move(office, meeting(office, guests[1], hosts[2]), 3, day=1)
    publication = posting(office, f"{DRAFT}/publication", {"version": draft(office)["version"]})

    at_once([lambda: office.change(guests[0], [(NINE + 2 * HALF_HOUR, NINE + 3 * DAY)], "klu-1"), publication])
    office.work()
    publish_draft(office)

    newest = places(office.timetable(draft(office)["timetable"]))
    assert newest[str(guests[1]), str(hosts[2])][0] == slot(3, day=1).id
    assert all(place >= slot(2).id for (guest, _), (place, _) in newest.items() if guest == str(guests[0]))
    assert not any(row["conflicts"] for row in draft(office)["meetings"])


def test_publication_that_is_cut_off_changes_nothing_and_is_made_again(hall, monkeypatch):
    office, guests, hosts = hall
    move(office, meeting(office, guests[0], hosts[0]), 2)
    before, timetable = draft(office), office.timetable(1)
    office.forget()

    with monkeypatch.context() as cut:
        cut.setattr(itineraries, "issue", lambda *_args: (_ for _ in ()).throw(RuntimeError("killed")))
        assert publish_draft(office).status_code == 500

    assert (draft(office), office.timetable(1)) == (before, timetable)
    assert told_to(office) == []
    assert publish_draft(office).json["number"] == 2


def test_publication_whose_process_is_killed_changes_nothing_and_can_be_made_again_at_once(hall):
    office, guests, hosts = hall
    move(office, meeting(office, guests[0], hosts[0]), 2)
    before, timetable = draft(office), office.timetable(1)
    office.forget()
    command = [sys.executable, killed_publication.__file__, office.runtime.settings.database_url]

    killed = subprocess.run([*command, str(before["version"])], check=False, capture_output=True)

    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    assert (draft(office), office.timetable(1)) == (before, timetable)
    assert told_to(office) == []
    assert publish_draft(office).json["number"] == 2
    assert draft(office)["edits"] == []


@pytest.mark.parametrize("seed", range(3))
def test_published_drafts_of_two_organisers_keep_every_rule_and_lose_no_meeting(hall, seed):
    office, guests, hosts = hall
    chance = random.Random(seed)
    clients = [create_app(office.runtime).test_client() for _ in range(2)]
    views = [draft(office)["meetings"] for _ in clients]
    known, removed = set(places(office.timetable(1))), set()
    for number in range(24):
        who = chance.randrange(2)
        office.client = clients[who]
        if chance.random() < 0.5:
            views[who] = draft(office)["meetings"]
        try_one(office, chance, views[who], guests, hosts, removed)
        if number % 8 == 7:
            publish_draft(office)
    publish_draft(office)

    newest = office.timetable(draft(office)["timetable"])
    sat = [(row["slot"], row[person]) for row in newest["meetings"] for person in ("guest_person_id", "host_person_id")]
    at = [(row["slot"], row["table"]) for row in newest["meetings"]]
    listed = {(row["guest_id"], row["host_id"]) for row in newest["unplaced"]}
    assert len(set(sat)) == len(sat)
    assert len(set(at)) == len(at)
    assert known <= set(places(newest)) | listed
    assert known - set(places(newest)) <= removed
    assert draft(office)["edits"] == []


def try_one(office, chance, view, guests, hosts, removed):
    row, other = chance.choice(view), chance.choice(view)
    place = {"number": chance.randrange(4), "day": chance.randrange(2)}
    what = chance.choice(["move", "move", "swap", "add", "remove", "lock", "unlock", "undo"])
    if what == "move":
        move(office, row, **place)
    elif what == "swap":
        swap(office, row, other)
    elif what == "add":
        add(office, chance.choice(guests), chance.choice(hosts), **place)
    elif what == "remove":
        if remove(office, row).status_code == 201:
            removed.add((row["guest_id"], row["host_id"]))
    elif what == "undo":
        for edit in draft(office)["edits"][-1:]:
            undo(office, edit)
    else:
        lock(office, row, free=what == "unlock")
