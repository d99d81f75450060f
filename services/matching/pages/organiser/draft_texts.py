"""Edits and conflicts in words.

Why a meeting cannot be somewhere, as organisers read it: with the names of organisations instead of ids.

The draft in words: what was changed by whom, what does not hold any more, why something was refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching import queries
from matching.models import DelegateCopy, DraftEdit, MissionCopy
from matching.pages.layout import say
from matching.pages.texts import short_name
from matching.queries import drafts
from matching.queries.draft_state import Desk
from matching.timetabling.manual.conflicts import Refused
from matching.timetabling.manual.edits import EditKind
from servicekit.auth.actors import Actor
from servicekit.problems import Why
from servicekit.texts import formats, languages, typography
from servicekit.texts.languages import noop as _

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
        return typography.nbsp(text % {"pair": "", **facts})

    def pair(self, why: Why) -> str:
        """Name the two whose meeting a reason is about."""
        return f"{self._short(UUID(str(why.about['guest_id'])))} – {self._short(UUID(str(why.about['host_id'])))}"

    def line(self, whys: Sequence[Why]) -> str:
        """Say all reasons in one line, each once."""
        return "; ".join(dict.fromkeys(map(self, whys)))

    def _short(self, id_: UUID) -> str:
        return short_name(self.names.get(id_, str(id_)))


KINDS = {
    EditKind.MOVE: _("%(pair)s: moved from %(before)s to %(after)s"),
    EditKind.SWAP: _("%(pair)s: exchanged, from %(before)s to %(after)s"),
    EditKind.LOCK: _("%(pair)s: locked at %(before)s"),
    EditKind.UNLOCK: _("%(pair)s: unlocked at %(before)s"),
    EditKind.ADD: _("%(pair)s: new at %(after)s"),
    EditKind.REMOVE: _("%(pair)s: removed from %(before)s"),
}


@dataclass(frozen=True, kw_only=True)
class Conflicts:
    """What of a draft does not hold as things now are, in words."""

    of_meetings: Mapping[str, str]
    """By the ids of meetings, shortly."""
    of_edits: Mapping[UUID, str]
    pairs: Mapping[str, str]
    """What the meetings are called."""

    @property
    def count(self) -> int:
        """How many edits and meetings there are to see to."""
        return len(self.of_meetings) + len(self.of_edits)


@dataclass(frozen=True, kw_only=True)
class Named:
    """Says pairs and places of a mission."""

    mission: MissionCopy
    names: Mapping[UUID, str]
    starts: Mapping[str, str]
    """When each slot begins."""

    @classmethod
    def of(cls, session: Session, mission: MissionCopy, ends: Iterable[UUID], actor: Actor) -> "Named":
        """Read the names of organisations."""
        return cls(
            mission=mission,
            names=queries.names_of(session, ends, languages.of_request(), actor),
            starts={slot["id"]: slot["starts_at"] for slot in mission.slots},
        )

    def pair(self, guest: Any, host: Any) -> str:
        """Name a guest and a host."""
        ends = (short_name(self.names.get(UUID(str(end)), str(end))) for end in (guest, host))
        return typography.nbsp(" – ".join(ends))

    def place(self, slot: str, table: str, starts_at: datetime | None = None) -> str:
        """Say when and where: the day, the time, the table."""
        at = starts_at or (datetime.fromisoformat(self.starts[slot]) if slot in self.starts else None)
        if at is None:
            return say(_("a time that the programme has no more"))
        language, zone = languages.of_request(), self.mission.timezone
        told = {
            "day": formats.local_date(at, zone, language=language),
            "time": formats.local_time(at, zone, language=language),
            "table": table,
        }
        return typography.nbsp(say(_("%(day)s, %(time)s, table %(table)s")) % told)


def edits(session: Session, mission: MissionCopy, rows: Sequence[DraftEdit], actor: Actor) -> list[dict[str, Any]]:
    """Tell what was changed, the newest first."""
    named = Named.of(session, mission, {end for row in rows for pair in row.pairs for end in pair}, actor)
    mine = actor.id[:64]
    return [
        {
            "id": row.id,
            "text": edit_text(named, row),
            "reason": row.reason,
            "made_at": row.made_at,
            "is_mine": row.made_by == mine,
        }
        for row in reversed(rows)
    ]


def edit_text(named: Named, row: DraftEdit) -> str:
    """Say what an edit did."""
    return "; ".join(_change(named, row.kind, change) for change in row.changes)


def conflicts(session: Session, desk: Desk, actor: Actor) -> Conflicts:
    """Say which meetings of a draft cannot stay, and which edits cannot be made any more, and why."""
    whys = {pair: drafts.whys(desk, found) for pair, found in desk.stranded.items()}
    lost = {id_: drafts.whys(desk, found) for id_, found in desk.draft.refused.items()}
    all_whys = [why for group in (*whys.values(), *lost.values()) for why in group]
    teller = PlaceTeller.of(session, desk.mission, all_whys, actor)
    ends = {pair: desk.ends(pair) for pair in whys}
    named = Named.of(session, desk.mission, {end for pair in ends.values() for end in pair}, actor)
    ids = {pair: str(desk.meeting_id(pair)) for pair in whys}
    return Conflicts(
        of_meetings={ids[pair]: teller.line(found) for pair, found in whys.items()},
        of_edits={id_: teller.line(found) for id_, found in lost.items()},
        pairs={ids[pair]: named.pair(*ends[pair]) for pair in whys},
    )


def _change(named: Named, kind: str, change: Mapping[str, Any]) -> str:
    places = {
        when: named.place(change[when]["slot_id"], change[when]["table_id"]) if change[when] else ""
        for when in ("before", "after")
    }
    pair = named.pair(change["guest_id"], change["host_id"])
    return say(KINDS[EditKind(kind)]) % {"pair": pair, **places}
