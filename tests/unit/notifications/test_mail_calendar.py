from datetime import UTC, datetime, timedelta

import pytest

import ical_reader
from letters import KRASNOYARSK, NOON, an_appointment
from notifications.mail import calendar
from notifications.mail.addresses import MailAddress


def event_of(part):
    (event,) = ical_reader.parse(part.content).every("VEVENT")
    return event


def test_request_tells_when_in_the_zone_of_the_meeting():
    part = calendar.request_part([an_appointment()], stamped_at=NOON)

    event = event_of(part)
    assert (event["DTSTART"].parameters, event["DTSTART"].value) == ({"TZID": "Asia/Krasnoyarsk"}, "20241210T160000")
    assert (event["DTEND"].parameters, event["DTEND"].value) == ({"TZID": "Asia/Krasnoyarsk"}, "20241210T162500")
    assert event["DTSTAMP"].value == "20241210T090000Z"


def test_request_describes_its_zone():
    part = calendar.request_part([an_appointment()], stamped_at=NOON)

    (zone,) = ical_reader.parse(part.content).every("VTIMEZONE")
    assert zone["TZID"].value == KRASNOYARSK.timezone
    assert [(rule.name, rule["TZOFFSETTO"].value) for rule in zone.children] == [("STANDARD", "+0700")]


def test_zone_with_summer_time_carries_both_offsets():
    july = datetime(2025, 7, 1, 9, tzinfo=UTC)
    appointment = an_appointment(timezone="Europe/Belgrade", starts_at=july, ends_at=july + timedelta(minutes=25))

    part = calendar.request_part([appointment], stamped_at=NOON)

    (zone,) = ical_reader.parse(part.content).every("VTIMEZONE")
    assert {(rule.name, rule["TZOFFSETTO"].value) for rule in zone.children} == {
        ("STANDARD", "+0100"),
        ("DAYLIGHT", "+0200"),
    }
    assert event_of(part)["DTSTART"].value == "20250701T110000"


def test_meeting_in_utc_needs_no_zone():
    part = calendar.request_part([an_appointment(timezone="UTC")], stamped_at=NOON)

    assert event_of(part)["DTSTART"].value == "20241210T090000Z"
    assert ical_reader.parse(part.content).every("VTIMEZONE") == []


@pytest.mark.parametrize(
    ("make", "method", "status"),
    [(calendar.request_part, "REQUEST", "CONFIRMED"), (calendar.cancel_part, "CANCEL", "CANCELLED")],
)
def test_method_identity_and_people_are_stated(make, method, status):
    appointment = an_appointment(uid=calendar.event_uid("m-7", "caravan.example"), sequence=3)

    part = make([appointment], stamped_at=NOON)

    event = event_of(part)
    assert ical_reader.parse(part.content)["METHOD"].value == method == part.method
    assert event["STATUS"].value == status
    assert event["UID"].value == "m-7@caravan.example"
    assert event["SEQUENCE"].value == "3"
    assert event["ORGANIZER"].value == "mailto:missions@caravan.example"
    assert event["ATTENDEE"].value == "mailto:o.dubravina@sensor.example"
    assert event["ATTENDEE"].parameters["CN"] == "Дубравина Ольга Викторовна"


def test_several_meetings_share_one_object_and_one_zone():
    appointments = [an_appointment(uid=f"m-{n}@caravan.example") for n in range(3)]

    whole = ical_reader.parse(calendar.request_part(appointments, stamped_at=NOON).content)

    assert [event["UID"].value for event in whole.every("VEVENT")] == [a.uid for a in appointments]
    assert len(whole.every("VTIMEZONE")) == 1


def test_hostile_text_stays_text():
    hostile = "a\r\nEND:VEVENT\r\n;ROLE=CHAIR,\\ \x00\u2028б"
    appointment = an_appointment(summary=hostile, location=hostile, description=hostile, url="https://x.example/?a=1;b")

    event = event_of(calendar.request_part([appointment], stamped_at=NOON))

    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        assert event[name].text == "a\nEND:VEVENT\n;ROLE=CHAIR,\\ б"


def test_hostile_name_stays_one_parameter():
    person = MailAddress("a@x.example", 'Eve";ROLE=CHAIR:mailto:b@x.example,"')

    event = event_of(calendar.request_part([an_appointment(attendee=person)], stamped_at=NOON))

    assert event["ATTENDEE"].value == "mailto:a@x.example"
    assert event["ATTENDEE"].parameters["ROLE"] == "REQ-PARTICIPANT"


def test_long_russian_words_and_signs_survive_the_folding():
    summary = "Переговоры 🎈" * 20

    event = event_of(calendar.request_part([an_appointment(summary=summary)], stamped_at=NOON))

    assert event["SUMMARY"].text == summary


def test_line_break_in_an_address_is_refused():
    appointment = an_appointment(url="https://x.example/\r\nATTENDEE:mailto:v@x.example")

    with pytest.raises(ValueError, match="no white space"):
        calendar.request_part([appointment], stamped_at=NOON)
