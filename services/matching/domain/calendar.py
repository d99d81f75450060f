"""Calendar months, as agreements count them."""

from calendar import monthrange
from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last day where the month is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def start_of(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))
