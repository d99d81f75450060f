"""A company's timetable and its meetings: before them, on the day with one tap, and after them."""

from datetime import timedelta
from html import unescape

import pytest
from icalendar import Calendar

from access.roles import Role
from as_delegates import delegate_of
from builders.matching import HALF_HOUR, MISSION, NINE
from contracts import matching as events
from contracts import registration as told
from matching.models import MeetingNote
from matching.personal import PERSONAL
from servicekit import identifiers
from servicekit.auth.actors import OPERATOR
from timetables_published import pin, publish

MINE = f"/missions/{MISSION}/my-timetable"


@pytest.fixture
def day(desk):
    """One guest who meets two hosts at nine and at half past ten; breakfast before, and a plenary between."""
    items = (("breakfast", -2, -1), ("plenary", 1, 2))
    desk.announce(
        agenda=tuple(
            told.AgendaItem(
                id=id_,
                type="plenary",
                titles={"en": id_.capitalize(), "ru": id_.capitalize()},
                location="foyer",
                starts_at=NINE + since * HALF_HOUR,
                ends_at=NINE + until * HALF_HOUR,
                binds=True,
            )
            for id_, since, until in items
        )
    )
    guest = desk.admit("klu-1", "guest", needs="Насосы")
    hosts = [desk.admit(name, "host", offers="Насосы") for name in ("kya-1", "kya-2")]
    for host in hosts:
        desk.meet(guest, host)
    publish(desk, pin(guest, hosts[0], 0), pin(guest, hosts[1], 3))
    return desk, guest, hosts


def app_of(office):
    return office.client.application


def seen(browser, path, status=200, language="en"):
    answer = browser.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


def meeting_of(office, host):
    rows = office.get(f"missions/{MISSION}/meetings")["items"]
    return next(row["id"] for row in rows if row["host_id"] == str(host))


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("free 17:00", "table T", "Print a sheet")), ("ru", ("свободно 17:00", "стол\u00a0T", "Напечатать лист"))],
)
def test_day_tells_meetings_programme_and_free_time_in_order(day, language, words):
    office, guest, _hosts = day
    office.set_clock(NINE - timedelta(hours=20))

    text = seen(delegate_of(app_of(office), guest), MINE, language=language)

    listed = text[text.index('class="legs"') :]
    order = [listed.index(word) for word in ("Breakfast", "kya-1", "Plenary", "kya-2")]
    assert order == sorted(order)
    assert all(word in text for word in words)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(8, "In 8 minutes."), (1, "In 1 minute."), (-5, "Now, until 16:30."), (180, "In 3 hours.")],
)
def test_next_meeting_tells_how_soon_it_is(day, ahead, said):
    office, guest, _hosts = day
    office.set_clock(NINE - timedelta(minutes=ahead))

    assert f"<mark>{said}</mark>" in seen(delegate_of(app_of(office), guest), MINE)


def test_who_lives_in_another_zone_reads_both_the_own_first(day):
    office, guest, _hosts = day
    facts = {"code": "RU-KLU", "names": {"en": "Kaluga"}, "timezone": "Europe/Moscow", "languages": ("ru",)}
    office.hear(identifiers.derived("region", "RU-KLU"), told.RegionRegistered(**facts))

    text = seen(delegate_of(app_of(office), guest), MINE)

    assert "<small>12:00</small>16:00" in text
    assert "small: Moscow, UTC+3, large: Krasnoyarsk, UTC+7" in text


def test_calendar_has_every_meeting_that_stands(day):
    office, guest, hosts = day
    office.post(f"meetings/{meeting_of(office, hosts[1])}/cancellation", {"reason": "no"})

    answer = delegate_of(app_of(office), guest).page(f"{MINE}.ics")

    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert answer.mimetype == "text/calendar"
    assert (event["uid"], event.decoded("dtstart")) == (f"{meeting_of(office, hosts[0])}@caravan.localhost", NINE)
    assert "kya-1" in event["summary"]
    assert "Table T" in event["location"] or "Стол T" in event["location"]


def test_sheet_has_each_meeting_with_its_table(day):
    office, guest, _hosts = day

    text = seen(delegate_of(app_of(office), guest), f"{MINE}?print")

    assert text.count('class="plate"') == 2
    assert 'class="sheet"' in text


def test_meeting_of_others_is_not_there(day):
    office, _guest, hosts = day

    assert delegate_of(app_of(office), hosts[1]).page(f"/meetings/{meeting_of(office, hosts[0])}").status_code == 404


def test_nobody_else_follows_a_meeting_or_a_mission(day):
    office, guest, hosts = day
    id_ = meeting_of(office, hosts[0])
    mine, other = (delegate_of(app_of(office), end) for end in (guest, hosts[1]))
    stranger = delegate_of(app_of(office), "00000000-0000-4000-8000-00000000dead")

    own = mine.get(f"/live/my-meeting/{id_}")
    own.close()

    assert (own.status_code, own.mimetype) == (200, "text/event-stream")
    assert other.get(f"/live/my-meeting/{id_}").status_code == 404
    assert stranger.get(f"/live/my-timetable/{MISSION}").status_code == 404


