"""Each mail is sent to the server once, and the server's reply decides the state of the delivery."""

from threading import Thread

import pytest
from sqlalchemy import select

from builders.meetings import a_line, an_agreement, an_itinerary
from builders.notifications import (
    Bus,
    a_contact,
    a_delegate,
    a_delivery,
    a_known_mission,
    a_removal,
    an_application,
    an_organisation,
    deliveries,
)
from faults import shifted
from letters import plain
from mail_servers import a_mail_server
from notifications.models import Attempt
from notifications.models.deliveries import RETRY_DELAYS
from notifications.sending import claims
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from rounds_of_senders import make_due, work_off
from servicekit import identifiers
from servicekit.data.tables import outbox


def attempts(runtime):
    with runtime.database.read() as session:
        return [(a.state, a.phase) for a in session.scalars(select(Attempt).order_by(Attempt.began_at))]


def settled(runtime):
    with runtime.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
    return [body for body in bodies if "caravan.notification.settled.v1" in body]


@pytest.mark.parametrize("database_kind", ["postgresql"])  # processes that share a SQLite file share a clock
def test_letter_in_hand_is_not_taken_by_a_sender_whose_clock_is_ahead(runtime_of):
    runtime = runtime_of(SERVICE, smtp_url="smtp://127.0.0.1:1")
    a_known_mission(Bus(runtime)).send(an_application())
    (held,) = claims.claim(runtime, 1)
    claims.begin_handover(runtime, held)

    with shifted.here(2 * 60 * 60):
        claims.recover_expired_claims(runtime)

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


def test_letter_that_is_deferred_for_ever_fails_after_the_last_wait(sending, desk):
    runtime = sending.runtime
    desk.answers["RCPT"] = "451 greylisted"
    sending.send(an_application())
    for _ in RETRY_DELAYS:
        work_off(runtime)
        make_due(runtime)
    before = a_delivery(runtime).state

    work_off(runtime)

    delivery = a_delivery(runtime)
    assert (before, delivery.state, delivery.attempts) == ("deferred", "failed", len(RETRY_DELAYS) + 1)


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
    claims.recover_expired_claims(runtime)

    with pytest.raises(claims.ClaimLostError):
        claims.begin_handover(runtime, slow)
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


def test_address_that_a_server_repeats_is_not_kept(sending, desk):
    desk.answers["RCPT"] = "550 <guest@example.org> no such user"
    sending.send(an_application())

    work_off(sending.runtime)

    delivery = a_delivery(sending.runtime)
    assert delivery.error == "recipient: 550 <…> no such user"
    with sending.runtime.database.read() as session:
        assert session.scalars(select(Attempt.reason)).one() == "<…> no such user"
