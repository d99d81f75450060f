"""Metrics of deliveries and of attempts to send them."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from notifications.models import Attempt, Contact, Delivery, PastAttempts
from notifications.models.deliveries import SETTLED
from servicekit import identifiers
from servicekit.data.clock import machine_now
from servicekit.service import Figure

Values = Iterable[tuple[tuple[str, ...], float]]


def count_deliveries(session: Session) -> Values:
    """Count deliveries by channel and state."""
    keys = (Delivery.channel, Delivery.state)
    for channel, state, number in session.execute(select(*keys, func.count()).group_by(*keys).order_by(*keys)):
        yield (channel, state), number


def count_attempts(session: Session) -> Values:
    """Count ended attempts by channel and state, including those that are deleted by now."""
    keys = (Delivery.channel, Attempt.state)
    ended = select(*keys, func.count()).join(Delivery, Delivery.id == Attempt.delivery_id)
    counts = Counter[tuple[str, str]]()
    for channel, state, number in session.execute(ended.where(Attempt.ended_at.is_not(None)).group_by(*keys)):
        counts[channel, state] += number
    for past in session.scalars(select(PastAttempts)):
        counts[past.channel, past.state] += past.number
    yield from sorted(counts.items())


def count_unknown_attempts(session: Session) -> Values:
    """Count attempts after which it is unknown whether the mail arrived."""
    unknown = select(func.count()).where(Attempt.ended_at.is_not(None), Attempt.state == "unknown")
    past = select(func.sum(PastAttempts.number)).where(PastAttempts.state == "unknown")
    yield (), (session.scalar(unknown) or 0) + (session.scalar(past) or 0)


def age_of_oldest_unsettled(session: Session) -> Values:
    """Return the age in seconds of the oldest unsettled delivery; deliveries on hold do not count. 0.0 if none."""
    waiting = select(Delivery.position).outerjoin(Contact, Contact.id == Delivery.person_id)
    unsettled = Delivery.state.not_in(SETTLED), or_(Contact.id.is_(None), ~Contact.is_on_hold)
    position = session.scalar(waiting.where(*unsettled).order_by(Delivery.position).limit(1))
    yield (), (machine_now() - identifiers.made_at(position)).total_seconds() if position else 0.0


METRICS = (
    Figure(
        name="deliveries", about="Deliveries by channel and state.", labels=("channel", "state"), read=count_deliveries
    ),
    Figure(
        name="delivery_total",
        about="Ended attempts to deliver, by channel and state.",
        labels=("channel", "state"),
        only_grows=True,
        read=count_attempts,
    ),
    Figure(
        name="delivery_unknown_total",
        about="Attempts after which it is unknown whether the mail arrived.",
        only_grows=True,
        read=count_unknown_attempts,
    ),
    Figure(
        name="delivery_age_seconds",
        about="Age of the oldest delivery that is not settled.",
        read=age_of_oldest_unsettled,
    ),
)
