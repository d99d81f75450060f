"""Copies of registration's aggregates in their newest state, on replay too."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, or_, update
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
from matching.handlers import versions
from matching.handlers.recommendations import list_publication
from matching.models import DelegateCopy, MissionCopy, OrganisationCopy, Pair, ParticipantCopy, ProfileCopy, RegionCopy
from servicekit.service import Keep

News = Sequence[Envelope[Any]]

_LISTS = ("online_tables", "tables", "slots", "agenda", "walking", "interpreters")
_MISSION = sorted(
    {column.name for column in inspect(MissionCopy).columns} - {"id", "home", "version", "planned", *_LISTS}
)


_WORDS = {"titles", "venue", "organiser", "organiser_phone", "organiser_email"}
"""What is said of a mission, and changes nobody's meetings."""


def region(envelope: Envelope[RegionRegistered]) -> dict[str, Any]:
    """Return a region's names and zone."""
    said = envelope.data
    return {"code": said.code, "names": said.names, "timezone": said.timezone}


def mission(envelope: Envelope[MissionState]) -> dict[str, Any]:
    """Return a mission; its home is the host region, whichever service tells of it."""
    said = envelope.data
    values = {name: getattr(said, name) for name in _MISSION}
    lists = {name: [_plain(item) for item in getattr(said, name)] for name in _LISTS}
    return values | lists | {"home": said.host_region}


def organisation(envelope: Envelope[OrganisationState]) -> dict[str, Any]:
    """Return an organisation as the public may know it."""
    said = envelope.data
    names = ("reference", "region", "names", "role", "is_sme", "city", "about")
    return {name: getattr(said, name) for name in names} | {"activity_codes": list(said.activity_codes)}


def participant(envelope: Envelope[ParticipantState]) -> dict[str, Any]:
    """Return who takes part, and whom they avoid."""
    said = envelope.data
    names = ("mission_id", "organisation_id", "side", "status", "withdrawn_from", "reason", "checked_in_at")
    return {name: getattr(said, name) for name in names} | {"avoids": [str(avoided) for avoided in said.avoids]}


def profile(envelope: Envelope[ProfilePublished]) -> dict[str, Any]:
    """Return what an organisation offers and needs."""
    said = envelope.data
    return {
        "mission_id": said.mission_id,
        "organisation_id": said.organisation_id,
        "offers": [_plain(item) for item in said.offers],
        "needs": [_plain(item) for item in said.needs],
    }


def delegate(envelope: Envelope[DelegateState]) -> dict[str, Any]:
    """Return a delegate's times and way of taking part."""
    said = envelope.data
    names = ("mission_id", "organisation_id", "reference", "attendance", "can_negotiate", "is_removed")
    windows = sorted(said.availability, key=lambda window: window.starts_at)
    return {name: getattr(said, name) for name in names} | {
        "availability": [_window(window) for window in windows],
        "languages": list(said.languages),
    }


def _lock_inputs(session: Session, news: News) -> None:
    """Lock the counters before the copies that a publication notes its plans in, as it does itself."""
    for mission_id in _missions(news):
        versions.locked(session, mission_id)


def _touch_timetable(session: Session, news: News) -> None:
    for mission_id in _missions(news):
        versions.touch(session, mission_id)


def _touch_missions(session: Session, news: News) -> None:
    """Note that a mission meets otherwise than it was known to; another name of it makes no search start again."""
    _lock_inputs(session, news)
    for event in news:
        known = session.get(MissionCopy, event.data.mission_id)
        facts = {name: value for name, value in mission(event).items() if name not in _WORDS}
        is_newer = known is None or event.subjectversion > known.version
        if is_newer and any(getattr(known, name, None) != value for name, value in facts.items()):
            versions.touch(session, event.data.mission_id, pairs=True)


def _touch_pairs_of_some(session: Session, news: News) -> None:
    for mission_id in _missions(news):
        own = (event.data.organisation_id for event in news if event.data.mission_id == mission_id)
        versions.touch_organisations(session, mission_id, own)


def _touch_participants(session: Session, news: News) -> None:
    """Strike who left from all lists at once, and who avoids another from that one's: the next scoring may be far."""
    _touch_pairs_of_some(session, news)
    for mission_id in _missions(news):
        own = {event.data.organisation_id for event in news if event.data.mission_id == mission_id}
        viewers = set(own)
        for row in queries.participants(session, mission_id, own):
            id_, avoided = row.organisation_id, [UUID(other) for other in row.avoids]
            if row.is_in and not avoided:
                continue
            struck = update(Pair).where(
                Pair.mission_id == mission_id,
                or_(Pair.guest_id == id_, Pair.host_id == id_),
                or_(Pair.is_in_list_of_guest, Pair.is_in_list_of_host),
            )
            if row.is_in:
                struck = struck.where(or_(Pair.guest_id.in_(avoided), Pair.host_id.in_(avoided)))
            ends = struck.values(is_in_list_of_guest=False, is_in_list_of_host=False)
            viewers.update(*map(tuple, session.execute(ends.returning(Pair.guest_id, Pair.host_id))))
        list_publication.compare(session, versions.locked(session, mission_id), viewers)


def _touch_pairs_of_organisations(session: Session, news: News) -> None:
    """An organisation's missions' recommendations follow its activities."""
    for mission_id, own in sorted(queries.missions_of(session, [event.data.organisation_id for event in news]).items()):
        versions.touch_organisations(session, mission_id, own)


def _missions(news: News) -> list[UUID]:
    return sorted({event.data.mission_id for event in news})


def _plain(value: Any) -> Any:
    """Turn a value of an event into what JSON can hold."""
    if isinstance(value, str):
        return value
    return _json(asdict(value))


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {name: _json(member) for name, member in value.items()}
    return [_json(item) for item in value] if isinstance(value, tuple) else value


def _window(window: Window) -> dict[str, str]:
    return {"starts_at": window.starts_at.isoformat(), "ends_at": window.ends_at.isoformat()}


REGION = Keep(RegionCopy, region)
MISSION = Keep(MissionCopy, mission, before=_touch_missions)
ORGANISATION = Keep(OrganisationCopy, organisation, then=_touch_pairs_of_organisations)
PARTICIPANT = Keep(ParticipantCopy, participant, then=_touch_participants)
PROFILE = Keep(ProfileCopy, profile, then=_touch_pairs_of_some)
DELEGATE = Keep(DelegateCopy, delegate, before=_lock_inputs, then=_touch_timetable)
