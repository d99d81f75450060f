"""What people did to events that failed, against the audit of each service."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from faults.evidence import Evidence
from notes import kept
from servicekit.auth.actors import OPERATOR
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import identifier
from servicekit.data.tables import audit
from servicekit.service import Runtime


class Act(NamedTuple):
    """One thing that somebody did to one event, and why."""

    service: str
    action: str
    event_id: str
    actor: str
    reason: str


def wrongly_audited(evidence: Evidence) -> Iterator[str]:
    """Say which act is not in the audit, is there otherwise or twice, and which is there and was nobody's."""
    found: Counter[Act] = Counter()
    for runtime in evidence.runtimes:
        with runtime.database.read() as session:
            rows = session.execute(select(audit)).all()
        found += Counter(Act(runtime.service.name, row.action, row.event_id, row.actor, row.reason) for row in rows)
    done = Counter(evidence.acts)
    yield from (f"no audit tells of this: {act}" for act in sorted((done - found).elements()))
    yield from (f"an audit tells of what nobody did: {act}" for act in sorted((found - done).elements()))


def give_up_all(evidence: Evidence, runtime: Runtime, reason: str) -> None:
    """Discard every event that failed in a service, as an operator does."""
    for row in kept(runtime):
        with runtime.database.write() as session:
            letter = identifier(row.source, row.event_id)
            store.discard(session, letter, reason, OPERATOR, dry_run=False)
        evidence.acts.append(Act(runtime.service.name, store.DISCARD, row.event_id, OPERATOR.id, reason))
