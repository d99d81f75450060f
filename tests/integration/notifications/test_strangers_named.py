"""Mails to unconfirmed addresses are on hold; the numbers in names of tests are those of the list of bad inputs."""

import pytest

from builders.notifications import (
    NOON,
    Bus,
    a_contact,
    a_delegate,
    a_mission,
    a_participant,
    a_removal,
    an_application,
    an_organisation,
    deliveries,
)
from contracts.registration import (
    ApplicationApproved,
    ApplicationChangesRequested,
    ApplicationRejected,
    ApplicationSubmitted,
    SignInRequested,
)
from notifications import metrics
from notifications.models import DeliveryState
from notifications.sending import claims, sender
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from notifications.settings import settings_of
from servicekit import identifiers
from servicekit.bus import inbox

QUEUED, ACCEPTED, SUPPRESSED = DeliveryState.QUEUED, DeliveryState.ACCEPTED, DeliveryState.SUPPRESSED
STRANGERS_WORD, VOUCHED = a_contact(is_vouched_for=False), a_contact(is_vouched_for=True)


@pytest.fixture
def bus(runtime_of, tmp_path):
    made = Bus(runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox"))
    for event in (a_mission(), an_organisation(), a_delegate(), STRANGERS_WORD):
        made.send(event)
    return made


def standing(bus):
    return [(delivery.kind, delivery.state) for delivery in deliveries(bus.runtime)]


def sent(bus):
    while send_mail(bus.runtime):
        pass
    return standing(bus)


def test_121_nobody_writes_to_whom_a_stranger_named_until_somebody_vouches(bus):
    bus.send(an_application(ApplicationSubmitted))
    before = sent(bus)

    bus.send(VOUCHED)

    assert before == [("application_received", QUEUED)]
    assert sent(bus) == [("application_received", ACCEPTED)]


@pytest.mark.parametrize("verdict", [ApplicationRejected, ApplicationChangesRequested])
def test_121_verdicts_wait_too_and_the_newest_alone_is_told(bus, verdict):
    bus.send(an_application(ApplicationSubmitted))
    bus.send(an_application(verdict))
    before = sent(bus)

    bus.send(VOUCHED)

    assert [state for _kind, state in before] == [SUPPRESSED, QUEUED]
    assert [state for _kind, state in sent(bus)] == [SUPPRESSED, ACCEPTED]


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_approval_and_place_are_told_to_whom_a_stranger_named_and_nothing_before(bus, is_one_batch):
    bus.send(an_application(ApplicationSubmitted))
    bodies = [bus.body(event) for event in (an_application(ApplicationApproved), VOUCHED, a_participant())]
    for batch in [bodies] if is_one_batch else [[body] for body in bodies]:
        inbox.receive(bus.runtime, batch)
        send_mail(bus.runtime)

    told = [
        ("application_received", SUPPRESSED),
        ("application_approved", ACCEPTED),
        ("participant_admitted", ACCEPTED),
    ]
    assert sent(bus) == told


def test_news_before_of_those_who_are_written_to_is_not_dropped(bus):
    colleague = identifiers.derived("colleague")
    bus.send(a_delegate(delegate_id=colleague))
    bus.send(a_contact(person_id=colleague, email="colleague@example.org"))
    bus.send(an_application(ApplicationSubmitted))

    bus.send(an_application(ApplicationRejected))

    told = {(one.person_id == colleague, one.kind, one.state) for one in deliveries(bus.runtime)}
    assert told == {
        (True, "application_received", QUEUED),
        (True, "application_rejected", QUEUED),
        (False, "application_received", SUPPRESSED),
        (False, "application_rejected", QUEUED),
    }


def test_121_letter_that_was_claimed_waits_when_the_address_becomes_a_strangers(bus, tmp_path):
    bus.send(VOUCHED)
    bus.send(an_application(ApplicationSubmitted))
    (held,) = claims.claim(bus.runtime, 1)
    bus.send(a_contact(email="victim@example.org", is_vouched_for=False))

    sender._send(bus.runtime, sender.create_transport(settings_of(bus.runtime)), held)

    assert sent(bus) == [("application_received", QUEUED)]
    assert not (tmp_path / "mailbox" / "new").exists() or not list((tmp_path / "mailbox" / "new").iterdir())


def test_who_signs_in_is_written_to_whoever_named_the_address(bus):
    account = identifiers.derived("account")
    asked = SignInRequested(
        account_id=account, email="guest@example.org", language="ru", kind="invitation", sealed="", expires_at=NOON
    )

    bus.send(asked)

    assert sent(bus) == [("invitation", ACCEPTED)]


def test_who_was_forgotten_is_waited_for_no_more(bus):
    bus.send(an_application(ApplicationSubmitted))

    bus.send(a_removal())

    assert sent(bus) == [("application_received", SUPPRESSED)]


def test_what_waits_for_somebodys_word_alarms_nobody(bus):
    bus.send(an_application(ApplicationSubmitted))
    with bus.runtime.database.read() as session:
        before = list(metrics.age_of_oldest_unsettled(session))

    bus.send(VOUCHED)

    with bus.runtime.database.read() as session:
        ((_labels, age),) = metrics.age_of_oldest_unsettled(session)
    assert before == [((), 0.0)]
    assert age > 0
