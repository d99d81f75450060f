"""An edit of the draft that was refused, as the page says it: why, what others did, and what can be done instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching.models import Meeting, MissionCopy
from matching.pages.layout import say
from matching.pages.organiser import draft_forms
from matching.pages.organiser.draft_texts import Named, PlaceTeller
from matching.timetabling.manual.conflicts import Refused
from servicekit.auth.actors import Actor
from servicekit.problems import Problem, Why
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What can be done instead with a press: the route that is posted to, its fields, what the button says."""

    deed: str
    fields: Mapping[str, str]
    label: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What the page says beside the board."""

    title: str
    wanted: str
    """What the organiser wanted: it is kept, and can be sent again where that helps."""
    reasons: list[str]
    text: str
    offers: list[Offer]


def refusal(
    session: Session, mission: MissionCopy, problem: Problem, deed: str, given: Mapping[str, str], actor: Actor
) -> Refusal:
    """Say why an edit was refused, and offer what could be done instead."""
    teller = PlaceTeller.of(session, mission, problem.reasons, actor)
    ends = _ends(session, mission, given)
    named = Named.of(session, mission, ends or (), actor)
    elsewhere = (place for place in problem.alternatives if not _is_here(place, given))
    offers = [_elsewhere(named, place, deed, given) for place in elsewhere]
    offers += [
        _swapped(teller, why, given) for why in problem.reasons if deed == "move" and why.code == Refused.TABLE_TAKEN
    ]
    if problem.current and problem.current["place"] and deed in ("move", "lock", "unlock", "remove"):
        offers = [_again(named, problem.current["place"], deed, given)]
    return Refusal(
        title=say(problem.title),
        wanted=_wanted(named, ends, given),
        reasons=list(dict.fromkeys(map(teller, problem.reasons))),
        text=_current(named, problem, actor) or ("" if problem.reasons else _detail(problem)),
        offers=offers,
    )


def _ends(session: Session, mission: MissionCopy, given: Mapping[str, str]) -> tuple[UUID, UUID] | None:
    """Find the pair of an edit, of a meeting or of two organisations."""
    if "meeting_id" in given:
        meeting = session.get(Meeting, _uuid(given["meeting_id"]))
        return meeting.pair if meeting is not None and meeting.mission_id == mission.id else None
    if given.get("guest_id") and given.get("host_id"):
        return _uuid(given["guest_id"]), _uuid(given["host_id"])
    return None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _wanted(named: Named, ends: tuple[UUID, UUID] | None, given: Mapping[str, str]) -> str:
    if ends is None or not given.get("to_slot"):
        return named.pair(*ends) if ends else ""
    place = named.place(given["to_slot"], given.get("to_table") or say(_("any free one")))
    return say(_("%(pair)s, wanted: %(place)s")) % {"pair": named.pair(*ends), "place": place}


def _is_here(place: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    """Tell whether a place is the one that the meeting has."""
    return (place["slot"], place["table"]) == (given.get("slot"), given.get("table"))


def _elsewhere(named: Named, place: Mapping[str, Any], deed: str, given: Mapping[str, str]) -> Offer:
    """Offer a free place; whoever wanted to exchange two meetings is offered to move the first."""
    fields = dict(given) | {"to_slot": place["slot"], "to_table": place["table"]}
    starts_at = datetime.fromisoformat(place["starts_at"])
    return Offer(
        deed="add" if deed == "add" else "move",
        fields=fields,
        label=named.place(place["slot"], place["table"], starts_at),
    )


def _swapped(teller: PlaceTeller, why: Why, given: Mapping[str, str]) -> Offer:
    """Offer to exchange places with the meeting that has the table."""
    other = draft_forms.OTHER.join((str(why.about["meeting_id"]), given["to_slot"], given.get("to_table", "")))
    label = say(_("Exchange places with %(pair)s")) % {"pair": teller.pair(why)}
    return Offer(deed="swap", fields=dict(given) | {"other": other}, label=label)


def _again(named: Named, place: Mapping[str, str], deed: str, given: Mapping[str, str]) -> Offer:
    """Offer to do what was wanted with the meeting where it now is."""
    fields = dict(given) | {"slot": place["slot"], "table": place["table"]}
    labels = {
        "move": _("Move it to %(place)s all the same"),
        "lock": _("Lock it at %(place)s"),
        "unlock": _("Unlock it at %(place)s"),
        "remove": _("Remove it from %(place)s"),
    }
    to = (given.get("to_slot", ""), given.get("to_table", "")) if deed == "move" else (place["slot"], place["table"])
    return Offer(deed=deed, fields=fields, label=say(labels[deed]) % {"place": named.place(*to)})


def _current(named: Named, problem: Problem, actor: Actor) -> str:
    """Say where a meeting is that was not where it was seen, and who brought it there when."""
    now = problem.current
    if now is None:
        return ""
    place = now["place"]
    where = named.place(place["slot"], place["table"]) if place else say(_("it has no place any more"))
    if "changed_at" not in now:
        return say(_("Since timetable %(number)s: %(place)s.")) % {"number": now["timetable"], "place": where}
    at = datetime.fromisoformat(now["changed_at"])
    who = say(_("You")) if now["changed_by"] == actor.id[:64] else say(_("Another organiser"))
    zone, language = named.mission.timezone, languages.of_request()
    told = {"who": who, "time": formats.local_time(at, zone, language=language), "place": where}
    return say(_("%(who)s changed it at %(time)s: %(place)s.")) % told


def _detail(problem: Problem) -> str:
    text = say(problem.detail) if problem.detail else ""
    return text % problem.facts if problem.facts and text else text
