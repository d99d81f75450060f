"""Reasons in words, short names.

Names of organisations without their legal forms, for narrow cells.

The facts behind the reason of a pair without a meeting, in the reader's words.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from matching.models import MissionCopy
from matching.pages.layout import say
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _

_QUOTED = re.compile(r"[^\W\d_]{2,7}(?: [^\W\d_]{2,7})*\s+«(?P<name>.+)»")
"""A form of capitals before the name: ООО «Рудмонтаж», ФГБОУ ВО «Институт»."""
_TRAILING = re.compile(
    r",?\s+(?:LLC|LLP|Ltd\.?|Limited|Inc\.?|JSC|PJSC|CJSC|OJSC|plc|PLC|GmbH|AG|sole proprietor|\([A-Z]{2,6}\))$"
)
_PERSON = re.compile(r"(?P<form>ИП\s+[\w-]+)\s+(?P<first>\w)\w+\s+(?P<second>\w)\w+")


def short_name(name: str) -> str:
    """Leave the legal form out, and the given names of a sole trader but their initials; what has neither stays."""
    quoted = _QUOTED.fullmatch(name)
    if quoted and name[: quoted.start("name") - 1].isupper():
        return quoted["name"].replace("„", "«").replace("“", "»")
    person = _PERSON.fullmatch(name)
    if person:
        return f"{person['form']} {person['first']}. {person['second']}."
    return _TRAILING.sub("", name) or name


SHOWN = 3
"""Meetings that a line names."""
SLOTS = {
    "hall_full": _("full: %(times)s"),
    "free_place_left": _("free: %(times)s"),
}
THERE = {"guest_slots": _("guest: %(times)s"), "host_slots": _("host: %(times)s")}
ENOUGH = {"guest": _("guest: %(day)s"), "host": _("host: %(day)s")}
AWAY = {
    "guest": _("%(time)s: guest comes from, or goes to, %(other)s, a walk of %(minutes)s min"),
    "host": _("%(time)s: host comes from, or goes to, %(other)s, a walk of %(minutes)s min"),
}
SPEAKS = {"guest": _("guest speaks %(languages)s"), "host": _("host speaks %(languages)s")}
BUSY = {"guest": _("%(time)s: guest with %(partner)s"), "host": _("%(time)s: host with %(partner)s")}


def partners(rows: Iterable[Mapping[str, Any]]) -> set[UUID]:
    """Return the organisations that the facts of rows name."""
    return {UUID(busy["partner_id"]) for row in rows for busy in row.get("facts", {}).get("busy", ())[:SHOWN]}


def _few(told: Callable[[Mapping[str, Any]], str], entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Tell the first entries and say how many more there are."""
    lines = [told(entry) for entry in entries[:SHOWN]]
    if len(entries) > SHOWN:
        lines.append(say(_("and %(number)s more")) % {"number": len(entries) - SHOWN})
    return lines


@dataclass(frozen=True, kw_only=True)
class FactTeller:
    """What lines of facts draw on: the programme, where it takes place, and names."""

    mission: MissionCopy
    names: Mapping[UUID, str]

    def __call__(self, row: Mapping[str, Any]) -> str:
        """Say in one short line what shows that a row's reason is true; nothing where that is not known."""
        facts = row.get("facts") or {}
        if row["reason"] == "no_common_slot":
            parts = [say(THERE[side]) % {"times": self._times(facts.get(side, ()))} for side in THERE if facts]
        elif row["reason"] == "day_cap_reached":
            parts = [say(ENOUGH[full["side"]]) % {"day": self._day(full["day"])} for full in facts.get("full", ())]
        elif row["reason"] == "people_busy":
            parts = _few(self._busy, facts.get("busy", ()))
        elif row["reason"] == "too_far":
            parts = _few(self._away, facts.get("away", ()))
        elif row["reason"] == "no_interpreter":
            parts = list(self._unheard(facts))
        else:
            told = SLOTS.get(row["reason"])
            parts = [say(told) % {"times": self._times(facts["slots"])}] if told and facts.get("slots") else []
        return "; ".join(parts)

    def _busy(self, entry: Mapping[str, Any]) -> str:
        partner = short_name(self.names[UUID(entry["partner_id"])])
        return say(BUSY[entry["side"]]) % {"time": self._times([entry["slot_id"]]), "partner": partner}

    def _away(self, entry: Mapping[str, Any]) -> str:
        other = ", ".join(filter(None, (self._times([entry["other_slot_id"]]), entry["other_location"])))
        told = {"time": self._times([entry["slot_id"]]), "other": other, "minutes": entry["minutes"]}
        return say(AWAY[entry["side"]]) % told

    def _unheard(self, facts: Mapping[str, Any]) -> Iterable[str]:
        """Say when only an interpreter is missing, what each side speaks, and who could interpret but is engaged."""
        if facts.get("slots"):
            yield self._times(facts["slots"])
        for side, told in SPEAKS.items():
            spoken = {code for entry in facts.get("speaks", ()) if entry["side"] == side for code in entry["languages"]}
            if spoken:
                yield say(told) % {"languages": ", ".join(sorted(spoken))}
        engaged = sorted({entry["interpreter"] for entry in facts.get("engaged", ())})
        if engaged:
            yield say(_("engaged: %(interpreters)s")) % {"interpreters": ", ".join(engaged)}

    def _times(self, slot_ids: Iterable[str]) -> str:
        """Say when slots are, those that follow each other as one time, each day once."""
        spans: list[list[datetime]] = []
        for starts_at, ends_at in sorted(self._instants(slot_ids)):
            if spans and spans[-1][1] == starts_at:
                spans[-1][1] = ends_at
            else:
                spans.append([starts_at, ends_at])
        days: dict[date, list[str]] = {}
        for since, until in spans:
            day = since.astimezone(ZoneInfo(self.mission.timezone)).date()
            span = formats.local_span(since, until, self.mission.timezone, language=languages.of_request())
            days.setdefault(day, []).append(span)
        told = (f"{self._day(day.isoformat())} {', '.join(times)}" for day, times in days.items())
        return ", ".join(told) or say(_("never"))

    def _instants(self, slot_ids: Iterable[str]) -> Iterable[tuple[datetime, datetime]]:
        wanted = set(slot_ids)
        for slot in self.mission.slots:
            if slot["id"] in wanted:
                yield datetime.fromisoformat(slot["starts_at"]), datetime.fromisoformat(slot["ends_at"])

    def _day(self, day: str) -> str:
        return formats.local_date(date.fromisoformat(day), language=languages.of_request())
