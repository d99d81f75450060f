"""The draft in words: what was changed by whom, what does not hold any more, why something was refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import queries, refusals
from matching.domain.short_names import short_name
from matching.frames import say
from matching.models import DraftEdit, MissionCopy
from matching.place_words import PlaceTeller
from matching.queries.desks import Desk
from matching.timetabling.manual.edits import EditKind
from servicekit import formats, languages, marks
from servicekit.auth import Actor
from servicekit.languages import noop as _

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
        return marks.nbsp(" – ".join(ends))

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
        return marks.nbsp(say(_("%(day)s, %(time)s, table %(table)s")) % told)


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
    whys = {pair: refusals.whys(desk, found) for pair, found in desk.stranded.items()}
    lost = {id_: refusals.whys(desk, found) for id_, found in desk.draft.refused.items()}
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
