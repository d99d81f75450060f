"""The desk of a mission's day: what lasts and comes, what people say, what came of meetings, and who has arrived."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise

import pytest

from access.matrix import Deed
from access.roles import Role
from as_delegates import delegate_of
from builders.matching import DAY, HALF_HOUR, MISSION, NINE, mission, slot
from contracts import matching as events
from contracts import registration as told
from matching.queries import days
from servicekit import identifiers
from servicekit.auth.actors import OPERATOR

PAGE = f"/missions/{MISSION}/day"


@pytest.fixture
def day(hall):
    """The first day has begun: two meetings run, and one comes in twenty minutes."""
    desk, guests, hosts = hall
    desk.set_clock(NINE + timedelta(minutes=10))
    return desk, guests, hosts


def shown(desk, query="", language="en", status=200):
    answer = desk.client.get(f"{PAGE}{query}", headers={"Accept-Language": language, "Accept": "text/html"})
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


def part(text, of):
    """Cut a section out of a page."""
    begin = text.index(f'id="{of}"')
    return text[begin : text.index("</section>", begin)]


def row(text, meeting_id):
    begin = text.index(f'<li id="m-{meeting_id}"')
    return text[begin : text.index("</li>", begin)]


def meeting_of(desk, host):
    rows = desk.get(f"missions/{MISSION}/meetings")["items"]
    return next(one for one in rows if one["host_id"] == str(host))


def press(desk, meeting_id, deed, path=f"{PAGE}-outcome", **more):
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown(desk))[1]
    form = {"csrf_token": token, "meeting_id": str(meeting_id), "deed": deed} | more
    return desk.client.post(path, data=form, headers={"Accept": "text/html", "Accept-Language": "en"})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Running now", "20 minutes left", "Coming next", "In 20 minutes.", "1 meeting.")),
        ("ru", ("Идут сейчас", "осталось 20 минут", "Следующие", "Через 20 минут.", "1 встреча.")),
    ],
)
def test_clock_tells_what_runs_and_what_comes_with_whom(day, language, words):
    desk, _guests, _hosts = day

    text = shown(desk, language=language)

    clocks = text[text.index('class="halves"') : text.index('id="slot"')]
    assert all(word in clocks for word in words)
    assert ("kya-2" in clocks, "kya-3" in clocks) == (True, False)


def test_list_has_the_running_slot_by_table_until_another_is_asked_for(day):
    desk, _guests, _hosts = day

    now, later = part(shown(desk), "slot"), part(shown(desk, f"?slot={slot(1).id}"), "slot")

    assert [now.count(f"kya-{number}") > 0 for number in (1, 2, 3)] == [True, False, True]
    assert [later.count(f"kya-{number}") > 0 for number in (1, 2, 3)] == [False, True, False]
    assert "runs" in now
    assert "to take place" in later


@pytest.mark.parametrize(
    ("deed", "status", "reason", "words"),
    [
        ("held", "held", "", "held"),
        ("guest_absent", "no_show", "guest_absent", "the guest did not come"),
        ("host_absent", "no_show", "host_absent", "the host did not come"),
    ],
)
def test_outcome_is_noted_with_one_button_and_leads_back_to_its_row(day, deed, status, reason, words):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]

    answer = press(desk, id_, deed)

    assert (answer.status_code, answer.location) == (303, f"{PAGE}?slot={slot(0).id}#m-{id_}")
    noted = meeting_of(desk, hosts[0])
    assert (noted["status"], noted["reason"]) == (status, reason)
    assert words in row(shown(desk), id_)


def test_wrong_outcome_is_corrected(day):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]
    press(desk, id_, "held")

    assert 'value="held"' not in row(shown(desk), id_)
    press(desk, id_, "host_absent")

    assert meeting_of(desk, hosts[0])["reason"] == "host_absent"
    assert 'value="host_absent"' not in row(shown(desk), id_)


def test_meeting_that_comes_is_locked_and_given_free(day):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[1])["id"]

    press(desk, id_, "lock")
    locked = row(shown(desk, f"?slot={slot(1).id}"), id_)
    press(desk, id_, "unlock")

    assert "locked" in locked
    assert f"/timetable/meetings/{id_}" in locked
    assert 'value="held"' not in locked
    assert meeting_of(desk, hosts[1])["is_locked"] is False


@pytest.mark.parametrize(
    ("deed", "said"),
    [("held", "The meeting has not begun"), ("guest_absent", "klu-1 and kya-2: begins at 16:30. Nothing was changed.")],
)
def test_outcome_of_a_meeting_that_has_not_begun_is_refused_on_the_page(day, deed, said):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[1])["id"]

    answer = press(desk, id_, deed)

    assert answer.status_code == 409
    assert said in unescape(answer.text).replace("\u2011", "-")
    assert meeting_of(desk, hosts[1])["status"] == "scheduled"
    assert desk.recorded(events.MeetingHeld) == []


def test_meeting_that_was_cancelled_meanwhile_is_told_on_the_page(day):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]
    desk.post(f"meetings/{id_}/cancellation", {"reason": "ill"})

    answer = press(desk, id_, "held")

    assert answer.status_code == 409
    assert "cancelled. Nothing was changed." in unescape(answer.text)
    assert "<form" not in row(unescape(answer.text), id_)


@pytest.mark.parametrize("deed", ["", "cancelled"])
def test_button_that_there_is_not_changes_nothing(day, deed):
    desk, _guests, hosts = day

    assert press(desk, meeting_of(desk, hosts[0])["id"], deed).status_code == 422
    assert meeting_of(desk, hosts[0])["status"] == "scheduled"


def test_cancellation_asks_why_and_says_what_it_does(day):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]
    path = f"{PAGE}/meetings/{id_}/cancellation"

    asked = unescape(desk.client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"}).text)
    refused = press(desk, id_, "", path, reason=" ")
    callable_ = press(desk, id_, "", path, reason="Ring +7 999 123-45-67")
    untouched = meeting_of(desk, hosts[0])["status"]
    done = press(desk, id_, "", path, reason="The host is ill")

    assert "Both organisations are told at once." in asked
    assert (refused.status_code, "Say why." in refused.text) == (422, True)
    assert (callable_.status_code, "999 123-45-67" in callable_.text) == (422, True)
    assert untouched == "scheduled"
    assert (done.status_code, meeting_of(desk, hosts[0])["status"]) == (303, "cancelled")
    assert "The host is ill" in row(shown(desk), id_)


def test_cancellation_of_a_meeting_that_is_over_is_refused_on_the_page(day):
    desk, _guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]
    press(desk, id_, "held")

    answer = press(desk, id_, "", f"{PAGE}/meetings/{id_}/cancellation", reason="ill")

    assert (answer.status_code, "held. Nothing was changed." in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("kind", "minutes", "words"),
    [
        ("late", 10, {"en": "klu-1: 10 minutes late", "ru": "klu-1: опаздывает на 10 минут"}),
        ("absent", None, {"en": "klu-1 cannot come", "ru": "klu-1: не придёт"}),
        ("alone", None, {"en": "klu-1: nobody else is at the table", "ru": "klu-1: за столом никого больше нет"}),
    ],
)
def test_what_people_say_of_a_meeting_waits_for_the_desk(day, kind, minutes, words):
    desk, guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]
    said = {"organisation_id": str(guests[0]), "kind": kind} | ({"minutes": minutes} if minutes else {})
    assert desk.post(f"meetings/{id_}/notice", said).status_code == 200

    for language, text in words.items():
        page = shown(desk, language=language).replace("\u2011", "-")
        assert text in part(page, "waits")
        assert text in row(page, id_)
    press(desk, id_, "held")
    assert words["en"] not in shown(desk)


def test_outcomes_that_nobody_has_noted_wait_slot_by_slot(day):
    desk, _guests, hosts = day
    desk.set_clock(NINE + HALF_HOUR)
    press(desk, meeting_of(desk, hosts[2])["id"], "held")

    waits = part(shown(desk), "waits")

    assert re.findall(r'class="k">(\d+)<', waits) == ["1"]
    assert f"slot={slot(0).id}#slot" in waits
    press(desk, meeting_of(desk, hosts[0])["id"], "guest_absent")
    assert 'id="waits"' not in shown(desk)


def test_arrivals_are_counted_by_side(day):
    desk, guests, _hosts = day

    desk.participate(guests[0], told.ParticipantCheckedIn, checked_in_at=NINE)

    text = shown(desk)
    assert re.findall(r'class="fig"><b>([^<]+)</b>', text) == ["1 of 2", "0 of 3"]
    assert all(f"/registration/missions/{MISSION}/{page}" in text for page in ("applications", "about", "review"))


def test_repairs_of_the_day_are_told(day):
    desk, _guests, hosts = day
    desk.participate(hosts[1], told.ParticipantWithdrawn, withdrawn_from=NINE, reason="ill")
    desk.work()

    text = shown(desk)

    assert "repaired at" in text
    assert "An organisation left" in text


def test_before_the_first_day_the_desk_says_when_it_begins(hall):
    desk, _guests, _hosts = hall
    desk.set_clock(NINE - DAY)

    text = shown(desk)

    assert "The first day is still to come" in text
    assert "at 16:00" in text
    assert "kya-1" in part(text, "slot")
    assert "Coming next" not in text


def test_without_a_timetable_the_desk_leads_to_it(desk):
    desk.announce()

    text = shown(desk)

    assert "No timetable yet" in text
    assert 'id="slot"' not in text
    assert f'class="btn alt" href="/matching/missions/{MISSION}/timetable"' in text


def test_without_slots_the_desk_leads_to_the_programme(desk):
    desk.announce(slots=())

    assert "No times for meetings" in shown(desk)


def test_between_the_last_slot_and_the_end_nothing_comes(day):
    desk, _guests, _hosts = day
    desk.set_clock(NINE + DAY + 5 * HALF_HOUR)

    assert "no more meetings begin" in shown(desk)


def test_after_the_mission_outcomes_can_still_be_noted(day):
    desk, _guests, hosts = day
    desk.set_clock(NINE + 3 * DAY)

    text = shown(desk)
    answer = press(desk, meeting_of(desk, hosts[0])["id"], "held")

    assert "The mission is over" in text
    assert "data-live" not in text
    assert re.findall(r'class="k">(\d+)<', text) == ["1", "2"]
    assert answer.status_code == 303


def test_slot_of_many_tables_is_shown_page_by_page(day, monkeypatch):
    desk, _guests, _hosts = day
    monkeypatch.setattr("matching.pages.organiser.day.MOST_ROWS", 1)

    first, second = part(shown(desk), "slot"), part(shown(desk, "?page=2"), "slot")

    assert (first.count('<li id="m-'), second.count('<li id="m-')) == (1, 1)
    assert first[first.index("<li id=") :][:50] != second[second.index("<li id=") :][:50]


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.READER])
def test_desk_is_for_who_runs_the_meetings_alone(day, role):
    desk, guests, hosts = day
    id_ = meeting_of(desk, hosts[0])["id"]
    scope = MISSION if role is Role.READER else guests[0]
    browser = delegate_of(desk.client.application, scope, role=role)

    for path in (PAGE, f"{PAGE}/meetings/{id_}/cancellation"):
        assert browser.get(path, headers={"Accept": "text/html"}).status_code in (403, 404)
    assert meeting_of(desk, hosts[0])["status"] == "scheduled"


def test_meeting_of_another_mission_is_not_found(day):
    desk, _guests, hosts = day
    id_, other = meeting_of(desk, hosts[0])["id"], identifiers.derived("another mission")
    desk.hear(other, mission(mission_id=other, reference="other"))

    path = f"/missions/{other}/day/meetings/{id_}/cancellation"

    assert desk.client.get(path, headers={"Accept": "text/html"}).status_code == 404


def test_state_differs_with_the_minute_a_notice_and_an_arrival(day):
    desk, guests, hosts = day

    def state():
        with desk.runtime.database.read() as session:
            return days.state(session, OPERATOR.doing(Deed.MEETINGS_RUN), MISSION)

    seen = [state()]
    said = {"organisation_id": str(guests[0]), "kind": "absent"}
    desk.post(f"meetings/{meeting_of(desk, hosts[0])['id']}/notice", said)
    seen.append(state())
    desk.participate(guests[0], told.ParticipantCheckedIn, checked_in_at=NINE)
    seen.append(state())
    desk.set_clock(NINE + timedelta(minutes=12))
    seen.append(state())

    assert all(before != after for before, after in pairwise(seen))
