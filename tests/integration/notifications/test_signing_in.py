"""Sign-in mails are sent at once or never, and nobody but the recipient gets their link and code."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from builders.accounts import ACCOUNT, ADDRESS, CODE, LINK, a_sign_in, an_invitation, contact, other_factors
from builders.notifications import (
    Bus,
    a_contact,
    a_delivery,
    a_known_mission,
    a_region,
    a_removal,
    an_application,
    deliveries,
)
from letters import plain
from letters_read import body_of, letters_in, letters_taken
from mail_servers import a_mail_server, a_villain
from notifications.commands import ResendDelivery
from notifications.errors import NotResendableError
from notifications.handlers.deliveries import resend_delivery
from notifications.models import Delivery, Notification
from notifications.sending import claims
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit.data.clock import machine_now
from servicekit.data.tables import outbox

SPACED = f"{CODE[:3]} {CODE[3:]}"
OF_THE_SERVER = "mail.log"
"""The logger of the tests' mail server."""


@pytest.fixture
def sending(desk, sqlite_runtime_of):
    """A service that sends to a real mail server."""
    with a_mail_server(desk) as port:
        yield Bus(sqlite_runtime_of(SERVICE, smtp_url=f"smtp://127.0.0.1:{port}"))


def letter_in(desk):
    (letter,) = letters_taken(desk.taken)
    return letter


def words_of(letter, kind="plain"):
    return plain(body_of(letter, kind)).replace("\r\n", "\n")


def change(runtime, **values):
    with runtime.database.write() as session:
        session.execute(update(Delivery).values(**values))


def make_late(runtime):
    change(runtime, expires_at=machine_now() - timedelta(milliseconds=1))


def resend(runtime):
    with runtime.database.write() as session:
        resend_delivery(session, ResendDelivery(delivery_id=a_delivery(runtime).id), runtime.actor)


def test_who_asks_is_sent_link_and_code_at_once(sending, desk):
    sending.send(a_sign_in())

    send_mail(sending.runtime)

    letter = letter_in(desk)
    assert str(letter["To"]) == ADDRESS
    assert f'href="{LINK}"' in body_of(letter, "html")
    assert LINK in words_of(letter)
    assert SPACED in words_of(letter)
    assert SPACED in words_of(letter, "html")


@pytest.mark.parametrize(
    ("language", "subject"),
    [("ru", "Второй фактор для входа в Караван изменён"), ("en", "Your second factor for Caravan has changed")],
)
def test_owner_of_an_account_is_told_that_its_second_factors_have_changed(sending, desk, language, subject):
    sending.send(other_factors(language=language))

    send_mail(sending.runtime)

    letter = letter_in(desk)
    assert (str(letter["To"]), str(letter["Subject"])) == (ADDRESS, subject)
    assert "/registration/me/factors" in words_of(letter)


def test_what_was_sealed_is_wiped_when_the_letter_has_left(sending):
    runtime = sending.runtime
    sending.send(a_sign_in())
    sealed = a_delivery(runtime).content

    send_mail(runtime)

    delivery = a_delivery(runtime)
    assert (delivery.state, delivery.content) == ("accepted", {})
    assert set(sealed) == {"sealed"}
    with runtime.database.read() as session:
        assert session.scalars(select(Notification.content)).all() == [{}]


def test_nothing_that_is_kept_or_logged_tells_link_or_code(sending, desk, caplog):
    runtime = sending.runtime
    desk.answers["DATA"] = f"554 <{LINK}> is listed, {CODE} {SPACED}"
    caplog.set_level(logging.DEBUG)
    sending.send(a_sign_in())

    send_mail(runtime)

    delivery = a_delivery(runtime)
    assert (delivery.state, delivery.error.strip()) == ("failed", "answer: 554")
    with runtime.database.read() as session:
        kept = [plain(str(row)) for table in SERVICE.metadata.tables.values() for row in session.execute(select(table))]
    logged = [plain(f"{record.__dict__}") for record in caplog.records if record.name != OF_THE_SERVER]
    assert logged
    for words in (*kept, *logged):
        assert not any(secret in words for secret in (LINK, CODE, SPACED))


