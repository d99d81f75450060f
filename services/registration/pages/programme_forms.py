"""Programme forms.

Forms of a programme: what stands in their fields, and the programme that follows from what was sent.

A programme is changed as a whole, in the form in which the API takes it; each form changes one thing in it. What is
wrong with that thing stands beside its field, whatever place it has among the others.

What the parts of a programme are called on its pages.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from registration.models import Mission
from registration.schemas.missions import ProgrammeSchema
from servicekit.texts.languages import noop as _

Row = dict[str, Any]
Document = dict[str, list[Row]]
Fields = Mapping[str, str]
LONGEST_SESSION = 100
"""Slots that one form adds at most."""
MOST_TABLES = 100


class FormError(Exception):
    """A field cannot be read; `said` by field, in English."""

    def __init__(self, **said: str) -> None:
        super().__init__("; ".join(said.values()))
        self.said = said


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a programme as a form has it: what its fields show, and what a sent form makes of the part."""

    shown: Callable[[Mission, Row], dict[str, str]]
    put: Callable[[Mission, Document, Fields, int | None], None]
    """Put what was sent into the document, at a place or as new."""


def document_of(mission: Mission) -> Document:
    """Return a mission's programme in the form in which the API takes it."""
    dumped = ProgrammeSchema().dump(mission)
    return {name: [dict(row) for row in rows] for name, rows in dumped.items()}


def place_of(rows: Sequence[Row], id_: str) -> int | None:
    """Return where the row with an id stands; ways have none, and are found by their ends."""
    return next((place for place, row in enumerate(rows) if key_of(row) == id_), None)


def key_of(row: Row) -> str:
    """Return what names a row in its part."""
    return str(row["id"]) if "id" in row else f"{row['from']}|{row['to']}"


def days_of(mission: Mission) -> list[date]:
    """List the days of a mission."""
    return [
        mission.starts_on + timedelta(days=number) for number in range((mission.ends_on - mission.starts_on).days + 1)
    ]


