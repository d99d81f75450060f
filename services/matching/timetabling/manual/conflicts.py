"""What stands in the way of a meeting at a place, named so that somebody can do something about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from matching.timetabling.model.hall import Slot, natural_order
from matching.timetabling.model.people import AgendaItem, Id, may_interpret
from matching.timetabling.model.problem import Problem, Sitter
from matching.timetabling.model.timetable import Pair, Placed


class Refused(StrEnum):
    """Why a meeting cannot be somewhere, or cannot be changed."""

    AVOIDED = "avoided"
    """One side asked not to meet the other."""
    SLOT_UNKNOWN = "slot_unknown"
    """The programme has no such slot."""
    SLOT_PAST = "slot_past"
    """The slot has begun."""
    PERSON_UNKNOWN = "person_unknown"
    """Nobody of the organisation who takes part has that id."""
    PERSON_NO_NEGOTIATOR = "person_no_negotiator"
    """The person comes without sitting in meetings."""
    PERSON_ABSENT = "person_absent"
    """The slot is outside the person's times."""
    AGENDA_BINDS = "agenda_binds"
    """A point of the programme wants the organisation to be there."""
    PERSON_BUSY = "person_busy"
    """The person sits in another meeting."""
    DAY_CAP_REACHED = "day_cap_reached"
    """The person has had as many meetings that day as anybody may."""
    TABLE_SHUT = "table_shut"
    """The table is not open in the slot."""
    TABLE_WITHOUT_VIDEO = "table_without_video"
    """One of the two takes part online, and the table has no video kit."""
    TABLE_TAKEN = "table_taken"
    """Another meeting has the table."""
    NO_TABLE_LEFT = "no_table_left"
    """Every table that the meeting could use is taken."""
    NO_INTERPRETER = "no_interpreter"
    """The two have no language in common, and nobody is there who speaks one of each."""
    INTERPRETER_UNKNOWN = "interpreter_unknown"
    """The mission has no such interpreter."""
    INTERPRETER_UNFIT = "interpreter_unfit"
    """The interpreter does not speak a language of each."""
    INTERPRETER_ABSENT = "interpreter_absent"
    """The slot is outside the interpreter's times."""
    INTERPRETER_BUSY = "interpreter_busy"
    """The interpreter sits in another meeting."""
    TOO_FAR = "too_far"
    """The way from or to another meeting takes longer than the time between the two."""
    AGENDA_TOO_FAR = "agenda_too_far"
    """The way from or to a point of the programme takes longer than the time between."""
    NO_PEOPLE = "no_people"
    """One side has nobody who sits in meetings."""
    MEETING_BEGUN = "meeting_begun"
    """The meeting is running or over."""
    MEETING_LOCKED = "meeting_locked"
    """The meeting is to stay where it is."""
    MEETING_UNLOCKED = "meeting_unlocked"
    """The meeting is not locked."""
    MEETING_ELSEWHERE = "meeting_elsewhere"
    """The meeting is not where it was seen: somebody has changed it."""
    MEETING_EXISTS = "meeting_exists"
    """The two have a meeting already."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One thing in the way: of whom, or of which other meeting, where that is known."""

    code: Refused
    person_id: Id | None = None
    meeting: Pair | None = None
    interpreter: str = ""
    languages: tuple[str, ...] = ()
    """What the two speak, where nobody speaks one of each."""
    agenda_item: AgendaItem | None = None
    minutes: int | None = None
    """How long the way is."""


@dataclass(frozen=True)
class Spot:
    """A slot and a table that a pair wants."""

    slot: Slot
    table_id: str
    pair: Pair


