"""What people did to events: one row for each action, in the transaction of the action, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicekit import context
from servicekit.auth import Actor
from servicekit.clock import machine_now
from servicekit.tables import audit


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The event that an action is about."""

    source: str
    event_id: str
    type: str | None


@dataclass(frozen=True, kw_only=True)
class Action:
    """What somebody did to an event, when and why, and what came of it at once."""

    at: datetime
    actor: str
    action: str
    reason: str
    outcome: str


def record(session: Session, actor: Actor, action: str, reason: str, outcomes: Sequence[tuple[Subject, str]]) -> None:
    """Note one action on some events, each with its outcome."""
    alike = {
        "at": machine_now(),
        "actor": actor.id[:64],
        "action": action,
        "service": context.of(session).service,
        "reason": reason,
    }
    rows = [
        alike | {"source": about.source, "event_id": about.event_id, "type": about.type, "outcome": outcome}
        for about, outcome in outcomes
    ]
    if rows:
        session.execute(audit.insert(), rows)


def of(session: Session, source: str, event_id: str) -> list[Action]:
    """List what was done to an event, the first action first."""
    mine = select(audit).where(audit.c.event_id == event_id, audit.c.source == source).order_by(audit.c.seq)
    return [
        Action(at=row.at, actor=row.actor, action=row.action, reason=row.reason, outcome=row.outcome)
        for row in session.execute(mine)
    ]
