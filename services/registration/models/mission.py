"""A mission: its dates, its hall, its programme, and whether it takes applications."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from contracts.registration import AgendaItem, HallTable, Interpreter, MeetingSlot, Walk, Window
from registration.commands import Programme
from registration.domain import windows
from registration.domain.statuses import MissionStatus, Rules
from registration.errors import MissionNotOpenError, StatusError
from registration.models.base import Base, Records, Strings, TextsColumn, worded
from servicekit.data.tables import Aggregate
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _

LONGEST_DAYS = 62
WHEN = ("starts_on", "ends_on", "timezone")
"""The columns that say when a mission is."""


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
    organiser_email: Mapped[str] = mapped_column(String(320), default="")
    applications_until: Mapped[date | None]
    """The last day on which it takes applications, on its own calendar; None: until it is closed."""
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

    def is_past_deadline(self, now: datetime) -> bool:
        """Tell whether the last day for applications has passed where the mission meets."""
        last = self.applications_until
        return last is not None and now.astimezone(ZoneInfo(self.timezone)).date() > last

    def require_open(self, now: datetime) -> None:
        """Raise MissionNotOpenError unless the mission takes applications."""
        if self.status is MissionStatus.DRAFT:
            raise MissionNotOpenError(_("The mission %(reference)s has not been opened yet."), reference=self.reference)
        if self.status is MissionStatus.CLOSED:
            raise MissionNotOpenError(
                _("The mission %(reference)s is closed: ask its organiser whether you may still come."),
                reference=self.reference,
            )
        if self.is_past_deadline(now):
            raise MissionNotOpenError(
                _("The mission %(reference)s took applications until %(last)s: ask its organiser."),
                reference=self.reference,
                last=str(self.applications_until),
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
        wrong = list(self._of_bad_days())
        if not wrong:
            wrong = [*self._repeated(), *self._overlapping(), *self._without_table(), *self._out_of_time()]
            wrong += [*self._led_astray(), *self._never_there()]
        if wrong:
            raise InvalidInputError(_("Nothing was saved."), errors=wrong)

    def correct(self, changes: Mapping[str, Any], now: datetime) -> None:
        """Give columns new values; days and zone stay once the mission has begun, and never leave its programme out.

        Raises:
            StatusError: the mission has begun.
            InvalidInputError: the days cannot be right, or something of the programme stands outside of them.

        """
        is_moved = any(changes.get(name, getattr(self, name)) != getattr(self, name) for name in WHEN)
        if is_moved and self.status is not MissionStatus.DRAFT and now >= self.days.starts_at:
            raise StatusError(_("The mission has begun: its days and its time zone stay as they are."))
        for name, value in changes.items():
            setattr(self, name, value)
        wrong = list(self._of_bad_days())
        if not wrong and is_moved and [*self._out_of_time(), *self._never_there()]:
            wrong = [FieldError("#/starts_on", _("The programme stands outside of these days: change it first."))]
        if wrong:
            raise InvalidInputError(_("Nothing was saved."), errors=wrong)

    def require_tables(self) -> None:
        """Raise InvalidInputError where tables are named that the hall does not have."""
        if wrong := list(self._without_table()):
            raise InvalidInputError(_("Nothing was saved."), errors=wrong)

    def _of_bad_days(self) -> Iterator[FieldError]:
        if self.ends_on < self.starts_on:
            yield FieldError("#/ends_on", _("The mission ends before it begins."))
        if (self.ends_on - self.starts_on).days >= LONGEST_DAYS:
            yield FieldError("#/ends_on", _("A mission lasts two months at most."))
        if self.applications_until is not None and self.applications_until > self.ends_on:
            yield FieldError("#/applications_until", _("Applications end with the mission, at the latest."))

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
