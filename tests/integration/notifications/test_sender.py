import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import select, update

from builders.notifications import (
    HOST,
    Bus,
    a_contact,
    a_delegate,
    a_delivery,
    a_known_mission,
    a_line,
    a_mission,
    a_participant,
    a_removal,
    an_agreement,
    an_application,
    an_itinerary,
    an_organisation,
    cancelled,
    deliveries,
    moved,
)
from contracts import registration
from faults import shifted
from ical_reader import parse
from letters import plain
from mail_servers import Desk, a_mail_server, a_villain, fall_silent, hang_up
from notifications.commands import ResendDelivery
from notifications.handlers.resending import resend_delivery
from notifications.models import Attempt, Delivery
from notifications.models.deliveries import WAITS
from notifications.sending import claims
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit import clock, identifiers
from servicekit.tables import outbox

QUICK = {"smtp_timeout_seconds": 2, "smtp_deadline_seconds": 5, "smtp_answer_seconds": 0.5}


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def smtp_runtime_of(sqlite_runtime_of, tmp_path):
    def make(port, **settings):
        return sqlite_runtime_of(SERVICE, smtp_url=f"smtp://127.0.0.1:{port}", **{**QUICK, **settings})

    return make


@pytest.fixture
def sending(desk, smtp_runtime_of):
    """A service that sends to a real mail server, and knows the mission."""
    with a_mail_server(desk) as port:
        runtime = smtp_runtime_of(port)
        yield a_known_mission(Bus(runtime))


def work_off(runtime):
    while send_mail(runtime):
        pass


def attempts(runtime):
    with runtime.database.read() as session:
        return [(a.state, a.phase) for a in session.scalars(select(Attempt).order_by(Attempt.began_at))]


def settled(runtime):
    with runtime.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
    return [body for body in bodies if "caravan.notification.settled.v1" in body]


def make_due(runtime):
    """Let the waits of what is deferred, and the leases of what is held, be over."""
    past = clock.machine_now() - timedelta(seconds=1)
    with runtime.database.write() as session:
        session.execute(update(Delivery).where(Delivery.retry_at.is_not(None)).values(retry_at=past))
        session.execute(update(Delivery).where(Delivery.lease_until.is_not(None)).values(lease_until=past))


@pytest.mark.parametrize("database_kind", ["postgresql"])  # who shares a file of SQLite shares a clock
def test_letter_in_hand_is_not_taken_by_a_sender_whose_clock_is_ahead(runtime_of):
    runtime = runtime_of(SERVICE, smtp_url="smtp://127.0.0.1:1")
    a_known_mission(Bus(runtime)).send(an_application())
    (held,) = claims.claim(runtime, 1)
    claims.begin(runtime, held)

    with shifted.here(2 * 60 * 60):
        claims.recover(runtime)

    assert a_delivery(runtime).state == "sending"


def test_letter_goes_to_the_server_and_is_settled_once(sending, desk):
    runtime = sending.runtime
    sending.send(an_application())

    work_off(runtime)

    delivery = a_delivery(runtime)
    assert (delivery.state, delivery.attempts, delivery.error) == ("accepted", 1, "")
    assert plain(delivery.subject) == "Заявка одобрена: ООО «Датчик»"
    assert [envelope.rcpt_tos for envelope in desk.taken] == [["guest@example.org"]]
    assert len(settled(runtime)) == 1


def test_letters_speak_the_language_of_their_reader_and_tell_both_clocks(sending, desk):
    runtime = sending.runtime
    line = a_line()
    sending.send(an_itinerary(line))
    sending.send(an_itinerary(moved(line), number=2, cause="late_arrival"))
    sending.send(an_agreement())

    work_off(runtime)

    letters = [message_from_bytes(e.content, policy=policy.default) for e in desk.taken]
    texts = [plain(letter.get_body(("plain",)).get_content()) for letter in letters]
    (change,) = [text for text in texts if "было" in text.lower()]
    assert "12:30–13:00 в Калуге, 16:30–17:00 в Красноярске" in change
    assert "Делегат прибывает позже" in change
    (english,) = [text for text in texts if "Supply contract" in text]
    assert "Sensor LLC" in english
    assert "RUB 4,200,000" in english


def test_partner_that_left_is_quoted_with_its_own_reason(sending, desk):
    sending.send(an_itinerary(a_line()))
    sending.send(a_participant(registration.ParticipantWithdrawn, organisation_id=HOST, reason="Авария на станции"))
    sending.send(an_itinerary(cancelled(a_line(), "withdrawn"), number=2, cause="cancellation"))

    work_off(sending.runtime)

    assert any("Авария на станции" in text_of(envelope) for envelope in desk.taken)


