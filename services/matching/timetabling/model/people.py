"""Who may sit at a table, and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Id = UUID
"""Identity of an organisation or a person; it is only compared, and ordered by its text."""

Window = tuple[datetime, datetime]
"""From (included) and to (excluded), both aware."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A delegate who may sit in meetings for one organisation."""

    id: Id
    organisation_id: Id
    windows: tuple[Window, ...]
    online: bool = False
    can_negotiate: bool = True
    languages: frozenset[str] = frozenset()
    """What the person speaks, by codes; empty: not known, so that anybody will do."""

    def is_there(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether one of the person's windows holds the whole time."""
        return _holds(self.windows, starts_at, ends_at)

    def understands(self, other: "Person") -> bool:
        """Say whether two people need no interpreter, as far as their languages are known."""
        return not self.languages or not other.languages or not self.languages.isdisjoint(other.languages)


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """Somebody who can sit in a meeting for people who have no language in common; known by a code, as I1."""

    id: str
    languages: frozenset[str]
    windows: tuple[Window, ...]

    def speaks_for(self, one: Person, other: Person) -> bool:
        """Say whether the interpreter has a language in common with each of two people."""
        return not self.languages.isdisjoint(one.languages) and not self.languages.isdisjoint(other.languages)


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """A point of the programme; organisations None binds everyone."""

    starts_at: datetime
    ends_at: datetime
    organisations: frozenset[Id] | None = None
    location: str = ""
    id: str = ""

    def binds(self, organisation_id: Id | None) -> bool:
        """Say whether nobody of the organisation may meet during the item; None: who belongs to none."""
        return self.organisations is None or organisation_id in self.organisations

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether the item shares time with the given one; touching is no overlap."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def may_sit(person: Person, starts_at: datetime, ends_at: datetime, agenda: tuple[AgendaItem, ...]) -> bool:
    """Say whether a person may negotiate during the whole time."""
    if not person.can_negotiate or not person.is_there(starts_at, ends_at):
        return False
    return not any(item.binds(person.organisation_id) and item.overlaps(starts_at, ends_at) for item in agenda)


def may_interpret(
    interpreter: Interpreter, starts_at: datetime, ends_at: datetime, agenda: tuple[AgendaItem, ...]
) -> bool:
    """Say whether an interpreter is there during the whole time, and not bound by what binds everyone."""
    if not _holds(interpreter.windows, starts_at, ends_at):
        return False
    return not any(item.binds(None) and item.overlaps(starts_at, ends_at) for item in agenda)


def _holds(windows: tuple[Window, ...], starts_at: datetime, ends_at: datetime) -> bool:
    return any(since <= starts_at and ends_at <= until for since, until in windows)
