from datetime import UTC, datetime, timedelta

import pytest

from notifications.mail.outcome import Outcome, Phase, State
from notifications.models import Delivery
from notifications.models.deliveries import RETRY_DELAYS

NOW = datetime(2024, 12, 10, 9, 0, tzinfo=UTC)


def a_delivery(**values):
    usual = {"state": "sending", "attempts": 0, "deferrals": 0, "fence": 1, "is_critical": False}
    return Delivery(**{**usual, **values})


def end(delivery, state):
    delivery.record_outcome(Outcome(state=state, phase=Phase.ANSWER, code=451, reason="why"), at=NOW, machine_at=NOW)
    return delivery


@pytest.mark.parametrize("state", [State.ACCEPTED, State.FAILED, State.UNKNOWN])
def test_final_outcome_settles_a_delivery(state):
    delivery = end(a_delivery(), state)

    assert (delivery.state, delivery.settled_at, delivery.attempts) == (str(state), NOW, 1)


def test_deferred_delivery_waits_longer_each_time_and_fails_in_the_end():
    delivery = a_delivery()

    waits = [end(delivery, State.DEFERRED).retry_at - NOW for _ in RETRY_DELAYS]
    end(delivery, State.DEFERRED)

    assert waits == list(RETRY_DELAYS)
    assert (delivery.state, delivery.error) == ("failed", "answer: 451 why")


def test_critical_delivery_of_unknown_fate_is_tried_once_more():
    delivery = end(a_delivery(is_critical=True), State.UNKNOWN)
    first = delivery.state

    end(delivery, State.UNKNOWN)

    assert (first, delivery.state) == ("deferred", "unknown")


def test_accepted_delivery_keeps_no_error():
    delivery = end(a_delivery(error="old"), State.ACCEPTED)

    assert delivery.error == ""


def test_delivery_that_is_sent_again_waits_from_the_start():
    delivery = end(a_delivery(deferrals=6), State.FAILED)

    delivery.resend()

    assert (delivery.state, delivery.deferrals, delivery.settled_at, delivery.attempts) == ("queued", 0, None, 1)


def a_passing_delivery(**values):
    return a_delivery(is_critical=True, content={"sealed": "x"}, expires_at=NOW + timedelta(minutes=10), **values)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.FAILED])
def test_settled_delivery_that_expires_keeps_nothing_of_what_it_told(state):
    assert end(a_passing_delivery(), state).content == {}


def test_suppressed_delivery_that_expires_keeps_nothing_of_what_it_told():
    delivery = a_passing_delivery()

    delivery.suppress(NOW)

    assert (delivery.state, delivery.content) == ("suppressed", {})


def test_settled_delivery_that_does_not_expire_keeps_its_content():
    assert end(a_delivery(content={"reason": "why"}), State.ACCEPTED).content == {"reason": "why"}


def test_deferred_delivery_that_expires_waits_no_longer_than_that():
    delivery = a_passing_delivery()

    waits = [end(delivery, State.DEFERRED).retry_at - NOW for _ in range(4)]

    assert waits == [*RETRY_DELAYS[:2], timedelta(minutes=10), timedelta(minutes=10)]
    assert delivery.content == {"sealed": "x"}
    assert delivery.is_expired(delivery.retry_at)
    assert not delivery.is_expired(delivery.retry_at - timedelta(microseconds=1))


def test_each_claim_raises_the_fence():
    delivery = a_delivery()

    delivery.claim(NOW)
    delivery.requeue(None, "")

    assert delivery.fence == 3
