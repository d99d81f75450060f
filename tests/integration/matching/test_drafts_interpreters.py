"""Timetables changed by hand keep languages, interpreters and walks, and say who interprets."""

from datetime import timedelta

import pytest

from builders.matching import MISSION, NINE, delegate
from contracts import registration as told
from contracts.matching import MeetingMoved
from drafting import DRAFT, add, codes, draft, meeting, move, publish_draft, swap, undo
from timetables_published import pin, publish

WHOLE = (told.Window(starts_at=NINE - timedelta(days=1), ends_at=NINE + timedelta(days=3)),)
INTERPRETERS = tuple(told.Interpreter(id=id_, languages=("ru", "zh"), availability=WHOLE) for id_ in ("I1", "I2"))
WALK = told.Walk(from_location="hall", to_location="annexe", minutes=45)
TABLES = tuple(
    told.HallTable(id=id_, location=where, seats=4, video_kit=False)
    for id_, where in (("T1", "hall"), ("T2", "annexe"))
)


@pytest.fixture
def border(desk):
    """Two guests who speak Chinese and two hosts who speak Russian, in two halls with two interpreters."""
    desk.announce(interpreters=INTERPRETERS, walking=(WALK,), tables=TABLES)
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host") for name in ("kya-1", "kya-2")]
    for ids, names, language in ((guests, ("klu-1", "klu-2"), "zh"), (hosts, ("kya-1", "kya-2"), "ru")):
        for id_, name in zip(ids, names, strict=True):
            person = desk.people[id_][0]
            changed = delegate(told.DelegateChanged, person, id_, f"{name}/p0", languages=(language,))
            desk.hear(person, changed)
    for guest, host in zip(guests, hosts, strict=True):
        desk.meet(guest, host)
    publish(desk, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[1], 3))
    for row in desk.get(f"missions/{MISSION}/meetings")["items"]:
        desk.post(f"meetings/{row['id']}/unlock")
    desk.forget()
    return desk, guests, hosts


def test_meeting_is_moved_to_a_named_interpreter_previewed_compared_and_published(border):
    desk, guests, hosts = border
    row = meeting(desk, guests[0], hosts[0])
    other = {"I1": "I2", "I2": "I1"}[row["interpreter"]]

    edit = move(desk, row, 0, table=row["table"], interpreter=other).json
    preview = desk.get(f"{DRAFT}/preview")
    publish_draft(desk)

    (moved,) = preview["changes"]["moved"]
    assert (moved["from"]["interpreter"], moved["to"]["interpreter"]) == (row["interpreter"], other)
    assert edit["changes"][0]["after"]["interpreter"] == other
    assert desk.get(f"missions/{MISSION}/timetables/2/changes")["moved"][0]["to"]["interpreter"] == other
    assert [event.interpreter for event in desk.recorded(MeetingMoved)] == [other]


def test_interpreter_of_another_meeting_is_refused_and_alternatives_have_a_free_one(border):
    desk, guests, hosts = border
    there = meeting(desk, guests[1], hosts[1])
    wanted = {"table": {"T1": "T2", "T2": "T1"}[there["table"]], "interpreter": there["interpreter"]}

    refused = move(desk, meeting(desk, guests[0], hosts[0]), 3, **wanted)

    assert codes(refused) == ["interpreter_busy"]
    about = refused.json["reasons"][0]["about"]
    assert (about["interpreter"], about["meeting_id"]) == (there["interpreter"], there["meeting_id"])
    assert {place["interpreter"] for place in refused.json["alternatives"]} <= {"I1", "I2"}


@pytest.mark.parametrize(("language", "said"), [("en", "45 min"), ("ru", "45 мин")])
def test_place_that_is_too_far_from_another_meeting_is_refused_with_the_minutes(border, language, said):
    desk, guests, hosts = border
    first = meeting(desk, guests[0], hosts[0])
    far = {"T1": "T2", "T2": "T1"}[first["table"]]
    desk.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language

    refused = add(desk, guests[0], hosts[1], 1, table=far)

    assert set(codes(refused)) == {"too_far"}
    assert said in refused.json["reasons"][0]["detail"]
    assert refused.json["reasons"][0]["about"]["minutes"] == "45"


def test_swap_and_undo_leave_everybody_an_interpreter(border):
    desk, guests, hosts = border
    before = draft(desk)["meetings"]

    edit = swap(desk, meeting(desk, guests[0], hosts[0]), meeting(desk, guests[1], hosts[1])).json
    swapped = draft(desk)
    undo(desk, edit)

    assert swapped["conflicts"] == 0
    assert {row["interpreter"] for row in swapped["meetings"]} <= {"I1", "I2"}
    assert draft(desk)["meetings"] == before


def test_meetings_without_an_interpreter_any_more_cannot_stay_and_say_which_languages(border):
    desk, guests, hosts = border
    desk.announce(interpreters=(), walking=(WALK,), tables=TABLES)

    refused = add(desk, guests[0], hosts[1], 2)
    stranded = draft(desk)["meetings"]

    assert codes(refused) == ["no_interpreter"]
    assert refused.json["reasons"][0]["about"] == {"guest_languages": "zh", "host_languages": "ru"}
    assert "alternatives" not in refused.json
    assert {why["code"] for row in stranded for why in row["conflicts"]} == {"interpreter_unknown"}


def test_places_say_who_would_interpret(border):
    desk, guests, hosts = border

    items = desk.get(f"{DRAFT}/places?guest_id={guests[0]}&host_id={hosts[1]}")["items"]

    assert {row["interpreter"] for row in items} <= {"I1", "I2"}
    assert all(row["interpreter"] for row in items)
