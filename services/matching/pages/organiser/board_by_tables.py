"""Some slots of the hall as the page's board takes them: what each cell says, and which signs need a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for

from matching.models import MissionCopy
from matching.models.meetings import OVER, MeetingStatus
from matching.pages.layout import say
from matching.pages.texts import short_name
from matching.queries.boards import Board, Row
from matching.status_texts import spoken
from servicekit.texts import formats, languages, typography
from servicekit.texts.languages import noop as _

KEYS = {
    "lock": _("locked: stays where it is"),
    "clash": _("conflict: cannot stay there"),
    "gap": _("free"),
    "shut": _("the table is not open"),
}
"""What the sign of a cell means."""
_NOBODY = UUID(int=0)
REST = timedelta(minutes=15)
"""From this on the time between two slots is a break."""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What the cells of a board draw on.

    `was` holds the former place of each meeting that a version moved, `freed` the slots and tables of those that
    it cancelled, `clashes` why meetings cannot stay. On the desk of who may change it, cells lead to what can be done.
    """

    mission: MissionCopy
    names: Mapping[UUID, str]
    now: datetime
    was: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    freed: frozenset[tuple[str, str]] = frozenset()
    clashes: Mapping[str, str] = field(default_factory=dict)
    is_desk: bool = False

    @classmethod
    def of_version(
        cls, mission: MissionCopy, names: Mapping[UUID, str], changes: Mapping[str, Any], now: datetime
    ) -> "Telling":
        """Take what a board tells out of a version's changes."""
        return cls(
            mission=mission,
            names=names,
            now=now,
            was={row["meeting_id"]: row["from"] for row in changes["moved"]},
            freed=frozenset((row["slot"], row["table"]) for row in changes["dropped"]),
        )

    @cached_property
    def meetings(self) -> str:
        """The address of the pages of meetings, without an id, from the page of the timetable."""
        return self._near("drafts.show_meeting", meeting_id=_NOBODY).removesuffix(str(_NOBODY))

    @cached_property
    def addition(self) -> str:
        """The address of the form for a new meeting."""
        return self._near("drafts.show_addition")

    @cached_property
    def partners(self) -> str:
        """The address of an organisation's partners, without the organisation."""
        return self._near("pages.show_recommendations")

    def _near(self, endpoint: str, **values: Any) -> str:
        """Give an address in short, below that of the mission: a board has hundreds of them."""
        return url_for(endpoint, mission_id=self.mission.id, **values).rpartition(f"/{self.mission.id}/")[2]

    def short(self, id_: Any) -> str:
        """Name an organisation for a narrow cell."""
        return typography.nbsp(short_name(self.names[UUID(str(id_))]))

    def time(self, at: datetime) -> str:
        """Tell the time where the mission is."""
        return formats.local_time(at, self.mission.timezone, language=languages.of_request())


def columns(board: Board) -> list[dict[str, Any]]:
    """Name the tables."""
    video = {"note": say(_("video")), "icon": "camera"}
    return [
        {"label": say(_("Table %(table)s")) % {"table": column.id}, "key": column.id}
        | (video if column.video_kit else {})
        for column in board.columns
    ]


def rows(board: Board, telling: Telling) -> list[dict[str, Any]]:
    """Say every cell of a board, and the breaks between its slots; the slot that lasts now is marked."""
    told = [_row(row, board, telling) for row in board.rows]
    for place, (row, later) in reversed(list(enumerate(pairwise(board.rows), 1))):
        if later.starts_at - row.ends_at >= REST:
            told.insert(place, _rest(row.ends_at, later.starts_at, telling))
    return told


