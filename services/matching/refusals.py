"""Why a meeting cannot be somewhere, as programs and readers are told it."""

from collections.abc import Iterable
from typing import Any

from flask import current_app

from matching.queries.desks import Desk
from matching.timetabling.manual.conflicts import Refusal, Refused
from servicekit.languages import noop as _
from servicekit.problems import Why

WORDS = {
    Refused.AVOIDED: _("One side asked not to meet the other."),
    Refused.SLOT_UNKNOWN: _("The programme has no such slot."),
    Refused.SLOT_PAST: _("The slot has begun."),
    Refused.PERSON_UNKNOWN: _("Delegate %(person_id)s does not take part for the organisation."),
    Refused.PERSON_NO_NEGOTIATOR: _("Delegate %(person_id)s sits in no meetings."),
    Refused.PERSON_ABSENT: _("Delegate %(person_id)s is not there then."),
    Refused.AGENDA_BINDS: _("The programme wants delegate %(person_id)s elsewhere then."),
    Refused.PERSON_BUSY: _("Delegate %(person_id)s sits in meeting %(meeting_id)s then."),
    Refused.DAY_CAP_REACHED: _("Delegate %(person_id)s has enough meetings that day."),
    Refused.TABLE_SHUT: _("The table is not open then."),
    Refused.TABLE_WITHOUT_VIDEO: _("One of the two takes part online, and the table has no video kit."),
    Refused.TABLE_TAKEN: _("Meeting %(meeting_id)s has the table then."),
    Refused.NO_TABLE_LEFT: _("Every table that the meeting could use is taken then."),
    Refused.NO_INTERPRETER: _(
        "Nobody is there then who interprets between %(guest_languages)s and %(host_languages)s."
    ),
    Refused.INTERPRETER_UNKNOWN: _("The mission has no interpreter %(interpreter)s."),
    Refused.INTERPRETER_UNFIT: _("Interpreter %(interpreter)s does not speak a language of each of the two."),
    Refused.INTERPRETER_ABSENT: _("Interpreter %(interpreter)s is not there then."),
    Refused.INTERPRETER_BUSY: _("Interpreter %(interpreter)s sits in meeting %(meeting_id)s then."),
    Refused.TOO_FAR: _("The walk to or from meeting %(meeting_id)s takes %(minutes)s min, and there is less time."),
    Refused.AGENDA_TOO_FAR: _(
        "The walk to or from %(agenda_id)s of the programme takes %(minutes)s min, and there is less time."
    ),
    Refused.NO_PEOPLE: _("One side has nobody who sits in meetings."),
    Refused.MEETING_BEGUN: _("Meeting %(meeting_id)s is running or over."),
    Refused.MEETING_LOCKED: _("Meeting %(meeting_id)s is locked."),
    Refused.MEETING_UNLOCKED: _("Meeting %(meeting_id)s is not locked."),
    Refused.MEETING_ELSEWHERE: _("Meeting %(meeting_id)s was changed meanwhile."),
    Refused.MEETING_EXISTS: _("The two have meeting %(meeting_id)s already."),
}


def whys(desk: Desk, refusals: Iterable[Refusal]) -> list[Why]:
    """Name what stands in the way, with the ids that everybody knows."""
    return [Why(refusal.code, WORDS[refusal.code], _about(desk, refusal)) for refusal in refusals]


class Told:
    """What stands in the way on one desk, said in the reader's language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._say = current_app.extensions["caravan.gettext"]()

    def of(self, refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
        """Say what stands in the way."""
        told = ((why, self._say(why.detail)) for why in whys(self._desk, refusals))
        return [{"code": w.code, "detail": text % w.about if w.about else text, "about": w.about} for w, text in told]


def _about(desk: Desk, refusal: Refusal) -> dict[str, str]:
    about: dict[str, Any] = {}
    if refusal.person_id is not None:
        about["person_id"] = desk.real.get(refusal.person_id, refusal.person_id)
    if refusal.meeting is not None:
        guest, host = desk.ends(refusal.meeting)
        about |= {"meeting_id": desk.meeting_id(refusal.meeting), "guest_id": guest, "host_id": host}
    if refusal.interpreter:
        about["interpreter"] = refusal.interpreter
    if refusal.languages:
        about["guest_languages"], about["host_languages"] = refusal.languages
    if refusal.agenda_item is not None:
        about["agenda_id"] = refusal.agenda_item.id
    if refusal.minutes is not None:
        about["minutes"] = refusal.minutes
    return {name: str(value) for name, value in about.items()}
