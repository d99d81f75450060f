"""Count the changes of a mission's facts, so that work done outside a transaction knows when it is out of date."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matching.models import ChangedProfile, Inputs
from servicekit.data.clock import machine_now
from servicekit.data.tables import insert_new


def touch(session: Session, mission_id: UUID, *, pairs: bool = False) -> None:
    """Note that facts of a timetable have changed, and with `pairs` those of everybody's recommendations."""
    version = _raise(session, mission_id, pairs=pairs)
    if pairs:
        of_mission = update(Inputs).where(Inputs.mission_id == mission_id)
        session.execute(of_mission.values(whole_version=version))


def touch_organisations(session: Session, mission_id: UUID, organisation_ids: Iterable[UUID]) -> None:
    """Note that of some organisations facts have changed that recommendations are made from."""
    version, ids = _raise(session, mission_id, pairs=True), sorted(set(organisation_ids))
    rows = [{"mission_id": mission_id, "organisation_id": id_, "version": version} for id_ in ids]
    insert_new(session, ChangedProfile.__table__, rows)  # type: ignore[arg-type]  # a mapped class has a Table
    of_these = ChangedProfile.mission_id == mission_id, ChangedProfile.organisation_id.in_(ids)
    session.execute(update(ChangedProfile).where(*of_these).values(version=version))


def _raise(session: Session, mission_id: UUID, *, pairs: bool) -> int:
    _ensure(session, mission_id)
    raised: dict[str, Any] = {"timetable_version": Inputs.timetable_version + 1}
    if pairs:
        raised |= {"pairs_version": Inputs.pairs_version + 1, "touched_at": machine_now()}
    changed = update(Inputs).where(Inputs.mission_id == mission_id).values(raised)
    return session.scalars(changed.returning(Inputs.pairs_version)).one()


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
        "whole_version": 0,
        "are_lists_due": False,
        "lists_changed": 0,
        "are_lists_compared": False,
        "touched_at": machine_now(),
        "is_publication_wanted": False,
        "timetable_version": 0,
        "timetable_number": 0,
    }
    insert_new(session, Inputs.__table__, [row])  # type: ignore[arg-type]  # a mapped class has a Table
