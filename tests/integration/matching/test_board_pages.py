"""The board of a timetable with the browser alone: what it shows, what is changed on it, and what is refused."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from builders.matching import MISSION, NINE, slot
from contracts.registration import AgendaItem
from drafting import add, draft, lock, meeting, move, remove

PAGE = f"/missions/{MISSION}/timetable"
HTML = {"Accept": "text/html"}
NO_BREAK = "\u00a0"


@pytest.fixture
def board(hall):
    """A desk, two guests and three hosts, and a call that opens a page."""
    desk, guests, hosts = hall

    def page(query="", language="en", status=200):
        answer = desk.client.get(f"{PAGE}{query}", headers=HTML | {"Accept-Language": language})
        assert answer.status_code == status, answer.text
        return answer.text.replace(NO_BREAK, " ")

    return desk, guests, hosts, page


def send(desk, deed, form_of="", **fields):
    """Send one of the board's forms with the token of a page."""
    text = desk.client.get(f"{PAGE}{form_of}", headers=HTML).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)[1]
    headers = HTML | {"Accept-Language": "en"}
    return desk.client.post(f"{PAGE}-{deed}", data={"csrf_token": token, **fields}, headers=headers)


def form(row, **more):
    return {"meeting_id": row["meeting_id"], "slot": row["slot"], "table": row["table"], **more}


def cells(text):
    """Return the cells of each row of the board by the slot."""
    rows = re.findall(r'<tr[^>]* data-k="([^"]+)">(.*?)</tr>', text, re.DOTALL)
    return {key: re.findall(r"<td.*?</td>", row, re.DOTALL) for key, row in rows}


def place_of(desk, guest, host):
    row = meeting(desk, guest, host)
    return row["slot"], row["table"]


def refusal(answer):
    assert answer.status_code == 409, answer.text
    text = answer.text.replace(NO_BREAK, " ")
    return text[text.index('id="refusal"') : text.index('id="now"')]


def test_board_shows_each_meeting_free_places_and_the_load_of_each_slot(board):
    desk, guests, hosts, page = board

    text = page()

    row = meeting(desk, guests[0], hosts[0])
    held = cells(text)[row["slot"]][int(row["table"][1:]) - 1]
    assert "klu-1" in held
    assert f"timetable/meetings/{row['meeting_id']}" in held
    assert [text.count(load) for load in ("2 of 2", "1 of 2", "0 of 2")] == [1, 1, 2]
    assert 'aria-label="Take 16:30, table T2"' in text
    assert '<div id="now" data-live="/live/timetable/' in text


def test_board_shows_one_day_at_a_time(board):
    *_, page = board

    first, second = page(), page("?part=2")

    assert ("slot-1-0" in cells(first), "slot-1-0" in cells(second), "slot-2-0" in cells(second)) == (True, False, True)


def test_break_of_the_programme_is_told_between_its_slots(board):
    desk, *_, page = board
    lunch = NINE + timedelta(minutes=30), NINE + timedelta(minutes=60)
    item = AgendaItem(
        id="lunch",
        type="meal",
        titles={"en": "Lunch"},
        location="hall",
        starts_at=lunch[0],
        ends_at=lunch[1],
        binds=True,
    )
    desk.announce(slots=(slot(0), slot(2), slot(3)), agenda=(item,))

    assert re.search(r'<td class="shut" colspan="2"><span>Lunch</span>', page())


def test_guests_are_shown_with_their_meetings_and_waits(board):
    desk, guests, hosts, page = board
    move(desk, meeting(desk, guests[0], hosts[1]), 3)

    text = page("?view=people")

    assert text.count("waits: 1") == 1
    assert ("meetings: 2" in text, "meetings: 1" in text) == (True, True)
    assert re.search(r'<span class="plate">T\d</span> <bdi>kya-2', text)


