from datetime import timedelta
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses

import pytest

import ical_reader
from letters import (
    NOON,
    a_cancelled_meeting,
    a_meeting,
    a_rendered,
    an_appointment,
    an_envelope,
    an_itinerary,
    every_context,
    reread,
    worded,
)
from notifications.mail import calendar
from notifications.mail.addresses import MailAddress
from notifications.mail.message import build_message, make_message_id

NAMES = [
    "Дубравина Ольга Викторовна",
    "Evil, v@e.example",
    "Long Name, " * 20,
    'ООО «Ромашка, филиал» (отдел "сбыта"), Константинопольский Константин Константинович',
    "a" * 200,
    "=?utf-8?q?Evil?= <x@y.example>",
    'x"y\\z',
    'Ольга" <bcc@x.example>, ',
    "Иван 🎈" * 12,
    "Дом\u00a05\u00a0кв.\u00a07 и ещё слово",
]


def headers(message):
    """Parse the headers with the older parser of the standard library, as an independent check."""
    return BytesHeaderParser().parsebytes(message.as_bytes())


def decoded(words):
    return str(make_header(decode_header(words.replace("\n", ""))))


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_with_one_address(name):
    message = build_message(an_envelope(recipient=MailAddress("o@sensor.example", name)), a_rendered())

    ((written, address),) = getaddresses([headers(message)["To"].replace("\n", "")])
    assert (decoded(written), address) == (name, "o@sensor.example")
    (person,) = reread(message)["To"].addresses
    assert person.addr_spec == "o@sensor.example"
    assert person.display_name.replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize(
    "subject",
    [*(name for name in NAMES if "=?" not in name), "Встреча перенесена: 10\u00a0декабря, 12:00 в\u00a0Москве " * 4],
)
def test_any_subject_comes_back(subject):
    message = build_message(an_envelope(), a_rendered(subject=subject.strip()))

    assert reread(message)["Subject"] == subject.strip()
    assert decoded(headers(message)["Subject"]) == subject.strip()


def test_no_line_is_longer_than_the_wire_allows():
    message = build_message(an_envelope(), a_rendered(text="слово " * 2000, html="<p>" + "x" * 5000 + "</p>"))

    content = message.as_bytes()

    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_headers_say_who_when_and_that_a_machine_writes():
    sent = an_envelope(
        message_id=make_message_id(
            "0192f0c1-5d3e-7abc-8def-0123456789ab", "mail", "missions.business-agency.region.example"
        ),
    )

    message = reread(build_message(sent, a_rendered()))

    assert message["Message-ID"] == sent.message_id
    assert message["Date"].datetime == NOON
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].addr_spec == "missions@caravan.example"
    assert message["Bcc"] is None


@pytest.mark.parametrize("context", every_context(), ids=lambda context: context.template)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_letter_comes_back_from_the_wire(context, language):
    letter = worded(context, language)

    message = reread(build_message(an_envelope(), letter))

    assert message["Subject"] == letter.subject
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == letter.html.strip()
    assert [part.defects for part in message.walk() if part.defects] == []


def test_letter_with_new_and_cancelled_meetings_has_one_part_for_each():
    letter = worded(an_itinerary(new=(a_meeting(),), cancelled=(a_cancelled_meeting(),)))
    parts = [
        calendar.request_part([an_appointment()], stamped_at=NOON),
        calendar.cancel_part([an_appointment(uid="m-2@caravan.example")], stamped_at=NOON + timedelta(hours=1)),
    ]

    message = reread(build_message(an_envelope(), letter, parts))

    shape = [(part.get_content_type(), part.get_param("method"), part.get_filename()) for part in message.walk()]
    assert shape == [
        ("multipart/mixed", None, None),
        ("multipart/alternative", None, None),
        ("text/plain", None, None),
        ("text/html", None, None),
        ("text/calendar", "REQUEST", None),
        ("application/ics", None, "invite.ics"),
        ("text/calendar", "CANCEL", "cancel.ics"),
    ]
    calendars = [part.get_payload(decode=True).decode() for part in list(message.walk())[4:]]
    assert [ical_reader.parse(content)["METHOD"].value for content in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert calendars[0] == calendars[1] == parts[0].content


@pytest.mark.parametrize("value", ["X\r\nBcc: v@e.example", "X\nBcc: v@e.example", "X\rBcc", "X\u2028Bcc", "X\x00"])
def test_line_break_in_a_name_is_refused(value):
    with pytest.raises(ValueError, match="control character"):
        MailAddress("a@x.example", value)


@pytest.mark.parametrize("value", ["X\r\nBcc: v@e.example", "X\nBcc: v@e.example", "X\r\n Bcc"])
def test_line_break_in_a_subject_is_refused(value):
    with pytest.raises(ValueError, match="linefeed"):
        build_message(an_envelope(), a_rendered(subject=value))


def test_line_break_in_disguise_stays_in_the_subject():
    disguised = "=?utf-8?q?Hello=0D=0ABcc:_v@e.example?="

    message = build_message(an_envelope(), a_rendered(subject=disguised))

    assert headers(message)["Bcc"] is None
    assert headers(message).keys() == headers(build_message(an_envelope(), a_rendered())).keys()


@pytest.mark.parametrize("value", ["<a@b>\r\nBcc: v@e.example", "a@b", "<a b@c>", "<ид@b>"])
def test_message_id_of_another_form_is_refused(value):
    with pytest.raises(ValueError, match="form"):
        an_envelope(message_id=value)


@pytest.mark.parametrize(
    "value", ["a", "a@", "@b", "a b@c.example", "a@b\r\n", "ольга@x.example", "a@b@c d", "a@" + "ж" * 70]
)
def test_address_that_mail_cannot_reach_is_refused(value):
    with pytest.raises(ValueError, match="address"):
        MailAddress(value)


def test_address_in_a_national_domain_is_written_in_ascii():
    person = MailAddress("info@почта.рф")

    assert person.address == "info@xn--80a1acny.xn--p1ai"
