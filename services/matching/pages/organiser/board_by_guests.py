"""Some slots of the hall by its guests: whom each meets in each slot, where it is away, and how often it waits."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import DelegateCopy, MissionCopy
from matching.pages.layout import say
from matching.pages.organiser import board_by_tables
from matching.pages.organiser.board_by_tables import Telling, instant
from matching.queries.boards import Part
from servicekit.texts import languages
from servicekit.texts.languages import noop as _

MOST_GUESTS = 30
"""Guests on a page."""


def columns(part: Part, telling: Telling) -> list[dict[str, Any]]:
    """Name the slots by when they begin."""
    return [{"label": telling.time(instant(slot["starts_at"]))} for slot in part.slots]


def rows(
    session: Session, part: Part, guests: Sequence[UUID], lines: Iterable[Mapping[str, Any]], telling: Telling
) -> list[dict[str, Any]]:
    """Say what each guest does in each slot of a part."""
    of_guest: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for line in lines:
        of_guest.setdefault((line["guest_id"], line["slot"]), []).append(line)
    away = _away(session, telling.mission, part, guests)
    told = []
    for guest in guests:
        cells = [of_guest.get((str(guest), slot["id"]), []) for slot in part.slots]
        waits = _waits([bool(found) for found in cells])
        told.append(
            {
                "label": telling.short(guest),
                "note": say(_("meetings: %(meetings)s")) % {"meetings": sum(map(len, cells))},
                "load": say(_("waits: %(waits)s")) % {"waits": waits} if waits else "",
                "cells": [
                    _cell(found, slot, guest, away.get((guest, slot["id"]), ""), telling)
                    for found, slot in zip(cells, part.slots, strict=True)
                ],
            }
        )
    return told


def _waits(sits: Sequence[bool]) -> int:
    """Count the rows of idle slots between two meetings, however long."""
    numbers = [number for number, sits_then in enumerate(sits) if sits_then]
    return sum(later - earlier > 1 for earlier, later in pairwise(numbers))


def _cell(
    found: Sequence[Mapping[str, Any]], slot: Mapping[str, Any], guest: UUID, away: str, telling: Telling
) -> dict[str, Any]:
    if not found and away:
        return {"state": "shut", "text": away}
    if not found:
        return _gap(slot, guest, telling)
    first = found[0]
    others = [{"text": f"{telling.short(line['host_id'])}, {line['table']}"} for line in found[1:]]
    return {
        "plate": first["table"],
        "text": telling.short(first["host_id"]),
        "tags": board_by_tables.tags(first, None, telling) + others,
        "state": board_by_tables.state(first, telling),
        "url": board_by_tables.url(first, telling),
    }


def _gap(slot: Mapping[str, Any], guest: UUID, telling: Telling) -> dict[str, Any]:
    gap = {"state": "gap", "label": say(_("free")), "text": ""}
    starts_at = instant(slot["starts_at"])
    if not telling.is_desk or starts_at <= telling.now:
        return gap
    add = f"{telling.addition}?{urlencode({'slot': slot['id'], 'guest_id': guest})}"
    told = {"time": telling.time(starts_at), "guest": telling.short(guest)}
    return gap | {"url": add, "label": say(_("Take %(time)s for %(guest)s")) % told}


def _away(session: Session, mission: MissionCopy, part: Part, guests: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    """Say of each guest and slot why nobody of the guest could sit then; nothing where somebody could."""
    query = select(DelegateCopy).where(
        DelegateCopy.mission_id == mission.id, DelegateCopy.organisation_id.in_(guests), DelegateCopy.can_negotiate
    )
    windows: dict[UUID, list[Mapping[str, str]]] = {guest: [] for guest in guests}
    for person in session.scalars(query):
        windows[person.organisation_id] += person.plan["availability"]
    told = {}
    for slot in part.slots:
        since, until = instant(slot["starts_at"]), instant(slot["ends_at"])
        for guest in guests:
            bound = _bound(mission, guest, slot)
            there = any(
                instant(one["starts_at"]) <= since and until <= instant(one["ends_at"]) for one in windows[guest]
            )
            told[guest, slot["id"]] = bound or ("" if there else say(_("not there")))
    return told


def _bound(mission: MissionCopy, guest: UUID, slot: Mapping[str, Any]) -> str:
    """Name the point of the programme that wants a guest to be there in a slot."""
    since, until = instant(slot["starts_at"]), instant(slot["ends_at"])
    titles = (
        languages.pick(item["titles"], languages.of_request())
        for item in mission.agenda
        if item["binds"]
        and (item["organisations"] is None or str(guest) in item["organisations"])
        and instant(item["starts_at"]) < until
        and since < instant(item["ends_at"])
    )
    return next(titles, "")
