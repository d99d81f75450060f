"""A day of the hall as the page's board takes it: what each cell says, and which signs need a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from matching.domain.short_names import short_name
from matching.frames import say
from matching.models.meetings import OVER, MeetingStatus
from matching.queries.boards import Board
from matching.words import spoken
from servicekit import formats, languages, marks
from servicekit.languages import noop as _

KEYS = {
    "lock": _("locked: stays where it is"),
    "gap": _("free"),
    "shut": _("the table is not open"),
}
"""What the sign of a cell means."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What the cells of a version draw on.

    `was` holds the former place of each meeting that the version moved, `freed` the slots and tables of those that
    it cancelled.
    """

    mission_id: UUID
    zone: str
    names: Mapping[UUID, str]
    was: Mapping[str, Mapping[str, Any]]
    freed: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, mission_id: UUID, zone: str, names: Mapping[UUID, str], changes: Mapping[str, Any]) -> "Telling":
        """Take what a board tells out of a version's changes."""
        return cls(
            mission_id=mission_id,
            zone=zone,
            names=names,
            was={row["meeting_id"]: row["from"] for row in changes["moved"]},
            freed=frozenset((row["slot"], row["table"]) for row in changes["dropped"]),
        )


def columns(board: Board) -> list[dict[str, Any]]:
    """Name the tables of a day."""
    video = {"note": say(_("video")), "icon": "camera"}
    return [
        {"label": say(_("Table %(table)s")) % {"table": column.id}} | (video if column.video_kit else {})
        for column in board.columns
    ]


def rows(board: Board, telling: Telling, now: datetime) -> list[dict[str, Any]]:
    """Say every cell of a day; the slot that lasts at an instant is marked."""
    language = languages.of_request()
    return [
        {
            "label": formats.local_time(row.starts_at, telling.zone, language=language),
            "note": formats.local_time(row.ends_at, telling.zone, language=language),
            "now": row.starts_at <= now < row.ends_at,
            "cells": [
                _cell(cell, (row.slot, column.id), board, telling)
                for cell, column in zip(row.cells, board.columns, strict=True)
            ],
        }
        for row in board.rows
    ]


def key(shown: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Explain the signs that a board shows, and no others."""
    states = {cell["state"] for row in shown for cell in row["cells"]}
    return [{"state": state, "text": say(text)} for state, text in KEYS.items() if state in states]


def _cell(cell: Any, place: tuple[str, str], board: Board, telling: Telling) -> dict[str, Any]:
    if cell is False:
        return {"state": "shut", "text": say(_("not open"))}
    if cell is None:
        return {"state": "gap", "label": say(_("free")), "text": say(_("set free")) if place in telling.freed else ""}
    guest, host = (UUID(cell[end]) for end in ("guest_id", "host_id"))
    return {
        "title": marks.nbsp(short_name(telling.names[guest])),
        "text": marks.nbsp(short_name(telling.names[host])),
        "tags": _tags(cell, board, telling),
        "state": "lock" if cell["is_locked"] else "",
        "url": url_for("pages.show_recommendations", mission_id=telling.mission_id, organisation_id=guest),
    }


def _tags(cell: Mapping[str, Any], board: Board, telling: Telling) -> list[dict[str, str]]:
    """Say what is particular about a meeting; that it was held says nothing once all of the day are over."""
    tags = [{"icon": "lock", "text": say(_("locked"))}] if cell["is_locked"] else []
    tags += [{"icon": "camera", "text": say(_("online"))}] if cell["is_online"] else []
    tags += (
        [{"text": say(_("interpreter %(code)s")) % {"code": cell["interpreter"]}}] if cell.get("interpreter") else []
    )
    was = telling.was.get(cell["meeting_id"])
    tags += [{"text": _moved(was, cell, telling.zone)}] if was else []
    telling_states = (MeetingStatus.NO_SHOW,) if board.is_over else OVER
    return tags + ([{"text": spoken(cell["status"])}] if cell["status"] in telling_states else [])


def _moved(was: Mapping[str, Any], cell: Mapping[str, Any], zone: str) -> str:
    """Say where a meeting was, as far as it differs from where it is: the day, the time, the table."""
    language = languages.of_request()
    before, now = was["starts_at"], datetime.fromisoformat(cell["starts_at"])
    day, day_now = (formats.local_date(at, zone, language=language) for at in (before, now))
    parts = [day] if day != day_now else []
    parts += [formats.local_time(before, zone, language=language)] if before != now else []
    parts += [say(_("table %(table)s")) % {"table": was["table"]}] if was["table"] != cell["table"] else []
    return say(_("was %(place)s")) % {"place": ", ".join(parts)} if parts else say(_("other people"))
