"""Wait until an instance is at rest: nothing to send, in a queue, parked or due, and no letter on its way."""

import time

from sqlalchemy import func, select, text

from faults.evidence import Evidence, unsent
from faults.queues import ready
from notifications.models import Contact, Delivery, DeliveryState
from servicekit.bus import topology
from servicekit.data import clock
from servicekit.data.tables import inbox, schedule
from servicekit.service import Runtime

PAUSE_SECONDS = 0.2
LOOKS = 3
"""So often in a row must nothing have changed."""
WRITE_SECONDS = 10
"""How long a transaction may be at work."""
_WRITES = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
        AND xact_start > clock_timestamp() - make_interval(secs => :seconds)
"""


class NotAtRestError(AssertionError):
    """Something is still going on, and was for too long."""


def come_to_rest(instance: Evidence, seconds: float = 60.0, *, clocks_agree: bool = True) -> None:
    """Wait until several looks in a row find nothing to do and nothing new.

    Where the clocks of services do not agree with this one, nobody here knows which of their schedules are due.

    Raises:
        NotAtRestError: names what waits.

    """
    deadline, before, quiet = time.monotonic() + seconds, "", 0
    while quiet < LOOKS:
        busy, state = _look(instance, clocks_agree=clocks_agree)
        quiet = quiet + 1 if not busy and state == before else 0
        before = state
        if busy and time.monotonic() > deadline:
            raise NotAtRestError(f"after {seconds:g} s: {', '.join(busy)}")
        time.sleep(PAUSE_SECONDS)


def _look(instance: Evidence, *, clocks_agree: bool) -> tuple[list[str], str]:
    """Return what waits, and a text that changes when anything happens."""
    busy, seen = [], []
    for runtime in instance.runtimes:
        name = runtime.service.name
        counts = {"unsent": len(unsent(runtime))} | _inbox(runtime) | _letters(runtime)
        counts |= {"schedules due": _due(runtime) if clocks_agree else 0, "writes under way": _writes(runtime)}
        seen.append(f"{name} {counts}")
        busy += [f"{name}: {count} {what}" for what, count in counts.items() if what != "handled" and count]
        waiting = ready(instance.vhost, topology.queue_of(name))[0] if instance.vhost is not None else 0
        busy += [f"{name}: {waiting} in the queue"] * bool(waiting)
    return busy, "; ".join(seen)


def _inbox(runtime: Runtime) -> dict[str, int]:
    with runtime.database.read() as session:
        handled = session.scalar(select(func.count()).select_from(inbox)) or 0
        parked = session.scalar(select(func.count()).where(inbox.c.retry_at.is_not(None))) or 0
    return {"handled": handled, "parked": parked}


def _due(runtime: Runtime) -> int:
    """Count schedules whose time has come."""
    with runtime.database.read() as session:
        query = select(func.count()).select_from(schedule).where(schedule.c.due_at <= clock.now(session))
        return session.scalar(query) or 0


def _writes(runtime: Runtime) -> int:
    """Count transactions that have written and not ended: what they do, a batch in a worker's hand, is nowhere else.

    One that is older is left over from a connection that was cut. On SQLite what is in hand still waits in an outbox.
    """
    if runtime.database.is_sqlite:
        return 0
    with runtime.database.read() as session:
        return session.scalar(text(_WRITES), {"seconds": WRITE_SECONDS}) or 0


def _letters(runtime: Runtime) -> dict[str, int]:
    if runtime.service.name != "notifications":
        return {}
    going = (DeliveryState.QUEUED, DeliveryState.SENDING)
    query = select(func.count()).select_from(Delivery).join(Contact, Contact.id == Delivery.person_id)
    with runtime.database.read() as session:
        return {"letters": session.scalar(query.where(Delivery.state.in_(going))) or 0}