class Places:
    """A set of meetings, and who and what they take."""

    def __init__(self, problem: Problem, meetings: Iterable[Placed]) -> None:
        self.problem = problem
        self.meetings: dict[Pair, Placed] = {}
        self._of_sitter: dict[Sitter, list[Pair]] = defaultdict(list)
        self._interpreters = {one.id: one for one in sorted(problem.interpreters, key=lambda o: natural_order(o.id))}
        self._at: dict[tuple[str, str], list[Pair]] = defaultdict(list)
        for meeting in meetings:
            self.put(meeting)

    def put(self, meeting: Placed) -> None:
        """Enter a meeting, whether the rules allow it or not."""
        self.meetings[meeting.pair] = meeting
        for sitter in meeting.sitters:
            self._of_sitter[sitter].append(meeting.pair)
        self._at[meeting.slot_id, meeting.table_id].append(meeting.pair)

    def take_out(self, pair: Pair) -> None:
        """Let a meeting's place go."""
        meeting = self.meetings.pop(pair)
        for sitter in meeting.sitters:
            self._of_sitter[sitter].remove(pair)
        self._at[meeting.slot_id, meeting.table_id].remove(pair)

    def refusals(self, meeting: Placed) -> tuple[Refusal, ...]:
        """List all that forbids a meeting its place beside the other meetings; nothing where it may be there."""
        slot = self.problem.slot_by_id.get(meeting.slot_id)
        if slot is None:
            return (Refusal(code=Refused.SLOT_UNKNOWN),)
        return (*self.of_people(meeting, slot), *self.of_table(meeting, slot, meeting.table_id))

    def of_people(self, meeting: Placed, slot: Slot) -> tuple[Refusal, ...]:
        """List what forbids the two people and their interpreter the slot, whatever the table."""
        since = self.problem.earliest_start_at
        found = [Refusal(code=Refused.AVOIDED)] if self.problem.is_avoided(meeting.pair) else []
        found += [Refusal(code=Refused.SLOT_PAST)] if since is not None and slot.starts_at < since else []
        for organisation_id, person_id in zip(meeting.pair, meeting.people, strict=True):
            found += self._of_person(organisation_id, person_id, slot, meeting.pair)
        return (*found, *self._of_interpreter(meeting, slot))

    def of_table(self, meeting: Placed, slot: Slot, table_id: str) -> tuple[Refusal, ...]:
        """List what forbids a meeting a table in a slot in which its people may sit: also that it is too far away."""
        if table_id not in slot.tables:
            return (Refusal(code=Refused.TABLE_SHUT),)
        unfit = meeting.online and table_id not in self.problem.online_tables
        others = [pair for pair in self._at[slot.id, table_id] if pair != meeting.pair]
        return (
            *([Refusal(code=Refused.TABLE_WITHOUT_VIDEO)] if unfit else []),
            *(Refusal(code=Refused.TABLE_TAKEN, meeting=pair) for pair in others),
            *self._of_ways(meeting, slot, table_id),
        )

    def need_interpreter(self, people: tuple[Id, Id]) -> bool:
        """Say whether two people are known to have no language in common."""
        guest, host = (self.problem.person_by_id.get(person_id) for person_id in people)
        return guest is not None and host is not None and not guest.understands(host)

    def interpreters_for(self, people: tuple[Id, Id], slot: Slot) -> tuple[str, ...]:
        """Give those who are there in a slot and could interpret, busy or not; an empty code for nobody."""
        if not self.need_interpreter(people):
            return ("",)
        guest, host = (self.problem.person_by_id[person_id] for person_id in people)
        fit = (one for one in self._interpreters.values() if one.speaks_for(guest, host))
        times = slot.starts_at, slot.ends_at
        return tuple(one.id for one in fit if may_interpret(one, *times, self.problem.agenda)) or ("",)

    def _of_person(self, organisation_id: Id, person_id: Id, slot: Slot, pair: Pair) -> Iterator[Refusal]:
        person = self.problem.person_by_id.get(person_id)
        if person is None or person.organisation_id != organisation_id:
            yield Refusal(code=Refused.PERSON_UNKNOWN, person_id=person_id)
            return
        if not person.can_negotiate:
            yield Refusal(code=Refused.PERSON_NO_NEGOTIATOR, person_id=person_id)
        if not person.is_there(slot.starts_at, slot.ends_at):
            yield Refusal(code=Refused.PERSON_ABSENT, person_id=person_id)
        if any(i.binds(organisation_id) and i.overlaps(slot.starts_at, slot.ends_at) for i in self.problem.agenda):
            yield Refusal(code=Refused.AGENDA_BINDS, person_id=person_id)
        others = self._others(person_id, pair)
        for other in self._clashing(others, slot):
            yield Refusal(code=Refused.PERSON_BUSY, person_id=person_id, meeting=other)
        if sum(self._day(other) == slot.day for other in others) >= self.problem.max_per_person_per_day:
            yield Refusal(code=Refused.DAY_CAP_REACHED, person_id=person_id)

    def _of_interpreter(self, meeting: Placed, slot: Slot) -> Iterator[Refusal]:
        people = [person for id_ in meeting.people if (person := self.problem.person_by_id.get(id_))]
        is_needed = self.need_interpreter(meeting.people)
        if not meeting.interpreter:
            if is_needed:
                spoken = tuple(", ".join(sorted(person.languages)) for person in people)
                yield Refusal(code=Refused.NO_INTERPRETER, languages=spoken)
            return
        known = self._interpreters.get(meeting.interpreter)
        if known is None:
            yield Refusal(code=Refused.INTERPRETER_UNKNOWN, interpreter=meeting.interpreter)
            return
        if is_needed and not known.speaks_for(*people):
            yield Refusal(code=Refused.INTERPRETER_UNFIT, interpreter=known.id)
        if not may_interpret(known, slot.starts_at, slot.ends_at, self.problem.agenda):
            yield Refusal(code=Refused.INTERPRETER_ABSENT, interpreter=known.id)
        for other in self._clashing(self._others(known.id, meeting.pair), slot):
            yield Refusal(code=Refused.INTERPRETER_BUSY, interpreter=known.id, meeting=other)

    def _of_ways(self, meeting: Placed, slot: Slot, table_id: str) -> Iterator[Refusal]:
        """List from what, or to what, somebody would walk too long; who is online walks nowhere."""
        if slot.id not in self.problem.locations.near:
            return
        for organisation_id, person_id in zip(meeting.pair, meeting.people, strict=True):
            person = self.problem.person_by_id.get(person_id)
            if person is not None and not person.online:
                yield from self._of_walker(person_id, organisation_id, Spot(slot, table_id, meeting.pair))
        if meeting.interpreter:
            yield from self._of_walker(meeting.interpreter, None, Spot(slot, table_id, meeting.pair))

    def _of_walker(self, walker: Sitter, organisation_id: Id | None, spot: Spot) -> Iterator[Refusal]:
        who: dict[str, Any] = {"interpreter": walker} if isinstance(walker, str) else {"person_id": walker}
        locations, slot = self.problem.locations, spot.slot
        here = locations.of(slot.id, spot.table_id)
        for item in locations.items_too_far(organisation_id, slot, here):
            minutes = locations.minutes(here, item.location)
            yield Refusal(code=Refused.AGENDA_TOO_FAR, agenda_item=item, minutes=minutes, **who)
        for other in map(self.meetings.__getitem__, self._of_sitter[walker]):
            if other.pair == spot.pair or other.slot_id not in locations.near:
                continue
            there = locations.of(other.slot_id, other.table_id)
            if other.slot_id in self.problem.clashes[slot.id]:
                continue
            if locations.too_far((slot.id, here), (other.slot_id, there)):
                minutes = locations.minutes(here, there)
                yield Refusal(code=Refused.TOO_FAR, meeting=other.pair, minutes=minutes, **who)

    def _others(self, sitter: Sitter, pair: Pair) -> list[Placed]:
        """Give somebody's meetings without that of the pair."""
        return [self.meetings[other] for other in self._of_sitter[sitter] if other != pair]

    def _clashing(self, meetings: Iterable[Placed], slot: Slot) -> Iterator[Pair]:
        """Give the pairs of the meetings in slots that overlap one."""
        clashes = self.problem.clashes[slot.id]
        return (meeting.pair for meeting in meetings if meeting.slot_id in clashes)

    def _day(self, meeting: Placed) -> date | None:
        slot = self.problem.slot_by_id.get(meeting.slot_id)
        return None if slot is None else slot.day
