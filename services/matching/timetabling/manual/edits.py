"""Changes of a timetable by hand: each is the meetings that it concerns, as they were and as they are to be.

A draft is the published timetable with some edits replayed on it. An edit that does not find its meetings as it left
them, or finds a place forbidden, leaves everything as it is and says what stood in the way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matching.timetabling.manual.conflicts import Places, Refusal, Refused
from matching.timetabling.model.people import Id
from matching.timetabling.model.problem import Problem
from matching.timetabling.model.timetable import Pair, Placed


class EditKind(StrEnum):
    """What an organiser does to a timetable."""

    MOVE = "move"
    SWAP = "swap"
    LOCK = "lock"
    UNLOCK = "unlock"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an edit does to one pair; before or after None: it has no meeting then."""

    pair: Pair
    before: Placed | None
    after: Placed | None


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One act of an organiser; its changes come together or not at all."""

    id: Id
    kind: EditKind
    changes: tuple[Change, ...]


@dataclass(kw_only=True)
class Draft:
    """A timetable in the making. `begun` are the pairs whose meeting is running or over."""

    places: Places
    locked: set[Pair]
    begun: frozenset[Pair]
    refused: dict[Id, tuple[Refusal, ...]] = field(default_factory=dict)
    """Edits that could not be replayed, and what stood in the way."""

    @classmethod
    def of(cls, problem: Problem, meetings: Iterable[Placed], locked: Iterable[Pair], begun: Iterable[Pair]) -> "Draft":
        """Begin with the published timetable."""
        return cls(places=Places(problem, meetings), locked=set(locked), begun=frozenset(begun))

    @property
    def meetings(self) -> Mapping[Pair, Placed]:
        """The meetings as they are now."""
        return self.places.meetings

    def replay(self, edits: Iterable[Edit]) -> "Draft":
        """Make the edits one after another; those that cannot be made are noted as refused, the others stay."""
        for edit in edits:
            refusals = self.make(edit)
            if refusals:
                self.refused[edit.id] = refusals
        return self

    def make(self, edit: Edit) -> tuple[Refusal, ...]:
        """Make an edit; or leave all as it is and say what stands in the way."""
        refusals = self.unlike(edit)
        if refusals:
            return refusals
        if edit.kind in (EditKind.LOCK, EditKind.UNLOCK):
            self._pin({change.pair for change in edit.changes}, edit.kind)
            return ()
        return self._place(edit.changes)

    def unlike(self, edit: Edit) -> tuple[Refusal, ...]:
        """Say in which way the meetings of an edit are not as it takes them to be."""
        return tuple(refusal for change in edit.changes for refusal in self._unlike(edit.kind, change))

    def stranded(self) -> dict[Pair, tuple[Refusal, ...]]:
        """Give the meetings ahead that cannot be where they are, and why: the world has changed under them."""
        ahead = ((pair, meeting) for pair, meeting in self.meetings.items() if pair not in self.begun)
        judged = ((pair, self.places.refusals(meeting)) for pair, meeting in ahead)
        return {pair: refusals for pair, refusals in judged if refusals}

    def _unlike(self, kind: EditKind, change: Change) -> Iterable[Refusal]:
        pair, now = change.pair, self.meetings.get(change.pair)
        if now != change.before:
            code = Refused.MEETING_EXISTS if change.before is None else Refused.MEETING_ELSEWHERE
            yield Refusal(code=code, meeting=pair)
        elif pair in self.begun:
            yield Refusal(code=Refused.MEETING_BEGUN, meeting=pair)
        elif kind is EditKind.UNLOCK and pair not in self.locked:
            yield Refusal(code=Refused.MEETING_UNLOCKED, meeting=pair)
        elif kind is not EditKind.UNLOCK and pair in self.locked:
            yield Refusal(code=Refused.MEETING_LOCKED, meeting=pair)

    def _pin(self, pairs: set[Pair], kind: EditKind) -> None:
        self.locked = self.locked | pairs if kind is EditKind.LOCK else self.locked - pairs

    def _place(self, changes: tuple[Change, ...]) -> tuple[Refusal, ...]:
        for change in changes:
            self._set(change.pair, None)
        refusals: list[Refusal] = []
        for change in changes:
            refusals += self.places.refusals(change.after) if change.after else ()
            self._set(change.pair, change.after)
        if refusals:
            for change in changes:
                self._set(change.pair, None)
            for change in changes:
                self._set(change.pair, change.before)
        return tuple(refusals)

    def _set(self, pair: Pair, meeting: Placed | None) -> None:
        if pair in self.meetings:
            self.places.take_out(pair)
        if meeting is not None:
            self.places.put(meeting)