def text_of(envelope):
    return message_from_bytes(envelope.content, policy=policy.default).get_body(("plain",)).get_content()


def test_calendar_part_of_an_itinerary_names_meeting_partner_and_change(sending, desk):
    runtime = sending.runtime
    line = a_line()
    sending.send(an_itinerary(line))
    sending.send(an_itinerary(moved(line), number=2))

    work_off(runtime)

    letters = [message_from_bytes(e.content, policy=policy.default) for e in desk.taken]
    entries = [
        parse(part.get_content().replace("\r\n", "\n").replace("\n", "\r\n")).every("VEVENT")[0]
        for letter in letters
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert {entry["UID"].value for entry in entries} == {f"{line.meeting_id}@caravan.localhost"}
    assert sorted(entry["SEQUENCE"].value for entry in entries) == ["0", "1"]
    assert {entry["SUMMARY"].text for entry in entries} == {"Встреча: АО «Теплосеть»"}
    assert sorted(entry["DTSTART"].value for entry in entries) == ["20241210T160000", "20241210T163000"]


def test_erased_contact_is_suppressed_without_a_word_to_the_server(sending, desk):
    runtime = sending.runtime
    sending.send(an_application())
    sending.send(a_removal())

    work_off(runtime)

    assert a_delivery(runtime).state == "suppressed"
    assert desk.taken == []
    assert len(settled(runtime)) == 1


@pytest.mark.parametrize(
    ("answers", "state", "phase"),
    [
        ({"RCPT": "451 greylisted"}, "deferred", "recipient"),
        ({"RCPT": "550 no such user"}, "failed", "recipient"),
        ({"DATA": "452 full"}, "deferred", "answer"),
        ({"DATA": "554 spam"}, "failed", "answer"),
    ],
)
def test_refusal_of_the_server_decides_the_state(sending, desk, answers, state, phase):
    desk.answers.update(answers)
    sending.send(an_application())

    send_mail(sending.runtime)

    assert a_delivery(sending.runtime).state == state
    assert attempts(sending.runtime) == [(state, phase)]


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ({"BANNER": fall_silent}, "deferred"),
        ({"DATA": b"421 closing\r\n"}, "deferred"),
        ({"DOT": hang_up}, "unknown"),
        ({"DOT": fall_silent}, "unknown"),
        ({"QUIT": b"421 bye\r\n"}, "accepted"),
    ],
)
def test_villain_decides_the_state(smtp_runtime_of, script, state):
    with a_villain(**script) as villain:
        runtime = smtp_runtime_of(villain.port, smtp_timeout_seconds=0.5)
        a_known_mission(Bus(runtime)).send(an_application())

        send_mail(runtime)

    assert a_delivery(runtime).state == state


def test_unknown_is_not_sent_again_by_itself_but_on_request_under_the_same_id(smtp_runtime_of):
    with a_villain(DOT=hang_up) as villain:
        runtime = smtp_runtime_of(villain.port)
        a_known_mission(Bus(runtime)).send(an_application())
        work_off(runtime)
        make_due(runtime)
        work_off(runtime)
        by_itself = len(villain.letters)

        with runtime.database.write() as session:
            resend_delivery(session, ResendDelivery(delivery_id=a_delivery(runtime).id), runtime.actor)
        work_off(runtime)

    assert by_itself == 1
    assert len({message_from_bytes(letter)["Message-ID"] for letter in villain.letters}) == 1
    assert len(villain.letters) == 2


def test_critical_message_of_unknown_fate_is_sent_once_more(smtp_runtime_of):
    with a_villain(DOT=hang_up) as villain:
        runtime = smtp_runtime_of(villain.port)
        bus = a_known_mission(Bus(runtime))
        bus.send(an_application())
        with runtime.database.write() as session:
            session.execute(update(Delivery).values(is_critical=True))

        for _ in range(4):
            work_off(runtime)
            make_due(runtime)

    assert len(villain.letters) == 2
    assert a_delivery(runtime).state == "unknown"


def test_letter_that_is_deferred_for_ever_fails_after_the_last_wait(sending, desk):
    runtime = sending.runtime
    desk.answers["RCPT"] = "451 greylisted"
    sending.send(an_application())
    for _ in WAITS:
        work_off(runtime)
        make_due(runtime)
    before = a_delivery(runtime).state

    work_off(runtime)

    delivery = a_delivery(runtime)
    assert (before, delivery.state, delivery.attempts) == ("deferred", "failed", len(WAITS) + 1)


