"""The draft of a mission's timetable as it now is: the published meetings with the edits replayed on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.errors import HallUnusableError
from matching.models import DraftEdit, Inputs, MissionCopy, TimetableDraft
from matching.models.meetings import meeting_id
from matching.pack import MatchingRules
from matching.queries.solver_input import Facts, facts_of
from matching.timetabling.manual.conflicts import Refusal
from matching.timetabling.manual.edits import Change, Draft, Edit, EditKind
from matching.timetabling.model.timetable import Pair, Placed
from servicekit.data import clock

PLAIN = ("slot_id", "table_id", "online", "interpreter")
"""Members of a place that are no ids of organisations or people."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What an organiser has before them; ids of the draft are the problem's aliases, all others everybody's."""

    mission: MissionCopy
    facts: Facts
    number: int
    """The newest published timetable; 0: none."""
    version: int
    rows: tuple[DraftEdit, ...]
    draft: Draft

    @cached_property
    def base(self) -> Draft:
        """What is published, without the edits."""
        return _base(self.facts)

    @cached_property
    def real(self) -> dict[UUID, UUID]:
        """The ids that everybody knows, by their aliases."""
        return {alias: id_ for id_, alias in self.facts.aliases.items()}

    @cached_property
    def stranded(self) -> Mapping[Pair, tuple[Refusal, ...]]:
        """Meetings ahead that cannot stay where they are, whoever has put them there."""
        return self.draft.stranded()

    @cached_property
    def pairs(self) -> dict[UUID, Pair]:
        """Every pair that has a meeting, had one or is named by an edit, by the id of its meeting."""
        named = {ends_of(change) for row in self.rows for change in row.changes}
        known = {meeting.id: self.alias(meeting.pair) for meeting in self.facts.meetings}
        return known | {meeting_id(self.mission.id, *ends): self.alias(ends) for ends in named}

    @cached_property
    def _ids(self) -> dict[Pair, UUID]:
        return {pair: id_ for id_, pair in self.pairs.items()}

    def alias(self, ends: tuple[UUID, UUID]) -> Pair:
        """Call a pair as the problem does."""
        return self.facts.aliases.get(ends[0], ends[0]), self.facts.aliases.get(ends[1], ends[1])

    def ends(self, pair: Pair) -> tuple[UUID, UUID]:
        """Call a pair as everybody does."""
        return self.real.get(pair[0], pair[0]), self.real.get(pair[1], pair[1])

    def meeting_id(self, pair: Pair) -> UUID:
        """Return the id of a pair's meeting."""
        return self._ids.get(pair) or meeting_id(self.mission.id, *self.ends(pair))

    def written(self, meeting: Placed | None) -> dict[str, Any] | None:
        """Write a place with ids that outlast the problem."""
        if meeting is None:
            return None
        members = {field.name: getattr(meeting, field.name) for field in fields(meeting)}
        return {name: str(self.real.get(v, v)) if isinstance(v, UUID) else v for name, v in members.items()}

    def change_of(self, change: Change) -> dict[str, Any]:
        """Write what an edit does to a pair."""
        guest, host = self.ends(change.pair)
        places = {"before": self.written(change.before), "after": self.written(change.after)}
        return {"guest_id": str(guest), "host_id": str(host)} | places


def desk_of(
    session: Session,
    mission: MissionCopy,
    rules: MatchingRules,
    *,
    without: UUID | None = None,
    locked: bool = False,
    is_whole: bool = True,
) -> Desk:
    """Replay the draft of a mission on what is published and has happened since; if asked, without one edit.

    Where a meeting may be depends on no recommendation: a desk that is not whole leaves them out, and is there sooner.

    Raises:
        HallUnusableError: no timetable can be made from the programme as it now is.

    """
    facts = facts_now(session, mission, rules, candidates=is_whole)
    query = select(DraftEdit).where(DraftEdit.mission_id == mission.id).order_by(DraftEdit.sequence)
    rows = tuple(session.scalars(query.with_for_update() if locked else query))
    counters, draft = session.get(Inputs, mission.id), session.get(TimetableDraft, mission.id)
    kept = tuple(row for row in rows if row.id != without)
    return Desk(
        mission=mission,
        facts=facts,
        number=counters.timetable_number if counters else 0,
        version=draft.version if draft else 0,
        rows=kept,
        draft=_base(facts).replay(_edit(facts, row) for row in kept),
    )


def published_desk(session: Session, mission: MissionCopy, rules: MatchingRules) -> Desk:
    """Lay out what is published, without what organisers have in their draft; raises what `desk_of` does."""
    facts, counters = facts_now(session, mission, rules), session.get(Inputs, mission.id)
    number = counters.timetable_number if counters else 0
    return Desk(mission=mission, facts=facts, number=number, version=0, rows=(), draft=_base(facts))


def facts_now(session: Session, mission: MissionCopy, rules: MatchingRules, *, candidates: bool = True) -> Facts:
    """Gather the facts of a mission as they are now, as `facts_of` does, or raise HallUnusableError."""
    try:
        return facts_of(session, mission, rules, clock.now(session), candidates=candidates)
    except ValueError as error:
        raise HallUnusableError from error


def ends_of(row: Mapping[str, Any]) -> tuple[UUID, UUID]:
    """Read the two organisations that a document names."""
    return UUID(row["guest_id"]), UUID(row["host_id"])


def _base(facts: Facts) -> Draft:
    standing = [meeting for meeting in facts.meetings if meeting.stands or meeting.is_over]
    placed = {meeting.id: facts.placed(meeting) for meeting in standing}
    return Draft.of(
        facts.problem,
        placed.values(),
        locked=[placed[meeting.id].pair for meeting in standing if meeting.stands and meeting.is_locked],
        begun=[placed[meeting.id].pair for meeting in standing if meeting.id in facts.begun],
    )


def _edit(facts: Facts, row: DraftEdit) -> Edit:
    return Edit(id=row.id, kind=EditKind(row.kind), changes=tuple(_changes(facts, row.changes)))


def _changes(facts: Facts, rows: Iterable[Mapping[str, Any]]) -> Iterable[Change]:
    for row in rows:
        guest, host = (facts.aliases.get(end, end) for end in ends_of(row))
        yield Change(pair=(guest, host), before=_read(facts, row["before"]), after=_read(facts, row["after"]))


def _read(facts: Facts, place: Mapping[str, Any] | None) -> Placed | None:
    """Read a place that `written` wrote, in the words of the problem as it now is."""
    if place is None:
        return None
    members: dict[str, Any] = {n: v if n in PLAIN or v is None else UUID(v) for n, v in place.items()}
    aliased: dict[str, Any] = {n: facts.aliases.get(v, v) if isinstance(v, UUID) else v for n, v in members.items()}
    return Placed(**aliased)
