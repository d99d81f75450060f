"""Why a meeting cannot be somewhere, as organisers read it: with the names of organisations instead of ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching import queries
from matching.domain.short_names import short_name
from matching.frames import say
from matching.models import DelegateCopy, MissionCopy
from matching.timetabling.manual.conflicts import Refused
from servicekit import languages, marks
from servicekit.auth import Actor
from servicekit.languages import noop as _
from servicekit.problems import Why

WORDS = {
    Refused.AVOIDED: _("one side asked not to meet the other"),
    Refused.SLOT_UNKNOWN: _("the programme has no such time"),
    Refused.SLOT_PAST: _("this time has begun"),
    Refused.PERSON_UNKNOWN: _("%(whose)s: this delegate does not take part"),
    Refused.PERSON_NO_NEGOTIATOR: _("%(whose)s: this delegate sits in no meetings"),
    Refused.PERSON_ABSENT: _("%(whose)s: nobody is there then"),
    Refused.AGENDA_BINDS: _("%(whose)s: the programme wants them elsewhere then"),
    Refused.PERSON_BUSY: _("%(whose)s: in the meeting %(pair)s then"),
    Refused.DAY_CAP_REACHED: _("%(whose)s: enough meetings that day"),
    Refused.TABLE_SHUT: _("the table is not open then"),
    Refused.TABLE_WITHOUT_VIDEO: _("one of the two is online, and the table has no video kit"),
    Refused.TABLE_TAKEN: _("the table is taken: %(pair)s"),
    Refused.NO_TABLE_LEFT: _("every table that fits is taken"),
    Refused.NO_INTERPRETER: _("nobody is there to interpret between %(guest_languages)s and %(host_languages)s"),
    Refused.INTERPRETER_UNKNOWN: _("the mission has no interpreter %(interpreter)s"),
    Refused.INTERPRETER_UNFIT: _("interpreter %(interpreter)s does not speak a language of each"),
    Refused.INTERPRETER_ABSENT: _("interpreter %(interpreter)s is not there then"),
    Refused.INTERPRETER_BUSY: _("interpreter %(interpreter)s sits in the meeting %(pair)s"),
    Refused.TOO_FAR: _("the walk to or from the meeting %(pair)s takes %(minutes)s min"),
    Refused.AGENDA_TOO_FAR: _("the walk to or from “%(item)s” takes %(minutes)s min"),
    Refused.NO_PEOPLE: _("one side has nobody who sits in meetings"),
    Refused.MEETING_BEGUN: _("the meeting is running or over"),
    Refused.MEETING_LOCKED: _("the meeting is locked: unlock it first"),
    Refused.MEETING_UNLOCKED: _("the meeting is not locked"),
    Refused.MEETING_ELSEWHERE: _("the meeting %(pair)s was changed meanwhile"),
    Refused.MEETING_EXISTS: _("the two have a meeting already"),
}


@dataclass(frozen=True, kw_only=True)
class PlaceTeller:
    """What lines of reasons draw on."""

    names: Mapping[UUID, str]
    owners: Mapping[str, UUID]
    """The organisation of each delegate."""
    items: Mapping[str, str]
    """The points of the programme in the reader's language."""

    @classmethod
    def of(cls, session: Session, mission: MissionCopy, whys: Iterable[Why], actor: Actor) -> "PlaceTeller":
        """Read the names of all that reasons are about."""
        about = [why.about for why in whys]
        people = {UUID(str(one["person_id"])) for one in about if "person_id" in one}
        query = select(DelegateCopy.id, DelegateCopy.organisation_id).where(DelegateCopy.id.in_(people))
        owners = {str(id_): owner for id_, owner in session.execute(query)}
        ends = {UUID(str(one[end])) for one in about for end in ("guest_id", "host_id") if end in one}
        language = languages.of_request()
        return cls(
            names=queries.names_of(session, ends | set(owners.values()), language, actor),
            owners=owners,
            items={item["id"]: languages.pick(item["titles"], language) for item in mission.agenda},
        )

    def __call__(self, why: Why) -> str:
        """Say one reason as a part of a sentence."""
        facts: dict[str, Any] = {"guest_languages": "", "host_languages": "", "minutes": "", "interpreter": ""}
        facts |= {name: str(value) for name, value in why.about.items()}
        owner = self.owners.get(facts.get("person_id", ""))
        facts["whose"] = self._short(owner) if owner else say(_("a delegate"))
        facts["item"] = self.items.get(facts.get("agenda_id", ""), facts.get("agenda_id", ""))
        if "guest_id" in facts:
            facts["pair"] = self.pair(why)
        text = say(WORDS[Refused(why.code)])
        return marks.nbsp(text % {"pair": "", **facts})

    def pair(self, why: Why) -> str:
        """Name the two whose meeting a reason is about."""
        return f"{self._short(UUID(str(why.about['guest_id'])))} – {self._short(UUID(str(why.about['host_id'])))}"

    def line(self, whys: Sequence[Why]) -> str:
        """Say all reasons in one line, each once."""
        return "; ".join(dict.fromkeys(map(self, whys)))

    def _short(self, id_: UUID) -> str:
        return short_name(self.names.get(id_, str(id_)))