def key(shown: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Explain the signs that a board shows, and no others."""
    states = {cell["state"] for row in shown for cell in row.get("cells", ()) if cell}
    return [{"state": state, "text": say(text)} for state, text in KEYS.items() if state in states]


def tags(cell: Mapping[str, Any], board: Board | None, telling: Telling) -> list[dict[str, str]]:
    """Say what is particular about a meeting; that it was held says nothing once all of the board are over."""
    told = [{"text": telling.clashes[cell["meeting_id"]]}] if cell["meeting_id"] in telling.clashes else []
    told += [{"icon": "lock", "text": say(_("locked"))}] if cell["is_locked"] else []
    told += [{"icon": "camera", "text": say(_("online"))}] if cell["is_online"] else []
    told += (
        [{"text": say(_("interpreter %(code)s")) % {"code": cell["interpreter"]}}] if cell.get("interpreter") else []
    )
    told += [{"text": text} for text in (_moved(cell, telling), _running(cell, telling)) if text]
    telling_states = (MeetingStatus.NO_SHOW,) if board is None or board.is_over else OVER
    return told + ([{"text": spoken(cell["status"])}] if cell["status"] in telling_states else [])


def state(cell: Mapping[str, Any], telling: Telling) -> str:
    """Give the sign of a meeting."""
    return "clash" if cell["meeting_id"] in telling.clashes else "lock" if cell["is_locked"] else ""


def url(cell: Mapping[str, Any], telling: Telling) -> str:
    """Lead to what can be done with a meeting, else to the guest's partners."""
    if telling.is_desk:
        return f"{telling.meetings}{cell['meeting_id']}"
    return f"{telling.partners}?organisation_id={cell['guest_id']}"


def _row(row: Row, board: Board, telling: Telling) -> dict[str, Any]:
    places = zip(row.cells, board.columns, strict=True)
    taken, all_ = sum(isinstance(cell, dict) for cell in row.cells), sum(cell is not False for cell in row.cells)
    return {
        "key": row.slot,
        "label": telling.time(row.starts_at),
        "note": telling.time(row.ends_at),
        "load": typography.nbsp(say(_("%(taken)s of %(all)s")) % {"taken": taken, "all": all_}),
        "now": row.starts_at <= telling.now < row.ends_at,
        "cells": [_cell(cell, row, column.id, board, telling) for cell, column in places],
    }


def _rest(since: datetime, until: datetime, telling: Telling) -> dict[str, Any]:
    """Say what is between two slots."""
    language = languages.of_request()
    overlapping = (
        languages.pick(item["titles"], language)
        for item in telling.mission.agenda
        if datetime.fromisoformat(item["starts_at"]) < until and since < datetime.fromisoformat(item["ends_at"])
    )
    what = ", ".join(overlapping) or say(_("break"))
    return {"label": telling.time(since), "note": telling.time(until), "rest": what}


def _cell(cell: Any, row: Row, table: str, board: Board, telling: Telling) -> dict[str, Any]:
    if cell is False:
        return {"state": "shut", "text": say(_("not open"))}
    if cell is None:
        return _gap(row, table, telling)
    return {
        "title": telling.short(cell["guest_id"]),
        "text": telling.short(cell["host_id"]),
        "tags": tags(cell, board, telling),
        "state": state(cell, telling),
        "url": url(cell, telling),
    }


def _gap(row: Row, table: str, telling: Telling) -> dict[str, Any]:
    freed = say(_("set free")) if (row.slot, table) in telling.freed else ""
    gap = {"state": "gap", "label": say(_("free")), "text": freed}
    if not telling.is_desk or row.starts_at <= telling.now:
        return gap
    place = {"time": telling.time(row.starts_at), "table": table}
    return gap | {
        "url": f"{telling.addition}?{urlencode({'slot': row.slot, 'table': table})}",
        "label": say(_("Take %(time)s, table %(table)s")) % place,
    }


def _moved(cell: Mapping[str, Any], telling: Telling) -> str:
    """Say where a meeting was, as far as it differs from where it is: the day, the time, the table."""
    was = cell["was"] if "was" in cell else telling.was.get(cell["meeting_id"], cell)
    if was is cell:
        return ""
    if was is None:
        return say(_("new"))
    language, zone = languages.of_request(), telling.mission.timezone
    before, now = instant(was["starts_at"]), instant(cell["starts_at"])
    day, day_now = (formats.local_date(at, zone, language=language) for at in (before, now))
    parts = [day] if day != day_now else []
    parts += [telling.time(before)] if before != now else []
    parts += [say(_("table %(table)s")) % {"table": was["table"]}] if was["table"] != cell["table"] else []
    return say(_("was %(place)s")) % {"place": ", ".join(parts)} if parts else say(_("other people"))


def _running(cell: Mapping[str, Any], telling: Telling) -> str:
    is_now = instant(cell["starts_at"]) <= telling.now < instant(cell["ends_at"])
    return say(_("running")) if is_now and cell["status"] not in OVER else ""


def instant(value: datetime | str) -> datetime:
    """Read an instant, which documents hold as a text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
