"""Copies against their owners: what matching and notifications keep of registration's rows, and of one another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

import matching.models as in_matching
import registration.models as owned
from contracts.event import entity_of
from faults.evidence import Event, forgotten
from notifications import models as in_notifications
from servicekit.service import Runtime

PAIRS: tuple[tuple[str, type[Any], str, type[Any]], ...] = (
    ("region", owned.Region, "matching", in_matching.RegionCopy),
    ("mission", owned.Mission, "matching", in_matching.MissionCopy),
    ("organisation", owned.Organisation, "matching", in_matching.OrganisationCopy),
    ("participant", owned.Participant, "matching", in_matching.ParticipantCopy),
    ("profile", owned.Profile, "matching", in_matching.ProfileCopy),
    ("delegate", owned.Delegate, "matching", in_matching.DelegateCopy),
    ("region", owned.Region, "notifications", in_notifications.Region),
    ("mission", owned.Mission, "notifications", in_notifications.Mission),
    ("organisation", owned.Organisation, "notifications", in_notifications.Organisation),
    ("participant", owned.Participant, "notifications", in_notifications.Participant),
    ("delegate", owned.Delegate, "notifications", in_notifications.Delegate),
    ("contact", owned.Delegate, "notifications", in_notifications.Contact),
)
"""(entity of the events that tell of it, the owner's class, who keeps a copy, the copy's class)."""
APART = frozenset({"version", "sought", "planned", "starts_at", "ends_at"})
"""Columns that a copy fills from elsewhere."""
FORGOTTEN = frozenset({"language", "timezone"})
"""What the copy of a contact forgets with the person, and its owner keeps."""
PUBLIC: Mapping[str, str] = {"names": "public_names", "tax_id": "public_tax_id"}
"""Properties of an organisation that the public knows in other words than the owner."""


def differing(runtimes: Sequence[Runtime], events: Sequence[Event]) -> Iterator[str]:
    """Say which copies are missing, older than their owner, or say something else."""
    by_name = {runtime.service.name: runtime for runtime in runtimes}
    if "registration" not in by_name:
        return
    newest = _newest(events)
    for entity, owner, service, copy in PAIRS:
        if service in by_name:
            gone = forgotten(by_name[service])
            owners, copies = _rows(by_name["registration"], owner), _rows(by_name[service], copy)
            for subject, row in owners.items():
                version = newest.get((entity, subject))
                kept = copies.get(subject)
                what = f"{service}: {entity} {subject}"
                if subject in gone and isinstance(row, owned.Delegate):
                    yield from _left(what, kept)
                else:
                    yield from _compare(what, (row, kept), version, entity)
    if {"matching", "notifications"} <= set(by_name):
        yield from _itineraries(by_name["matching"], by_name["notifications"])


def _left(what: str, copy: Any) -> Iterator[str]:
    """Judge what is kept of somebody who is forgotten: what came late had no effect, so it may be older, or nothing."""
    if copy is None:
        return
    told = {name: getattr(copy, name) for name in ("email", "phone", "names", "availability") if hasattr(copy, name)}
    if not copy.is_removed or any(told.values()):
        yield f"{what} is forgotten, its copy says {told} and removed: {copy.is_removed}"


def _newest(events: Sequence[Event]) -> dict[tuple[str, str], int]:
    """Return the newest state that was told of each subject, by the entity in the events' type."""
    found: dict[tuple[str, str], int] = {}
    for event in events:
        key = entity_of(event.type), event.subject
        found[key] = max(found.get(key, 0), event.version)
    return found


def _compare(what: str, rows: tuple[Any, Any], version: int | None, entity: str) -> Iterator[str]:
    """Compare an owner with its copy; `version` is the newest one told, None where history has none."""
    owner, copy = rows
    is_private = entity == "contact"
    was_told = bool(owner.version) if is_private else version is not None
    if not was_told:
        return
    if copy is None:
        yield f"{what} has no copy"
    elif not is_private and copy.version != version:
        yield f"{what} is at version {version}, its copy at {copy.version}"
    elif is_private and not 0 < copy.version <= owner.version:
        yield f"{what} is at version {owner.version}, its copy at {copy.version}"
    else:
        is_erased = is_private and owner.is_removed
        for name in _shared(type(owner), type(copy)):
            if is_erased and name in FORGOTTEN:
                continue
            said = getattr(owner, PUBLIC.get(name, name)) if entity == "organisation" else getattr(owner, name)
            kept = getattr(copy, name)
            if _plain(said) != _plain(kept):
                yield f"{what}: {name} is {said!r}, in the copy {kept!r}"


def _shared(owner: type[Any], copy: type[Any]) -> list[str]:
    columns = set(inspect(owner).columns.keys()) & set(inspect(copy).columns.keys())
    return sorted(columns - APART - {"id"})


def _rows(runtime: Runtime, model: type[Any]) -> dict[str, Any]:
    with runtime.database.read() as session:
        found = session.scalars(select(model)).all()
    return {str(row.id): row for row in found}


def _itineraries(matching: Runtime, notifications: Runtime) -> Iterator[str]:
    """Compare the itineraries that matching issued with those that notifications keeps."""
    told = _rows(matching, in_matching.Itinerary)
    with notifications.database.read() as session:
        kept = {(i.mission_id, i.organisation_id): i for i in session.scalars(select(in_notifications.Itinerary))}
    for itinerary in told.values():
        if itinerary.version:
            copy = kept.get((itinerary.mission_id, itinerary.organisation_id))
            if copy is None or copy.version != itinerary.version or copy.meetings != itinerary.told:
                yield f"notifications: itinerary {itinerary.id} ({itinerary.version}) differs from its copy"


_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: value.value),
    (UUID, str),
    (datetime, lambda value: value.timestamp()),
    (date, date.isoformat),
    (Mapping, lambda value: {key: _plain(member) for key, member in value.items()}),
    ((list, tuple), lambda value: [_plain(member) for member in value]),
)


def _plain(value: Any) -> Any:
    """Bring a value of a row into the form in which two services' rows can be compared."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    if isinstance(value, str):
        return _instant_or_text(value)
    return value


def _instant_or_text(text: str) -> Any:
    """Read an instant where a copy keeps one as text."""
    if len(text) > 18 and text[4:5] == "-" and text[10:11] == "T":
        try:
            return datetime.fromisoformat(text).timestamp()
        except ValueError:
            return text
    return text