def test_meeting_tells_who_where_when_and_why(day):
    office, guest, hosts = day
    office.work()

    text = seen(delegate_of(app_of(office), guest), f"/meetings/{meeting_of(office, hosts[0])}")

    assert "<b>16:00</b>" in text
    assert "You seek" in text
    assert "<mark>Насосы</mark>" in text
    assert "/registration/tiles/people?ids=" in text


def notices(office):
    return [(event.kind, event.minutes) for event in office.recorded(events.MeetingNoticeGiven)]


def test_one_tap_tells_that_somebody_is_late_and_can_be_undone(day):
    office, guest, hosts = day
    office.set_clock(NINE - timedelta(minutes=8))
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine, theirs = (delegate_of(app_of(office), end) for end in (guest, hosts[0]))

    said = mine.send(f"{page}/notice", form_of=page, organisation_id=guest, notice="late", minutes="10")
    told_to_partner = seen(theirs, page)
    own = seen(mine, said.location)
    mine.send(f"{page}/notice/withdrawal", form_of=page, organisation_id=guest)

    assert (said.status_code, notices(office)) == (303, [("late", 10)])
    assert "The partner is 10 minutes late" in told_to_partner
    assert "You said: 10 minutes late" in own
    assert 'class="toast fixed"' in own
    assert "The partner is" not in seen(theirs, page)
    assert len(office.recorded(events.MeetingNoticeTakenBack)) == 1


def test_later_word_takes_the_place_of_an_earlier_one_and_the_same_word_counts_once(day):
    office, guest, hosts = day
    office.set_clock(NINE + timedelta(minutes=2))
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine = delegate_of(app_of(office), guest)

    for kind in ("alone", "alone", "absent"):
        mine.send(f"{page}/notice", form_of=page, organisation_id=guest, notice=kind)

    assert notices(office) == [("alone", None), ("absent", None)]


@pytest.mark.parametrize(
    ("minutes_before", "kind", "minutes", "status"),
    [
        (5, "alone", None, 409),
        (-31, "late", "5", 409),
        (5, "late", None, 422),
        (5, "late", "61", 422),
        (5, "gone", None, 422),
    ],
)
def test_notice_that_makes_no_sense_is_refused_and_nothing_is_told(day, minutes_before, kind, minutes, status):
    office, guest, hosts = day
    office.set_clock(NINE - timedelta(minutes=minutes_before))
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    fields = {"organisation_id": guest, "notice": kind} | ({"minutes": minutes} if minutes else {})

    answer = delegate_of(app_of(office), guest).send(f"{page}/notice", form_of=page, **fields)

    assert (answer.status_code, notices(office)) == (status, [])


def test_nobody_speaks_for_the_other_side(day):
    office, guest, hosts = day
    office.set_clock(NINE - timedelta(minutes=5))
    page = f"/meetings/{meeting_of(office, hosts[0])}"

    answer = delegate_of(app_of(office), guest).send(
        f"{page}/notice", form_of=page, organisation_id=hosts[0], notice="absent"
    )

    assert (answer.status_code, notices(office)) == (403, [])


def test_notes_are_the_organisations_own(day):
    office, guest, hosts = day
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine, theirs = (delegate_of(app_of(office), end) for end in (guest, hosts[0]))

    organiser = delegate_of(app_of(office), MISSION, role=Role.ORGANISER)
    kept = mine.send(f"{page}/note", form_of=page, organisation_id=guest, text="Спросить о сроках")
    refused = organiser.send(f"{page}/note", form_of=page, organisation_id=guest, text="x")

    assert (kept.status_code, refused.status_code) == (303, 403)
    assert "Спросить о сроках" in seen(mine, page)
    assert "Спросить о сроках" not in seen(theirs, page)
    assert "Спросить о сроках" not in seen(organiser, f"{page}?organisation_id={guest}")


def test_note_that_is_too_long_is_kept_on_the_page_alone(day):
    office, guest, hosts = day
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine = delegate_of(app_of(office), guest)

    answer = mine.send(f"{page}/note", form_of=page, organisation_id=guest, text="я" * 4001)

    assert answer.status_code == 422
    assert "я" * 4001 in answer.text
    assert "яяя" not in seen(mine, page)


def test_notes_go_with_whoever_was_to_sit_there(day):
    office, guest, hosts = day
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    delegate_of(app_of(office), guest).send(f"{page}/note", form_of=page, organisation_id=guest, text="Иван Петров")

    with office.runtime.database.write() as session:
        exported = PERSONAL.export(session, office.people[guest][0])
        PERSONAL.erase(session, office.people[hosts[0]][0], OPERATOR)

    assert [row["text"] for row in exported["note"]] == ["Иван Петров"]
    with office.runtime.database.read() as session:
        assert session.query(MeetingNote).all() == []


