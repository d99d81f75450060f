"""Formats times in several time zones, the recipient's own first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from servicekit.texts import formats


@dataclass(frozen=True)
class Zone:
    """An IANA time zone with its label by language: {"ru": "в Красноярске", "en": "in Krasnoyarsk"}."""

    timezone: str
    labels: Mapping[str, str]

    def label(self, language: str, at: datetime) -> str:
        """Return the label, or city and UTC offset in brackets if the language has none."""
        return self.labels.get(language) or f"({formats.zone_name(self.timezone, at, language=language)})"

    def offset(self, at: datetime) -> timedelta | None:
        """Return the UTC offset at an instant."""
        return at.astimezone(ZoneInfo(self.timezone)).utcoffset()


@dataclass(frozen=True)
class Clock:
    """A time, or a span of time, in one time zone; `day` is set only if it differs from the day in the first zone."""

    time: str
    label: str
    day: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.day, f"{self.time} {self.label}") if part)


@dataclass(frozen=True)
class LocalTimes:
    """Formats instants in a language and some time zones, the recipient's own first.

    Raises:
        ValueError: `zones` is empty, or an instant has no time zone.

    """

    language: str
    zones: Sequence[Zone]

    def __post_init__(self) -> None:
        if not self.zones:
            raise ValueError("a mail needs at least one time zone")

    def day(self, at: datetime) -> str:
        """Return weekday and date in the recipient's time zone: «вторник, 10 декабря»."""
        return formats.local_date(at, self._own_timezone, language=self.language)

    def date(self, at: datetime) -> str:
        """Return the date with its year: «10 декабря 2024»."""
        day = at.astimezone(ZoneInfo(self._own_timezone)).date()
        return formats.days(day, day, language=self.language)

    def short_date(self, at: datetime) -> str:
        """Return the date without weekday and year: «10 декабря»."""
        return self.day(at).rpartition(", ")[2]

    def days(self, start: datetime, end: datetime) -> str:
        """Return a range of dates: «10–12 декабря 2024»."""
        first, last = (at.astimezone(ZoneInfo(self._own_timezone)).date() for at in (start, end))
        return formats.days(first, last, language=self.language)

    def clocks(self, at: datetime, end: datetime | None = None) -> tuple[Clock, ...]:
        """Return the time in each zone that differs from those before it; with `end`, the span: 14:00–14:25."""
        return tuple(self._clock(zone, at, end) for zone in self._distinct_zones(at))

    def phrase(self, at: datetime, end: datetime | None = None) -> str:
        """Return a time or span in all zones as one text: «12:00 в Москве, 16:00 в Красноярске»."""
        return ", ".join(str(clock) for clock in self.clocks(at, end))

    @property
    def _own_timezone(self) -> str:
        return self.zones[0].timezone

    def _distinct_zones(self, at: datetime) -> list[Zone]:
        by_offset: dict[timedelta | None, Zone] = {}
        for zone in self.zones:
            by_offset.setdefault(zone.offset(at), zone)
        return list(by_offset.values())

    def _clock(self, zone: Zone, at: datetime, end: datetime | None) -> Clock:
        time = (
            formats.local_span(at, end, zone.timezone, language=self.language)
            if end
            else formats.local_time(at, zone.timezone, language=self.language)
        )
        there = formats.local_date(at, zone.timezone, language=self.language)
        day = "" if there == self.day(at) else there
        return Clock(time=time, label=zone.label(self.language, at), day=day)