def test_times_at_which_a_guest_is_away_are_hatched(board):
    desk, guests, _hosts, page = board
    desk.change(guests[1], [(NINE, NINE + timedelta(minutes=60))], "klu-2")

    assert page("?view=people").count('<td class="shut"><span>not there</span></td>') == 2


def test_moved_meeting_says_where_it_was_and_new_and_removed_ones_show(board):
    desk, guests, hosts, page = board
    move(desk, meeting(desk, guests[0], hosts[0]), 3)
    add(desk, guests[1], hosts[0], 2)
    gone = meeting(desk, guests[1], hosts[2])
    remove(desk, gone)

    text = page()

    assert ("was 16:00" in text, ">new<" in text) == (True, True)
    assert "Publish 3 changes" in text
    assert text.count('class="freed"') == 1


def test_meeting_is_moved_with_a_form_and_moved_back_by_undo(board):
    desk, guests, hosts, page = board
    before = place_of(desk, guests[0], hosts[0])

    answer = send(desk, "move", **form(meeting(desk, guests[0], hosts[0]), to_slot=slot(3).id, to_table=""))
    moved = place_of(desk, guests[0], hosts[0])
    back = urlsplit(answer.location)
    shown = page(f"?{back.query}")
    undone = send(desk, "undo", edit_id=draft(desk)["edits"][0]["id"])

    assert (answer.status_code, back.path, moved[0]) == (303, PAGE, slot(3).id)
    assert "The change stands in the draft." in shown
    assert (undone.status_code, place_of(desk, guests[0], hosts[0])) == (303, before)


def test_refused_move_changes_nothing_and_says_why_and_what_else(board):
    desk, guests, hosts, _page = board
    row, taken = meeting(desk, guests[1], hosts[2]), meeting(desk, guests[0], hosts[1])
    version = draft(desk)["version"]

    told = refusal(send(desk, "move", **form(row, to_slot=taken["slot"], to_table=taken["table"])))

    assert "The table is taken: klu-1 – kya-2" in told
    assert "klu-2 – kya-3, wanted: Monday, 4 March, 16:30" in told
    assert "Exchange places with klu-1 – kya-2" in told
    assert told.count('action="/missions/') >= 3
    assert draft(desk)["version"] == version


def test_reason_names_who_is_busy_and_where(board):
    desk, guests, hosts, _page = board
    row = meeting(desk, guests[0], hosts[0])

    told = refusal(send(desk, "move", **form(row, to_slot=slot(1).id, to_table="T2")))

    assert "Klu-1: in the meeting klu-1 – kya-2 then" in told


