import mailbox

import pytest

from letters import NOON, RECIPIENT, a_meeting, a_rendered, an_appointment, an_envelope, an_itinerary, worded
from notifications.mail import calendar
from notifications.mail.maildir import DiskMailbox, MailNotFoundError, parse_mail
from notifications.mail.message import build_message
from notifications.mail.outcome import State


@pytest.fixture
def box(tmp_path):
    return DiskMailbox(tmp_path / "var" / "mailbox")


def a_letter(number=1, **values):
    return build_message(an_envelope(message_id=f"<n-{number}.mail@caravan.example>"), a_rendered(**values))


def test_written_letter_is_accepted_and_comes_back(box):
    letter = worded(an_itinerary(new=(a_meeting(),)))
    parts = [calendar.request_part([an_appointment()], stamped_at=NOON)]

    outcome = box.write(build_message(an_envelope(), letter, parts))

    (key,) = box.message_ids()
    read = parse_mail(box.source(key))
    assert outcome.state is State.ACCEPTED
    assert (read.subject, read.recipient, read.recipient_address) == (letter.subject, RECIPIENT.name, RECIPIENT.address)
    assert box.message_ids() == {key: "<n-1.mail@caravan.example>"}
    assert (read.text, read.html.strip()) == (letter.text, letter.html.strip())
    assert [(file.filename, file.content) for file in read.attachments] == [("invite.ics", parts[0].content)]


def test_second_writing_of_a_letter_keeps_one(box):
    box.write(a_letter())

    again = box.write(a_letter())

    assert again.state is State.ACCEPTED
    assert len(box.message_ids()) == 1


def test_other_programs_read_the_folder_as_a_maildir(box, tmp_path):
    box.write(a_letter())

    found = list(mailbox.Maildir(tmp_path / "var" / "mailbox"))

    assert [message["Message-ID"] for message in found] == ["<n-1.mail@caravan.example>"]


def test_unfinished_letter_is_not_listed(box, tmp_path):
    (tmp_path / "var" / "mailbox" / "tmp" / "cut").write_bytes(b"From: a@b")

    assert box.message_ids() == {}


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "0" * 32, "new"])
def test_key_of_no_letter_finds_nothing(box, key):
    with pytest.raises(MailNotFoundError):
        box.source(key)
