"""Stretches of time, half open: the availability of people, the days of a mission."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

from contracts.registration import Window


class Span(Protocol):
    """Whatever begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it has ended."""


def in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Sort windows by their beginning."""
    return tuple(sorted(windows, key=lambda window: (window.starts_at, window.ends_at)))


def overlap(windows: Sequence[Window]) -> bool:
    """Tell whether two of some windows share a moment; one that begins where another ends does not."""
    return any(later.starts_at < earlier.ends_at for earlier, later in pairwise(in_order(windows)))


def lies_within(span: Span, whole: Span) -> bool:
    """Tell whether a stretch lies wholly inside another."""
    return whole.starts_at <= span.starts_at and span.ends_at <= whole.ends_at


def cut(windows: Iterable[Window], absence: Window) -> tuple[Window, ...]:
    """Take an absence out of some windows; what is left of each, before and after, stays."""
    return tuple(rest for window in windows for rest in _rests(window, absence))


def days(first: date, last: date, timezone: str) -> Window:
    """Return the stretch from the first midnight to the last one of some days in a zone."""
    zone = ZoneInfo(timezone)
    return Window(
        starts_at=datetime.combine(first, time(), zone).astimezone(UTC),
        ends_at=datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
    )


def daily_spans(spans: Iterable[Span], timezone: str) -> tuple[Window, ...]:
    """Return for each local day of some spans the stretch from the first beginning to the last end."""
    zone = ZoneInfo(timezone)

    def local_day(span: Span) -> date:
        return span.starts_at.astimezone(zone).date()

    ordered = sorted(spans, key=lambda span: span.starts_at)
    groups = (list(group) for _day, group in groupby(ordered, key=local_day))
    return tuple(Window(starts_at=day[0].starts_at, ends_at=max(span.ends_at for span in day)) for day in groups)


def _rests(window: Window, absence: Window) -> Iterable[Window]:
    if absence.ends_at <= window.starts_at or window.ends_at <= absence.starts_at:
        yield window
        return
    if window.starts_at < absence.starts_at:
        yield Window(starts_at=window.starts_at, ends_at=absence.starts_at)
    if absence.ends_at < window.ends_at:
        yield Window(starts_at=absence.ends_at, ends_at=window.ends_at)