def test_nobody_else_is_told_who_signs_in(sending):
    sending.send(a_sign_in())

    send_mail(sending.runtime)

    with sending.runtime.database.read() as session:
        told = session.scalars(select(outbox.c.body)).all()
    assert [body for body in told if "service.installed" not in body] == []


def test_erased_account_stays_erased_and_is_not_written_to(sending, desk):
    runtime = sending.runtime
    sending.send(a_removal(person_id=ACCOUNT))
    sending.send(a_sign_in(), version=9)

    send_mail(runtime)

    assert (contact(runtime).is_removed, contact(runtime).email) == (True, "")
    assert (a_delivery(runtime).state, a_delivery(runtime).content) == ("suppressed", {})
    assert desk.taken == []


def test_letter_that_has_waited_too_long_is_suppressed(sending, desk):
    runtime = sending.runtime
    sending.send(a_sign_in())
    make_late(runtime)

    send_mail(runtime)

    assert (a_delivery(runtime).state, a_delivery(runtime).content) == ("suppressed", {})
    assert desk.taken == []


def test_letter_that_has_waited_too_long_does_not_come_into_the_mailbox_on_disk(bus, runtime):
    bus.send(a_sign_in())
    make_late(runtime)

    send_mail(runtime)

    assert a_delivery(runtime).state == "suppressed"
    assert letters_in(Path(runtime.settings.mailbox_dir)) == []


def test_letter_that_is_late_before_its_final_dot_is_suppressed(sqlite_runtime_of):
    with a_villain() as villain:
        runtime = sqlite_runtime_of(SERVICE, smtp_url=f"smtp://127.0.0.1:{villain.port}")
        villain.script["RCPT"] = lambda connection: (make_late(runtime), connection.sendall(b"250 ok\r\n"), True)[2]
        Bus(runtime).send(a_sign_in())

        send_mail(runtime)

    assert (a_delivery(runtime).state, a_delivery(runtime).content) == ("suppressed", {})
    assert villain.letters == []


def test_letter_that_expires_leaves_before_those_that_wait(runtime_of):
    runtime = runtime_of(SERVICE, smtp_url="smtp://127.0.0.1:1")
    a_known_mission(Bus(runtime)).send(an_application())
    Bus(runtime).send(a_sign_in())

    (held,) = claims.claim(runtime, 1)

    assert {d.id: d.kind for d in deliveries(runtime)}[held.delivery_id] == "sign_in"


def test_settled_letter_to_sign_in_with_is_not_sent_again(sending, desk):
    runtime = sending.runtime
    desk.answers["RCPT"] = "550 no such user"
    sending.send(a_sign_in())
    send_mail(runtime)

    with pytest.raises(NotResendableError, match="asks for new ones"):
        resend(runtime)


def test_invitation_leads_to_where_one_signs_in_and_can_be_sent_again(sending, desk):
    runtime = sending.runtime
    desk.answers["RCPT"] = "550 no such user"
    sending.send(an_invitation())
    send_mail(runtime)
    del desk.answers["RCPT"]

    resend(runtime)
    send_mail(runtime)

    assert "Войти: http://127.0.0.1:8000/registration/sign-in\n" in words_of(letter_in(desk))


def test_letter_that_was_sealed_with_another_secret_fails_and_says_so(sending, desk):
    sending.send(a_sign_in(sealed="not.sealed.here"))

    send_mail(sending.runtime)

    assert a_delivery(sending.runtime).state == "failed"
    assert "cannot be unsealed" in a_delivery(sending.runtime).error
    assert desk.taken == []


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ([a_contact(email=ADDRESS, timezone="Asia/Krasnoyarsk")], "в Красноярске."),
        ([a_region("RU-KLU", "Europe/Moscow")], "в Калуге."),
        ([a_region("RU-KLU", "Europe/Moscow"), a_region("RU-KYA", "Asia/Krasnoyarsk")], "в Красноярске"),
        ([a_region(f"R-{n}", f"Etc/GMT-{n}") for n in range(3)], "по UTC."),
        ([], "по UTC."),
    ],
)
def test_deadline_is_told_on_the_readers_clock_as_far_as_it_is_known(sending, desk, known, told):
    for event in known:
        sending.send(event)
    sending.send(a_sign_in())

    send_mail(sending.runtime)

    (line,) = [line for line in words_of(letter_in(desk)).splitlines() if line.startswith("Действует")]
    assert told in line
