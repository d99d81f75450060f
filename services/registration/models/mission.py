"""A mission: its dates, its hall, its programme, and whether it takes applications."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.registration import AgendaItem, HallTable, Interpreter, MeetingSlot, Walk, Window
from registration.commands import Programme
from registration.domain import windows
from registration.domain.rules import Rules
from registration.domain.statuses import MissionStatus
from registration.errors import MissionNotOpenError, StatusError
from registration.models.base import Base, Records, Strings, TextsColumn, worded
from servicekit.columns import Aggregate
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError


class Mission(Aggregate, Base):
    """A business mission; its home is the region that hosts the meetings."""

    __tablename__ = "mission"
    missing: ClassVar[str] = _("There is no mission %(id)s.")

    reference: Mapped[str] = mapped_column(String(64), unique=True)
    titles: Mapped[TextsColumn]
    kind: Mapped[str] = mapped_column(String(64))
    guest_region: Mapped[str] = mapped_column(String(8))
    host_region: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[str] = mapped_column(String(64))
    venue: Mapped[TextsColumn]
    organiser: Mapped[TextsColumn]
    organiser_phone: Mapped[str] = mapped_column(String(32))
    status: Mapped[MissionStatus] = mapped_column(worded(MissionStatus))
    max_meetings_per_person_per_day: Mapped[int]
    min_meetings_per_guest: Mapped[int]
    places: Mapped[dict[str, int]]
    """Places of each side; a side that is not named takes everyone."""
    online_tables: Mapped[tuple[str, ...]] = mapped_column(Strings)
    tables: Mapped[tuple[HallTable, ...]] = mapped_column(Records(HallTable))
    slots: Mapped[tuple[MeetingSlot, ...]] = mapped_column(Records(MeetingSlot))
    agenda: Mapped[tuple[AgendaItem, ...]] = mapped_column(Records(AgendaItem))
    walking: Mapped[tuple[Walk, ...]] = mapped_column(Records(Walk), default=())
    interpreters: Mapped[tuple[Interpreter, ...]] = mapped_column(Records(Interpreter), default=())

    @property
    def days(self) -> Window:
        """The mission's days, from local midnight to local midnight."""
        return windows.days(self.starts_on, self.ends_on, self.timezone)

    @property
    def meeting_hours(self) -> tuple[Window, ...]:
        """For each day the stretch of its slots; all the days where no slot stands."""
        return windows.daily_spans(self.slots, self.timezone) or (self.days,)

    @property
    def rules(self) -> Rules:
        """The rules by which the mission meets."""
        return Rules(
            max_meetings_per_person_per_day=self.max_meetings_per_person_per_day,
            min_meetings_per_guest=self.min_meetings_per_guest,
            online_tables=self.online_tables,
            places=self.places,
        )

    def open(self) -> None:
        """Begin to take applications, or raise StatusError."""
        if self.status is not MissionStatus.DRAFT:
            raise StatusError(_("Only a draft can be opened."))
        self.status = MissionStatus.OPEN

    def close(self) -> None:
        """Take no more applications, or raise StatusError."""
        if self.status is not MissionStatus.OPEN:
            raise StatusError(_("Only an open mission can be closed."))
        self.status = MissionStatus.CLOSED

    def require_open(self) -> None:
        """Raise MissionNotOpenError unless the mission takes applications."""
        if self.status is MissionStatus.DRAFT:
            raise MissionNotOpenError(_("The mission %(reference)s has not been opened yet."), reference=self.reference)
        if self.status is MissionStatus.CLOSED:
            raise MissionNotOpenError(
                _("The mission %(reference)s is closed: ask its organiser whether you may still come."),
                reference=self.reference,
            )

    def arrange(self, programme: Programme) -> None:
        """Replace hall and programme, or raise InvalidInputError for what does not fit into the mission.

        Interpreters of whom no hours are given are there in the mission's own.
        """
        self.tables, self.slots = tuple(programme.tables), tuple(programme.slots)
        self.agenda, self.walking = tuple(programme.agenda), tuple(programme.walking)
        self.interpreters = tuple(
            Interpreter(
                id=one.id,
                languages=one.languages,
                availability=self.meeting_hours if one.availability is None else tuple(one.availability),
            )
            for one in programme.interpreters
        )
        wrong = [*self._repeated(), *self._overlapping(), *self._without_table(), *self._out_of_time()]
        wrong += [*self._led_astray(), *self._never_there()]
        if wrong:
            raise InvalidInputError(_("Nothing was saved."), errors=wrong)

    def _repeated(self) -> Iterator[FieldError]:
        for name in ("tables", "slots", "agenda", "interpreters"):
            seen: set[str] = set()
            for place, item in enumerate(getattr(self, name)):
                if item.id in seen:
                    yield FieldError(f"#/{name}/{place}/id", _("Another one has the id %(id)s."), {"id": item.id})
                seen.add(item.id)

    def _overlapping(self) -> Iterator[FieldError]:
        """Find slots in which a table is open that another slot has at the same time."""
        last: dict[str, MeetingSlot] = {}
        for place, slot in sorted(enumerate(self.slots), key=lambda row: (row[1].starts_at, row[0])):
            for table in dict.fromkeys(slot.tables):
                before = last.get(table)
                if before is not None and slot.starts_at < before.ends_at:
                    said = _("Table %(table)s is open in slot %(slot)s at the same time.")
                    yield FieldError(f"#/slots/{place}/tables", said, {"table": table, "slot": before.id})
                if before is None or slot.ends_at > before.ends_at:
                    last[table] = slot

    def _without_table(self) -> Iterator[FieldError]:
        known = {table.id for table in self.tables}
        unknown = _("The hall has no table %(table)s.")
        for place, slot in enumerate(self.slots):
            for table in set(slot.tables) - known:
                yield FieldError(f"#/slots/{place}/tables", unknown, {"table": table})
        for table in set(self.online_tables) - known:
            yield FieldError("#/rules/online_tables", unknown, {"table": table})

    def _out_of_time(self) -> Iterator[FieldError]:
        days = self.days
        for name in ("slots", "agenda"):
            for place, item in enumerate(getattr(self, name)):
                if item.ends_at <= item.starts_at:
                    yield FieldError(f"#/{name}/{place}/ends_at", _("The end must be later than the beginning."))
                elif not windows.lies_within(item, days):
                    yield outside(f"#/{name}/{place}/starts_at", self)

    def _led_astray(self) -> Iterator[FieldError]:
        """Find ways that lead nowhere, or are told twice."""
        known = {table.location for table in self.tables} | {item.location for item in self.agenda}
        seen: set[frozenset[str]] = set()
        for place, walk in enumerate(self.walking):
            ends = frozenset((walk.from_location, walk.to_location))
            for name, location in (("from", walk.from_location), ("to", walk.to_location)):
                if location not in known:
                    said = _("No table and no point of the agenda is at %(location)s.")
                    yield FieldError(f"#/walking/{place}/{name}", said, {"location": location})
            if len(ends) == 1:
                yield FieldError(f"#/walking/{place}/to", _("A way leads from one place to another."))
            elif ends in seen:
                yield FieldError(f"#/walking/{place}", _("This way is there already: one counts for there and back."))
            seen.add(ends)

    def _never_there(self) -> Iterator[FieldError]:
        for place, one in enumerate(self.interpreters):
            yield from windows_out_of_time(one.availability, self, f"#/interpreters/{place}/availability")


def windows_out_of_time(given: Sequence[Window], mission: Mission, pointer: str) -> list[FieldError]:
    """Find what is wrong with hours of somebody: they end before they begin, leave the mission or overlap."""
    days = mission.days
    wrong = []
    for place, window in enumerate(given):
        if window.ends_at <= window.starts_at:
            detail = _("The end must be later than the beginning.")
            wrong.append(FieldError(f"{pointer}/{place}/ends_at", detail))
        elif not windows.lies_within(window, days):
            wrong.append(outside(f"{pointer}/{place}/starts_at", mission))
    if not wrong and windows.overlap(given):
        wrong.append(FieldError(pointer, _("Two of these windows overlap: make one of them.")))
    return wrong


def outside(pointer: str, mission: Mission) -> FieldError:
    """Say that something stands outside the mission's days."""
    return FieldError(
        pointer,
        _("This is outside the mission: it lasts from %(first)s to %(last)s, %(zone)s time."),
        {
            "first": mission.starts_on.isoformat(),
            "last": mission.ends_on.isoformat(),
            "zone": mission.timezone,
        },
    )