def _local(mission: Mission, instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(ZoneInfo(mission.timezone))


def _instant(mission: Mission, sent: Fields, day: str, clock: str) -> str:
    """Read a day and a time of the mission's place."""
    try:
        at = datetime.combine(date.fromisoformat(sent.get(day, "")), time.fromisoformat(sent.get(clock, "")))
    except ValueError as error:
        raise FormError(**{clock: _("Write a time, as 14:30.")}) from error
    return at.replace(tzinfo=ZoneInfo(mission.timezone)).isoformat()


def _whole(sent: Fields, name: str, least: int, most: int) -> int:
    text = sent.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise FormError(**{name: _("Write a whole number within the bounds.")})
    return int(text)


def _put(rows: list[Row], row: Row, place: int | None) -> None:
    if place is None:
        rows.append(row)
    else:
        rows[place] |= row


def _fresh(rows: Sequence[Row], start: str) -> str:
    """Return an id that no row has yet."""
    taken = {key_of(row) for row in rows}
    return next(name for name in (f"{start}{number}" for number in range(1, len(rows) + 2)) if name not in taken)


def _shown_point(mission: Mission, row: Row) -> dict[str, str]:
    starts, ends = (_local(mission, row[name]) for name in ("starts_at", "ends_at"))
    return {
        "type": row["type"],
        "title_ru": row["titles"].get("ru", ""),
        "title_en": row["titles"].get("en", ""),
        "day": starts.date().isoformat(),
        "from": f"{starts:%H:%M}",
        "until": f"{ends:%H:%M}",
        "location": row["location"],
        "binds": "" if not row["binds"] else "all" if row["organisation_ids"] is None else "some",
    }


def _put_point(mission: Mission, document: Document, sent: Fields, place: int | None) -> None:
    titles = {code: sent[f"title_{code}"].strip() for code in ("ru", "en") if sent.get(f"title_{code}", "").strip()}
    if not titles:
        raise FormError(title_ru=_("Write what it is, in one language at least."))
    row: Row = {
        "type": sent.get("type", "").strip() or "other",
        "titles": titles,
        "location": sent.get("location", "").strip(),
        "starts_at": _instant(mission, sent, "day", "from"),
        "ends_at": _instant(mission, sent, "day", "until"),
        "binds": sent.get("binds", "") in {"all", "some"},
    }
    rows = document["agenda"]
    if place is None:
        row["id"] = _fresh(rows, "point-")
    if sent.get("binds") != "some":
        row["organisation_ids"] = None
    _put(rows, row, place)


def _shown_table(_mission: Mission, row: Row) -> dict[str, str]:
    return {
        "id": row["id"],
        "location": row["location"],
        "seats": str(row["seats"]),
        "video_kit": "yes" if row["video_kit"] else "",
    }


def _put_table(_mission: Mission, document: Document, sent: Fields, place: int | None) -> None:
    rows = document["tables"]
    row: Row = {
        "location": sent.get("location", "").strip(),
        "seats": _whole(sent, "seats", 1, 100),
        "video_kit": bool(sent.get("video_kit")),
    }
    if place is not None:
        rows[place] |= row
        return
    start, number, width = _numbering(rows)
    many = _whole(sent, "many", 1, MOST_TABLES)
    names = [f"{start}{number + ahead:0{width}d}" for ahead in range(1, many + 1)]
    rows.extend({"id": name, **row} for name in names)
    if sent.get("open") == "yes":
        for slot in document["slots"]:
            slot["tables"] = [*slot["tables"], *names]


def _numbering(rows: Sequence[Row]) -> tuple[str, int, int]:
    """Return how tables are named: what stands before the number, the last number, and its least width."""
    named = [found for row in rows if (found := re.fullmatch(r"(\D*)(\d+)", row["id"], re.ASCII))]
    if not named:
        return "T", 0, 1
    last = max(named, key=lambda found: int(found[2]))
    return last[1], int(last[2]), len(last[2]) if last[2].startswith("0") else 1


def _shown_slot(mission: Mission, row: Row) -> dict[str, str]:
    starts, ends = (_local(mission, row[name]) for name in ("starts_at", "ends_at"))
    return {
        "session": row["session"],
        "day": starts.date().isoformat(),
        "from": f"{starts:%H:%M}",
        "until": f"{ends:%H:%M}",
        "tables": ",".join(row["tables"]),
    }


def _put_slots(mission: Mission, document: Document, sent: Fields, place: int | None) -> None:
    rows = document["slots"]
    tables = [table["id"] for table in document["tables"] if sent.get(f"table-{table['id']}")]
    begin, end = _instant(mission, sent, "day", "from"), _instant(mission, sent, "day", "until")
    session = sent.get("session", "").strip()
    if place is not None:
        rows[place] |= {"session": session, "starts_at": begin, "ends_at": end, "tables": tables}
        return
    length = timedelta(minutes=_whole(sent, "minutes", 5, 240))
    pause = timedelta(minutes=_whole(sent, "pause", 0, 120))
    at, until = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    if at + length > until:
        raise FormError(until=_("Not one meeting fits between these times."))
    taken = {row["id"] for row in rows}
    made = 0
    while at + length <= until:
        name = f"{at:%m%d-%H%M}"
        name = name if name not in taken else f"{name}-{_fresh(rows, 's')}"
        rows.append(
            {
                "id": name,
                "session": session,
                "starts_at": at.isoformat(),
                "ends_at": (at + length).isoformat(),
                "tables": tables,
            }
        )
        at += length + pause
        made += 1
        if made > LONGEST_SESSION:
            raise FormError(minutes=_("That makes more than a hundred slots: take longer meetings or fewer hours."))


def _shown_walk(_mission: Mission, row: Row) -> dict[str, str]:
    return {"from": row["from"], "to": row["to"], "minutes": str(row["minutes"])}


def _put_walk(_mission: Mission, document: Document, sent: Fields, place: int | None) -> None:
    row: Row = {name: sent.get(name, "").strip() for name in ("from", "to")}
    _put(document["walking"], row | {"minutes": _whole(sent, "minutes", 0, 240)}, place)


def _shown_interpreter(_mission: Mission, row: Row) -> dict[str, str]:
    return {"id": row["id"], "languages": " ".join(row["languages"])}


def _put_interpreter(_mission: Mission, document: Document, sent: Fields, place: int | None) -> None:
    rows = document["interpreters"]
    row: Row = {"languages": re.findall(r"[^\s,;]+", sent.get("languages", "").lower())}
    if place is None:
        row |= {"id": sent.get("id", "").strip().upper() or _fresh(rows, "I"), "availability": None}
    _put(rows, row, place)


PARTS: Mapping[str, Part] = {
    "agenda": Part(shown=_shown_point, put=_put_point),
    "tables": Part(shown=_shown_table, put=_put_table),
    "slots": Part(shown=_shown_slot, put=_put_slots),
    "walking": Part(shown=_shown_walk, put=_put_walk),
    "interpreters": Part(shown=_shown_interpreter, put=_put_interpreter),
}
"""The parts of a programme by their names in it."""


TYPES: Mapping[str, str] = {
    "registration": _("Registration"),
    "plenary": _("Plenary"),
    "pitch_session": _("Pitch session"),
    "round_table": _("Round table"),
    "meal": _("Meal"),
    "site_visit": _("Site visit"),
    "transfer": _("Transfer"),
    "signing_ceremony": _("Signing ceremony"),
    "other": _("Other"),
}
"""The usual types of a point of the agenda; a programme that comes through the API may have others."""
_NEW = {
    "agenda": _("New point of the agenda"),
    "tables": _("New tables"),
    "slots": _("New session of meetings"),
    "walking": _("Way between two locations"),
    "interpreters": _("New interpreter"),
}
_OLD = {
    "agenda": _("Point of the agenda"),
    "tables": _("Table"),
    "slots": _("Slot"),
    "walking": _("Way between two locations"),
    "interpreters": _("Interpreter"),
}


def title_of(part: str, *, is_new: bool) -> str:
    """Name the form of one thing in a part of a programme."""
    return (_NEW if is_new else _OLD)[part]