def held(office, host):
    office.set_clock(NINE + 3 * HALF_HOUR)
    office.post(f"meetings/{meeting_of(office, host)}/holding")


def test_company_says_that_it_met_and_rates(day):
    office, guest, hosts = day
    office.set_clock(NINE + HALF_HOUR)
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine = delegate_of(app_of(office), guest)

    mine.send(f"{page}/confirmation", form_of=page, organisation_id=guest)
    rated = mine.send(f"{page}/rating", stars="5", word="", organisation_id=guest)

    assert len(office.recorded(events.MeetingHeld)) == 1
    assert rated.location.startswith(page)
    assert "5 of 5" in seen(mine, page)


def test_no_show_that_the_organiser_noted_stays(day):
    office, guest, hosts = day
    office.set_clock(NINE + HALF_HOUR)
    id_ = meeting_of(office, hosts[0])
    page = f"/meetings/{id_}"
    mine = delegate_of(app_of(office), guest)
    text = mine.page(page)
    office.post(f"meetings/{id_}/no-show", {"reason": "nobody"})

    answer = mine.send(f"{page}/confirmation", form_of=MINE.replace("my-timetable", "partners"), organisation_id=guest)

    assert (text.status_code, answer.status_code) == (200, 409)
    assert office.recorded(events.MeetingHeld) == []


def test_contacts_are_shared_when_both_agree_and_no_more_when_one_stops(day):
    office, guest, hosts = day
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine, theirs = (delegate_of(app_of(office), end) for end in (guest, hosts[0]))
    early = mine.send(f"{page}/contacts", form_of=page, organisation_id=guest)
    held(office, hosts[0])

    mine.send(f"{page}/contacts", form_of=page, organisation_id=guest)
    waiting = seen(theirs, page)
    theirs.send(f"{page}/contacts", form_of=page, organisation_id=hosts[0])
    both = seen(mine, page)
    mine.send(f"{page}/contacts/withdrawal", form_of=page, organisation_id=guest)

    assert early.status_code == 409
    assert "The partner shares them; you do not yet" in waiting
    assert "/registration/tiles/contacts/" not in waiting
    assert "/registration/tiles/contacts/" in both
    told_of = [(event.guest_agrees, event.host_agrees) for event in office.recorded(events.ContactsOffered)]
    assert told_of == [(True, False), (False, True)]
    assert len(office.recorded(events.ContactsExchanged)) == 1
    assert "/registration/tiles/contacts/" not in seen(mine, page)


def test_agreement_is_noted_with_the_browser_alone(day):
    office, guest, hosts = day
    held(office, hosts[0])
    page = f"/meetings/{meeting_of(office, hosts[0])}"
    mine = delegate_of(app_of(office), guest)
    fields = {"organisation_id": guest, "type": "supply_contract", "subject": "Насосы", "currency": "RUB"}

    wrong = mine.send(f"{page}/agreement", **fields, expected_amount="много", signed_on="2030-03-04")
    future = mine.send(f"{page}/agreement", **fields, expected_amount="", signed_on="2031-03-04")
    right = mine.send(f"{page}/agreement", **fields, expected_amount="1 500 000", signed_on="2030-03-04")

    assert (wrong.status_code, future.status_code, right.status_code) == (422, 422, 303)
    assert "много" in wrong.text
    (agreement,) = office.get(f"agreements?mission_id={MISSION}")["items"]
    assert agreement["expected_amount"] == 1500000
    assert "Насосы" in seen(mine, page)


@pytest.mark.parametrize("tile", ["partners", "meetings"])
def test_tiles_are_parts_without_a_frame(day, tile):
    office, guest, _hosts = day
    office.work()

    text = seen(delegate_of(app_of(office), guest), f"/missions/{MISSION}/tiles/{tile}")

    assert "<html" not in text
    assert "kya-1" in text


def test_tile_tells_of_requests_that_wait(day):
    office, guest, _hosts = day
    third = office.admit("kya-3", "host")
    office.post(
        "meeting-requests",
        {"mission_id": str(MISSION), "from_organisation_id": str(third), "to_organisation_id": str(guest)},
    )

    assert "asks for a meeting" in seen(delegate_of(app_of(office), guest), f"/missions/{MISSION}/tiles/meetings")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "late", "minutes": 5}, 200),
        ({"kind": "absent"}, 200),
        ({"kind": "late"}, 422),
        ({"kind": "absent", "minutes": 5}, 422),
        ({"kind": "alone"}, 409),
    ],
)
def test_interface_takes_the_same_words_as_the_page(day, said, status):
    office, guest, hosts = day
    office.set_clock(NINE - timedelta(minutes=5))
    address = f"meetings/{meeting_of(office, hosts[0])}/notice"

    answer = office.post(address, {"organisation_id": str(guest), **said})
    back = office.post(f"{address}/withdrawal", {"organisation_id": str(guest)})

    assert (answer.status_code, back.status_code) == (status, 200 if status == 200 else 409)
    assert len(notices(office)) == (status == 200)
