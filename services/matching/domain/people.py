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

    def is_there(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether one of the person's windows holds the whole time."""
        return any(since <= starts_at and ends_at <= until for since, until in self.windows)


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """A point of the programme; organisations None binds everyone."""

    starts_at: datetime
    ends_at: datetime
    organisations: frozenset[Id] | None = None

    def binds(self, organisation_id: Id) -> bool:
        """Say whether nobody of the organisation may meet during the item."""
        return self.organisations is None or organisation_id in self.organisations

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Say whether the item shares time with the given one; touching is no overlap."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def may_sit(person: Person, starts_at: datetime, ends_at: datetime, agenda: tuple[AgendaItem, ...]) -> bool:
    """Say whether a person may negotiate during the whole time."""
    if not person.can_negotiate or not person.is_there(starts_at, ends_at):
        return False
    return not any(item.binds(person.organisation_id) and item.overlaps(starts_at, ends_at) for item in agenda)
