"""Claims on deliveries that are being sent: each step is a transaction of its own, guarded by the fencing token."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from notifications.events import publish_settled
from notifications.mail.outcome import Outcome, Phase, State
from notifications.models import Attempt, Contact, Delivery, DeliveryState
from notifications.models.deliveries import RETRY_DELAYS, WAITING
from notifications.settings import Settings
from servicekit.data import clock, context
from servicekit.data.clock import machine_now
from servicekit.service import Runtime

R = TypeVar("R")

MAX_TRIES = 5
EMAIL_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
SENDER_LOST = Outcome(
    state=State.UNKNOWN, phase=Phase.ANSWER, reason="the sender was lost while the letter was leaving"
)


class ClaimLostError(Exception):
    """The lease has ended and the delivery was taken over, or its recipient was erased."""


class DeliveryExpiredError(Exception):
    """It is too late to send the mail."""


@dataclass(frozen=True)
class Claim:
    """A claimed delivery with its fencing token."""

    delivery_id: UUID
    fence: int
    traceparent: str | None = None
    """The trace context of the event that caused the delivery."""


def has_work(session: Session) -> bool:
    """Return whether a delivery is due, or a claim has expired."""

    def exists(query: Select[Delivery]) -> bool:
        return session.scalar(query.with_only_columns(Delivery.id).limit(1)) is not None

    return exists(_select_due()) or exists(_select_expired_leases(session))


def claim(runtime: Runtime, limit: int) -> list[Claim]:
    """Claim up to `limit` due deliveries; those to people who opted out are suppressed instead."""

    def take(session: Session) -> list[Claim]:
        until = clock.shared_now(session) + timedelta(seconds=_settings(session).claim_seconds)
        due = session.scalars(_select_due().limit(limit).with_for_update(skip_locked=True, of=Delivery)).all()
        unwanted = {d.id for d in due if not session.get_one(Contact, d.person_id).accepts_mail}
        for delivery in due:
            if delivery.id in unwanted:
                _suppress(session, delivery)
            else:
                delivery.claim(until)
        return [
            Claim(delivery.id, delivery.fence, delivery.traceparent) for delivery in due if delivery.id not in unwanted
        ]

    return run_in_transaction(runtime, take)


def recover_expired_claims(runtime: Runtime) -> None:
    """Take over deliveries whose claim has expired: queue them again; if the mail may be sent, record it as unknown."""

    def take_over(session: Session) -> None:
        for delivery in session.scalars(_select_expired_leases(session).with_for_update(skip_locked=True)):
            attempt = session.get(Attempt, (delivery.id, delivery.fence))
            if attempt is None:
                delivery.requeue(None, "")
                continue
            attempt.end(SENDER_LOST, machine_now())
            _record_outcome(session, delivery, SENDER_LOST)
            delivery.fence += 1

    run_in_transaction(runtime, take_over)


def begin_handover(runtime: Runtime, claimed: Claim) -> None:
    """Record the attempt before the final dot is sent: from now on the mail may be delivered.

    Raises:
        ClaimLostError: the claim is lost.
        DeliveryExpiredError: it is too late to send the mail.

    """

    def note(session: Session) -> None:
        delivery = _lock_claimed(session, claimed)
        if delivery.is_expired(machine_now()):
            raise DeliveryExpiredError
        delivery.lease_until = clock.shared_now(session) + timedelta(seconds=_settings(session).handover_seconds)
        session.add(Attempt(delivery_id=claimed.delivery_id, fence=claimed.fence, began_at=machine_now()))

    run_in_transaction(runtime, note)


def record_outcome(runtime: Runtime, claimed: Claim, outcome: Outcome, subject: str) -> None:
    """Record the outcome of an attempt; addresses, and replies that may quote a secret mail, are removed from it.

    Raises:
        ClaimLostError: the claim is lost.

    """

    def keep(session: Session) -> None:
        delivery = _lock_claimed(session, claimed)
        kept = replace(outcome, reason=_safe_reason(delivery, outcome))
        attempt = session.get(Attempt, (claimed.delivery_id, claimed.fence))
        if attempt is None:
            attempt = Attempt(delivery_id=claimed.delivery_id, fence=claimed.fence, began_at=machine_now())
            session.add(attempt)
        attempt.end(kept, machine_now())
        delivery.subject = subject or delivery.subject
        _record_outcome(session, delivery, kept)

    run_in_transaction(runtime, keep)


def requeue(runtime: Runtime, claimed: Claim, after: timedelta, why: str) -> None:
    """Return a delivery that cannot be sent yet to the queue.

    Raises:
        ClaimLostError: the claim is lost.

    """
    run_in_transaction(runtime, lambda session: _lock_claimed(session, claimed).requeue(machine_now() + after, why))


def suppress(runtime: Runtime, claimed: Claim) -> None:
    """Settle a claimed delivery without sending it.

    Raises:
        ClaimLostError: the claim is lost.

    """
    run_in_transaction(runtime, lambda session: _suppress(session, _lock_claimed(session, claimed)))


def run_in_transaction(runtime: Runtime, work: Callable[[Session], R]) -> R:
    """Run `work` in one transaction; repeat it a few times on serialisation conflicts and locks."""
    for attempt in range(1, MAX_TRIES + 1):
        try:
            with runtime.database.write() as session:
                return work(session)
        except Exception as error:
            if attempt == MAX_TRIES or not runtime.database.is_contention(error):
                raise
    raise AssertionError("unreachable")


def _suppress(session: Session, delivery: Delivery) -> None:
    delivery.suppress(clock.now(session))
    publish_settled(session, delivery)


def _safe_reason(delivery: Delivery, outcome: Outcome) -> str:
    """Return the reason of an outcome without addresses; empty for a secret mail, as the server may quote its link."""
    if delivery.expires_at is not None and outcome.code is not None:
        return ""
    return EMAIL_ADDRESS.sub("…", outcome.reason)


def _record_outcome(session: Session, delivery: Delivery, outcome: Outcome) -> None:
    delivery.record_outcome(outcome, at=clock.now(session), machine_at=machine_now())
    if delivery.is_settled:
        publish_settled(session, delivery)


def _lock_claimed(session: Session, claimed: Claim) -> Delivery:
    delivery = session.get(Delivery, claimed.delivery_id, with_for_update=True)
    if delivery is None or delivery.fence != claimed.fence or delivery.state != DeliveryState.SENDING:
        raise ClaimLostError(claimed.delivery_id)
    return delivery


def _select_due() -> Select[Delivery]:
    """Select due deliveries, expiring ones first; deliveries without a contact, or on hold, are not due."""
    is_time = or_(Delivery.retry_at.is_(None), clock.has_come(Delivery.retry_at, RETRY_DELAYS[-1]))
    query = select(Delivery).join(Contact, Contact.id == Delivery.person_id)
    return query.where(Delivery.state.in_(WAITING), is_time, ~Contact.is_on_hold).order_by(
        Delivery.expires_at.is_(None), Delivery.position
    )


def _select_expired_leases(session: Session) -> Select[Delivery]:
    is_left = and_(Delivery.state == DeliveryState.SENDING, Delivery.lease_until < clock.shared_now(session))
    return select(Delivery).where(is_left).order_by(Delivery.position)


def _settings(session: Session) -> Settings:
    settings = context.of(session).settings
    assert isinstance(settings, Settings)
    return settings
