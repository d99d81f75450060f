"""Count the changes of a mission's facts, so that work done outside a transaction knows when it is out of date."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matching.models import Inputs
from servicekit.clock import machine_now
from servicekit.inserts import insert_new


def touch(session: Session, mission_id: UUID, *, pairs: bool = False) -> None:
    """Note that facts of a timetable have changed, and with `pairs` those of recommendations."""
    _ensure(session, mission_id)
    raised: dict[str, Any] = {"timetable_version": Inputs.timetable_version + 1}
    if pairs:
        raised |= {"pairs_version": Inputs.pairs_version + 1, "touched_at": machine_now()}
    session.execute(update(Inputs).where(Inputs.mission_id == mission_id).values(raised))


def locked(session: Session, mission_id: UUID) -> Inputs:
    """Return the counters of a mission, locked until the transaction ends."""
    _ensure(session, mission_id)
    query = select(Inputs).where(Inputs.mission_id == mission_id).with_for_update()
    return session.execute(query.execution_options(populate_existing=True)).scalar_one()


def _ensure(session: Session, mission_id: UUID) -> None:
    row = {
        "mission_id": mission_id,
        "pairs_version": 0,
        "pairs_done": 0,
        "are_lists_due": False,
        "lists_changed": 0,
        "touched_at": machine_now(),
        "is_publication_wanted": False,
        "timetable_version": 0,
        "timetable_number": 0,
    }
    insert_new(session, Inputs.__table__, [row])  # type: ignore[arg-type]  # a mapped class has a Table