def test_offered_place_is_taken_with_a_press(board):
    desk, guests, hosts, _page = board
    row = meeting(desk, guests[0], hosts[0])
    told = refusal(send(desk, "move", **form(row, to_slot=slot(1).id, to_table="T2")))
    offer = re.search(r'<form method="post" action="[^"]+-move">(.*?)</form>', told, re.DOTALL)[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', offer))

    answer = desk.client.post(f"{PAGE}-move", data=fields, headers=HTML)

    assert answer.status_code == 303
    assert place_of(desk, guests[0], hosts[0]) == (fields["to_slot"], fields["to_table"])


def test_conflict_says_what_the_other_did_and_keeps_what_was_wanted(board):
    desk, guests, hosts, _page = board
    seen = meeting(desk, guests[0], hosts[0])
    move(desk, seen, 2)

    told = refusal(send(desk, "move", **form(seen, to_slot=slot(3).id, to_table="T2")))
    offer = dict(re.findall(r'name="(\w+)" value="([^"]*)"', told))

    assert re.search(r"You changed it at [\d:]+: Monday, 4 March, 17:00", told)
    assert "Move it to Monday, 4 March, 17:30" in told
    assert (offer["slot"], offer["to_slot"], offer["to_table"]) == (slot(2).id, slot(3).id, "T2")


def test_two_meetings_exchange_places(board):
    desk, guests, hosts, _page = board
    one, other = meeting(desk, guests[0], hosts[1]), meeting(desk, guests[1], hosts[2])

    answer = send(desk, "swap", **form(one, other="~".join((other["meeting_id"], other["slot"], other["table"]))))

    assert answer.status_code == 409
    assert "klu-1" in refusal(answer)


def test_meeting_is_locked_and_unlocked(board):
    desk, guests, hosts, page = board
    row = meeting(desk, guests[0], hosts[0])

    send(desk, "lock", **form(row))
    locked = meeting(desk, guests[0], hosts[0])["is_locked"]
    told = page(f"/meetings/{row['meeting_id']}")
    send(desk, "unlock", **form(row))

    assert (locked, meeting(desk, guests[0], hosts[0])["is_locked"]) == (True, False)
    assert "The meeting is locked: unlock it first." in told


def test_meeting_is_removed_only_with_a_reason(board):
    desk, guests, hosts, page = board
    row = meeting(desk, guests[0], hosts[0])

    empty = send(desk, "remove", **form(row, reason=""))
    phone = send(desk, "remove", **form(row, reason="Call +7 999 123-45-67"))
    done = send(desk, "remove", **form(row, reason="The host is ill"))

    assert (empty.status_code, phone.status_code, done.status_code) == (422, 422, 303)
    assert 'aria-describedby="reason-h reason-e"' in empty.text
    assert "Call +7 999 123-45-67" in phone.text
    assert "The host is ill" in page()


def test_meeting_is_added_where_a_free_place_was_pressed(board):
    desk, guests, hosts, page = board

    asked = page(f"/addition?slot={slot(3).id}&table=T2")
    wrong = send(desk, "add", to_slot=slot(3).id, host_id=str(hosts[2]))
    done = send(desk, "add", to_slot=slot(3).id, to_table="T2", guest_id=str(guests[0]), host_id=str(hosts[2]))

    assert f'<option value="{slot(3).id}" selected>' in asked
    assert (wrong.status_code, "Choose a guest." in wrong.text) == (422, True)
    assert (done.status_code, place_of(desk, guests[0], hosts[2])) == (303, (slot(3).id, "T2"))


def test_page_of_a_meeting_lists_free_times_and_why_the_others_are_not(board):
    desk, guests, hosts, page = board
    row = meeting(desk, guests[0], hosts[0])

    text = page(f"/meetings/{row['meeting_id']}")

    times = re.search(r'<select id="to_slot".*?</select>', text, re.DOTALL)[0]
    assert (slot(1).id in times, slot(2).id in times) == (False, True)
    assert "16:30: klu-1: in the meeting klu-1 – kya-2 then" in text
    assert "Nearest free places" in text


def test_script_is_told_of_every_cell_why_not(board):
    desk, guests, hosts, _page = board
    row = meeting(desk, guests[0], hosts[0])

    told = desk.client.get(f"{PAGE}/places?item={row['meeting_id']}&part=1").json

    assert sorted(told["rows"]) == [slot(number).id for number in range(4)]
    assert told["rows"][slot(1).id]["why"].replace(NO_BREAK, " ") == "klu-1: in the meeting klu-1 – kya-2 then"
    assert told["rows"][slot(2).id] == {"why": "", "columns": {}}
    assert told["near"][0][:2] == [slot(2).id, row["table"]]
    assert told["all"] == ""


def test_publication_is_looked_at_before_it_is_made_and_tells_whom_it_told(board):
    desk, guests, hosts, page = board
    move(desk, meeting(desk, guests[0], hosts[0]), 2)

    preview = page("/publication")
    version = re.search(r'name="version" value="(\d+)"', preview)[1]
    stale = send(desk, "publication", version=str(int(version) - 1))
    answer = send(desk, "publication", version=version)
    shown = desk.client.get(answer.location, headers=HTML | {"Accept-Language": "en"}).text

    assert re.search(r"2 organisations get their new timetables.*klu-1 LLC.*kya-1 LLC", preview, re.DOTALL)
    assert "/registration/tiles/people?ids=" in preview
    assert "The draft has changed" in refusal(stale)
    assert "2 organisations were told with it: <bdi>klu-1 LLC</bdi>; <bdi>kya-1 LLC</bdi>." in shown
    assert draft(desk)["timetable"] == 2


def test_what_does_not_hold_any_more_is_framed_with_its_reason(board):
    desk, guests, _hosts, page = board
    desk.change(guests[1], [(NINE + timedelta(minutes=30), NINE + timedelta(hours=3))], "klu-2")

    text = page()

    assert "1 conflict<" in text
    assert re.search(r'<td class="clash">.*?klu-2: nobody is there then', text, re.DOTALL)
    assert 'id="run-' in text


def test_running_meeting_says_so_and_its_page_offers_nothing(board):
    desk, guests, hosts, page = board
    row = meeting(desk, guests[0], hosts[0])
    desk.set_clock(NINE + timedelta(minutes=5))

    text, told = page(), page(f"/meetings/{row['meeting_id']}")

    assert text.count('<span class="tag">running</span>') == 2
    assert "running or over: it cannot be changed" in told
    assert 'name="reason"' not in told


def test_locked_meetings_are_marked(board):
    desk, guests, hosts, page = board
    lock(desk, meeting(desk, guests[0], hosts[0]))

    assert page().count('<td class="lock">') == 1


def test_board_speaks_russian(board):
    desk, guests, hosts, page = board
    row = meeting(desk, guests[0], hosts[0])
    move(desk, row, 2)

    text, told = page(language="ru"), page(f"/meetings/{row['meeting_id']}", language="ru")

    assert "Опубликовать 1 правку" in text
    assert "было: 16:00" in text
    assert "Обменять местами с другой встречей" in told


def test_search_is_started_with_a_limit_and_a_wrong_one_is_kept(board):
    desk, *_, page = board

    wrong = send(desk, "run", time_limit_seconds="3000")
    started = send(desk, "run", time_limit_seconds="2")

    assert (wrong.status_code, 'value="3000"' in wrong.text) == (422, True)
    assert "Give a whole number of seconds, from 1 to 300." in wrong.text
    assert started.status_code == 303
    assert "s of at most 2 s." in page()


def test_empty_hall_says_what_to_do(desk):
    desk.announce(slots=())
    empty = desk.client.get(PAGE, headers=HTML | {"Accept-Language": "en"}).text
    desk.announce()
    waiting = desk.client.get(PAGE, headers=HTML | {"Accept-Language": "en"}).text

    assert f'href="/registration/missions/{MISSION}/programme">Open the programme' in empty
    assert f'action="{PAGE}-run"' in waiting


def test_tile_tells_the_load_of_each_slot_and_the_requests(board):
    desk, *_ = board

    text = desk.client.get(f"/missions/{MISSION}/tiles/load", headers=HTML | {"Accept-Language": "en"}).text

    assert "<html" not in text
    assert "3 of 16 places at tables are taken" in text
    assert "3 of 3 requests for meetings are accepted" in text
    assert text.count('class="b"') == 2


def test_tile_tells_of_repairs_that_wait_or_were_made_today(board):
    desk, guests, *_ = board
    address = f"/missions/{MISSION}/tiles/incidents"
    calm = desk.client.get(address, headers=HTML | {"Accept-Language": "en"}).text
    desk.change(guests[1], [(NINE + timedelta(minutes=30), NINE + timedelta(hours=3))], "klu-2")
    waiting = desk.client.get(address, headers=HTML | {"Accept-Language": "en"}).text
    desk.work()
    done = desk.client.get(address, headers=HTML | {"Accept-Language": "en"}).text

    assert "No incidents today" in calm
    assert "The repair is being looked for." in waiting
    assert "repaired at" in done
    assert "klu-2 LLC" in done
