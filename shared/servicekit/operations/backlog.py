"""How the events of a service stand at the moment, as its database knows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from servicekit import identifiers
from servicekit.bus.dead_letters import store
from servicekit.data.clock import machine_now
from servicekit.data.tables import membership, outbox


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What waits and what failed; ages are in seconds, 0 where there is nothing."""

    unsent: int
    oldest_unsent: float
    parked: int
    dead: int
    oldest_dead: float
    has_joined: bool
    gap: float
    """For how long the service has known that its queue was lost, and not healed."""


def of(session: Session) -> Standing:
    """Read it."""
    is_unsent, failed = outbox.c.sent_at.is_(None), store.counts(session)
    oldest = session.scalar(select(outbox.c.event_id).where(is_unsent).order_by(outbox.c.seq).limit(1))
    member = session.execute(select(membership.c.joined, membership.c.lost_at)).first()
    return Standing(
        unsent=session.scalar(select(func.count()).where(is_unsent)) or 0,
        oldest_unsent=_age(oldest and identifiers.made_at(oldest)),
        parked=failed.parked,
        dead=failed.dead,
        oldest_dead=_age(failed.oldest_dead_at),
        has_joined=bool(member and member.joined),
        gap=_age(member and member.lost_at),
    )


def _age(instant: datetime | None) -> float:
    return max((machine_now() - instant).total_seconds(), 0.0) if instant else 0.0
