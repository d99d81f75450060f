"""State handlers: keep the newest state of registration's aggregates, on replay too."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import (
    DelegateState,
    MissionState,
    OrganisationState,
    ParticipantState,
    ProfilePublished,
    RegionRegistered,
    Window,
)
from matching import queries
from matching.handlers import inputs
from matching.models import DelegateCopy, MissionCopy, OrganisationCopy, ParticipantCopy, ProfileCopy, RegionCopy
from servicekit.auth import Actor
from servicekit.columns import Copy

C = TypeVar("C", bound=Copy)

_LISTS = ("online_tables", "tables", "slots", "agenda")


def keep_region(session: Session, envelope: Envelope[RegionRegistered], actor: Actor) -> None:
    """Keep a region's names and zone."""
    said = envelope.data
    _keep(session, RegionCopy, envelope, {"code": said.code, "names": said.names, "timezone": said.timezone})


def keep_mission(session: Session, envelope: Envelope[MissionState], actor: Actor) -> None:
    """Keep a mission; its home is the host region, whichever service tells of it."""
    values = {
        name: getattr(envelope.data, name)
        for name in MissionCopy.__table__.columns.keys()  # noqa: SIM118  # a collection of columns, not a dict
        if name not in ("id", "home", "version", *_LISTS)
    }
    values |= {name: [_plain(item) for item in getattr(envelope.data, name)] for name in _LISTS}
    if _keep(session, MissionCopy, envelope, values | {"home": envelope.data.host_region}):
        inputs.touch(session, envelope.data.mission_id, pairs=True)


def keep_organisation(session: Session, envelope: Envelope[OrganisationState], actor: Actor) -> None:
    """Keep an organisation; its missions' recommendations follow its activities."""
    said = envelope.data
    names = ("reference", "region", "names", "role", "is_sme", "city", "about")
    values = {name: getattr(said, name) for name in names} | {"activity_codes": list(said.activity_codes)}
    if _keep(session, OrganisationCopy, envelope, values):
        for mission_id in sorted(queries.missions_of(session, said.organisation_id), key=str):
            inputs.touch(session, mission_id, pairs=True)


def keep_participant(session: Session, envelope: Envelope[ParticipantState], actor: Actor) -> None:
    """Keep who takes part, and whom they avoid."""
    said = envelope.data
    names = ("mission_id", "organisation_id", "side", "status", "withdrawn_from", "reason")
    values = {name: getattr(said, name) for name in names} | {"avoids": [str(avoided) for avoided in said.avoids]}
    if _keep(session, ParticipantCopy, envelope, values):
        inputs.touch(session, said.mission_id, pairs=True)


def keep_profile(session: Session, envelope: Envelope[ProfilePublished], actor: Actor) -> None:
    """Keep what an organisation offers and needs."""
    said = envelope.data
    values = {
        "mission_id": said.mission_id,
        "organisation_id": said.organisation_id,
        "offers": [_plain(item) for item in said.offers],
        "needs": [_plain(item) for item in said.needs],
    }
    if _keep(session, ProfileCopy, envelope, values):
        inputs.touch(session, said.mission_id, pairs=True)


def keep_delegate(session: Session, envelope: Envelope[DelegateState], actor: Actor) -> None:
    """Keep a delegate's times and way of taking part.

    The mission's counters are locked first: a publication locks them, and then the delegates.
    """
    said = envelope.data
    inputs.locked(session, said.mission_id)
    names = ("mission_id", "organisation_id", "reference", "attendance", "can_negotiate", "is_removed")
    values = {name: getattr(said, name) for name in names}
    windows = sorted(said.availability, key=lambda window: window.starts_at)
    if _keep(session, DelegateCopy, envelope, values | {"availability": [_window(window) for window in windows]}):
        inputs.touch(session, said.mission_id)


def _keep(session: Session, model: type[C], envelope: Envelope[Any], values: dict[str, Any]) -> bool:
    """Write a copy unless there is a newer one; tell whether it was written."""
    id_ = UUID(envelope.subject)
    row = session.get(model, id_, with_for_update=True)
    if row is not None and row.version >= envelope.subjectversion:
        return False
    if row is None:
        row = model()
        row.id = id_
        session.add(row)
    values = {"home": envelope.source.split("/")[1].upper(), "version": envelope.subjectversion} | values
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    return True


def _plain(value: Any) -> Any:
    """Turn a value of an event into what JSON can hold."""
    if isinstance(value, str):
        return value
    members = asdict(value)
    return {name: _json(member) for name, member in members.items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return [_json(item) for item in value] if isinstance(value, tuple) else value


def _window(window: Window) -> dict[str, str]:
    return {"starts_at": window.starts_at.isoformat(), "ends_at": window.ends_at.isoformat()}