def test_letter_waits_for_the_name_of_its_partner(sending):
    runtime = sending.runtime
    stranger = identifiers.derived("stranger")
    sending.send(an_itinerary(a_line(partner_id=stranger)))
    send_mail(runtime)
    waiting = a_delivery(runtime)

    sending.send(an_organisation(organisation_id=stranger))
    make_due(runtime)
    work_off(runtime)

    assert (waiting.state, waiting.attempts) == ("queued", 0)
    assert str(stranger) in waiting.error
    assert a_delivery(runtime).state == "accepted"


def test_address_that_cannot_be_written_fails_and_the_others_go(sending, desk):
    runtime = sending.runtime
    sending.send(a_contact(email="nobody"))
    sending.send(an_agreement())

    work_off(runtime)

    assert sorted(d.state for d in deliveries(runtime)) == ["accepted", "failed"]
    assert len(desk.taken) == 1


def test_sender_whose_lease_ran_out_does_not_send(sending, desk):
    runtime = sending.runtime
    sending.send(an_application())
    (slow,) = claims.claim(runtime, 1)
    make_due(runtime)
    claims.recover(runtime)

    with pytest.raises(claims.ClaimLostError):
        claims.begin(runtime, slow)
    work_off(runtime)

    assert a_delivery(runtime).state == "accepted"
    assert len(desk.taken) == 1


def test_two_senders_send_each_letter_once(runtime_of, desk):
    with a_mail_server(desk) as port:
        runtime = runtime_of(SERVICE, smtp_url=f"smtp://127.0.0.1:{port}")
        bus = a_known_mission(Bus(runtime))
        for number in range(12):
            person = identifiers.derived("person", number)
            bus.send(a_delegate(delegate_id=person))
            bus.send(a_contact(person_id=person, email=f"p{number}@example.org"))
        bus.send(an_application())

        senders = [Thread(target=work_off, args=(runtime,)) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

    assert len(desk.taken) == 13
    assert len({envelope.rcpt_tos[0] for envelope in desk.taken}) == 13
    assert {d.state for d in deliveries(runtime)} == {"accepted"}


SENDER = """
    from servicekit.runtime import assemble
    from notifications.service import SERVICE
    from notifications.sending.sender import send_mail
    send_mail(assemble(SERVICE))
"""


@pytest.mark.parametrize(
    ("step", "state", "copies"), [("DOT", "unknown", 1), ("DATA", "accepted", 1), ("RCPT", "accepted", 1)]
)
def test_sender_killed_in_the_middle(smtp_runtime_of, step, state, copies):
    with a_villain(**{step: fall_silent}) as villain:
        runtime = smtp_runtime_of(villain.port, smtp_timeout_seconds=60, smtp_answer_seconds=60)
        a_known_mission(Bus(runtime)).send(an_application())
        kill_in_the_middle(runtime, villain, step)

        make_due(runtime)
        villain.script.clear()
        work_off(runtime)

        assert a_delivery(runtime).state == state
        assert len(villain.letters) == copies


def kill_in_the_middle(runtime, villain, step):
    reached = []
    silent = villain.script[step]
    villain.script[step] = lambda connection: (reached.append(step), silent(connection))[1]
    names = ("database_url", "smtp_url", "smtp_timeout_seconds", "smtp_deadline_seconds", "smtp_answer_seconds")
    given = {f"NOTIFICATIONS_{name}".upper(): str(getattr(runtime.settings, name)) for name in names}
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(SENDER)], env={**os.environ, **given})
    end = monotonic() + 20
    while not reached and monotonic() < end and child.poll() is None:
        sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert reached


def test_letter_names_the_organiser_alone_where_the_mission_has_no_phone(sending, desk):
    sending.send(a_mission(organiser_phone=""))
    sending.send(an_application())

    work_off(sending.runtime)

    letter = message_from_bytes(desk.taken[0].content, policy=policy.default)
    for kind in ("plain", "html"):
        assert "Вопросы: Правительство Калужской области." in letter.get_body((kind,)).get_content()


def test_address_that_a_server_repeats_is_not_kept(sending, desk):
    desk.answers["RCPT"] = "550 <guest@example.org> no such user"
    sending.send(an_application())

    work_off(sending.runtime)

    delivery = a_delivery(sending.runtime)
    assert delivery.error == "recipient: 550 <…> no such user"
    with sending.runtime.database.read() as session:
        assert session.scalars(select(Attempt.reason)).one() == "<…> no such user"
