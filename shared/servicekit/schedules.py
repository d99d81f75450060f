"""Run what time brings: each schedule once when it is due, however many workers tick."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from servicekit import clock, dead_letters, inbox, keys, rates
from servicekit.auth import Actor
from servicekit.clock import SKEW, machine_now
from servicekit.inserts import insert_new
from servicekit.runtime import Runtime
from servicekit.service import Schedule
from servicekit.tables import idempotency, outbox, schedule

log = logging.getLogger(__name__)


def tick(runtime: Runtime) -> bool:
    """Run every schedule that is due; tell whether there was one."""
    with runtime.database.read() as session:
        now = clock.now(session)
        due_at = {row.name: row.due_at for row in session.execute(select(schedule).where(schedule.c.due_at > now))}
    due = [declared for declared in all_of(runtime) if not _waits(declared, due_at.get(declared.name), now)]
    ran = [_attempt(runtime, declared) for declared in due]
    return any(ran)


def all_of(runtime: Runtime) -> tuple[Schedule, ...]:
    """Return the service's schedules and the ones that every service has."""
    return (*runtime.service.schedules, _TIDYING)


def _waits(declared: Schedule, due_at: datetime | None, now: datetime) -> bool:
    """Tell whether its time is ahead; further than a round and what clocks differ by, one set it that was put back."""
    return due_at is not None and now < due_at <= now + declared.every + SKEW


def _attempt(runtime: Runtime, declared: Schedule) -> bool:
    """Run one; what fails stays due, and those after it have their turn."""
    try:
        return _run(runtime, declared)
    except Exception:  # whatever it is, the others are due
        log.exception("schedule failed", extra={"schedule": declared.name})
        return False


def _run(runtime: Runtime, declared: Schedule) -> bool:
    """One transaction: lock the row, run, set the next due time."""
    with runtime.database.write() as session:
        now = clock.now(session)
        insert_new(session, schedule, [{"name": declared.name, "due_at": now}])
        mine = select(schedule).where(schedule.c.name == declared.name).with_for_update(skip_locked=True)
        row = session.execute(mine).first()
        if row is None or _waits(declared, row.due_at, now):
            return False
        has_more = declared.run(session, now, runtime.actor)
        following = now if has_more else now + declared.every
        session.execute(update(schedule).where(schedule.c.name == declared.name).values(due_at=following))
    return True


def _tidy(session: Session, _now: datetime, actor: Actor) -> bool:
    inbox.prune(session)
    keys.forget(session)
    rates.prune(session)
    dead_letters.give_up_old(session, actor)
    session.execute(idempotency.delete().where(idempotency.c.created_at < machine_now() - timedelta(days=1)))
    session.execute(outbox.delete().where(outbox.c.sent_at < machine_now() - timedelta(days=30)))
    return False


_TIDYING = Schedule(name="servicekit.tidy", every=timedelta(hours=1), run=_tidy)
