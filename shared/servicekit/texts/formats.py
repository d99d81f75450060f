"""Dates, times, numbers and sums as a reader of a language writes them."""

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

LOCALES = {"ru": "ru_RU", "en": "en_GB"}
NO_BREAK = "\u00a0"


def local_time(at: datetime, zone: str | tzinfo, *, language: str) -> str:
    """Tell the time of an aware instant on the clocks of a zone, as 14:00."""
    return dates.format_time(_there(at, zone), "HH:mm", locale=_locale(language))


def local_date(at: date, zone: str | tzinfo = "UTC", *, language: str) -> str:
    """Tell the day of an instant (or a plain date) in a zone: «вторник, 10 декабря», "Tuesday, 10 December"."""
    day = _there(at, zone) if isinstance(at, datetime) else at
    return _tied(dates.format_date(day, "EEEE, d MMMM", locale=_locale(language)))


def short_date(day: date, *, language: str) -> str:
    """Tell a day without its year: «11 ноября», "11 November"."""
    return _tied(dates.format_date(day, "d MMMM", locale=_locale(language)))


def local_day(at: datetime, zone: str | tzinfo) -> date:
    """Return the day of an aware instant in a zone."""
    return _there(at, zone).date()


def full_date(at: date, zone: str | tzinfo = "UTC", *, language: str) -> str:
    """Tell the day of an instant (or a plain date) in a zone with its year: «12 декабря 2025», "12 December 2025"."""
    day = _there(at, zone) if isinstance(at, datetime) else at
    return _tied(dates.format_date(day, "d MMMM y", locale=_locale(language)))


def local_span(start: datetime, end: datetime, zone: str | tzinfo, *, language: str) -> str:
    """Tell from when to when, as 14:00–14:25."""
    return f"{local_time(start, zone, language=language)}–{local_time(end, zone, language=language)}"


def days(first: date, last: date, *, language: str) -> str:
    """Tell a run of days: «10–12 декабря 2024», "10–12 December 2024"."""
    end = dates.format_date(last, "d MMMM y", locale=_locale(language))
    if first == last:
        return _tied(end)
    pattern = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM"
    pattern = pattern if first.year == last.year else "d MMMM y"
    start = dates.format_date(first, pattern, locale=_locale(language))
    return _tied(f"{start}–{end}" if pattern == "d" else f"{start} – {end}")


def zone_name(zone: str | tzinfo, at: datetime, *, language: str) -> str:
    """Name a zone by its city and its distance from UTC at an instant: «Красноярск, UTC+7»."""
    there = _there(at, zone)
    city = dates.get_timezone_location(there, locale=_locale(language), return_city=True)
    minutes = int((there.utcoffset() or there - there).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"{city}, UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def money(amount: Decimal | float, currency: str = "RUB", *, language: str) -> str:
    """Write a sum in a currency (ISO 4217), with decimals only where it has some: «113 800 000 ₽»."""
    locale = Locale.parse(_locale(language))
    pattern = locale.currency_formats["standard"].pattern
    if numbers.get_currency_symbol(currency, locale=locale).isalpha():
        pattern = pattern.replace("¤#", f"¤{NO_BREAK}#")
    if Decimal(str(amount)) == Decimal(str(amount)).to_integral_value():
        pattern = pattern.replace("0.00", "0")
    return numbers.format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False)


def money_short(amount: Decimal | float, currency: str = "RUB", *, language: str) -> str:
    """Write a large sum in short, for a figure that stands alone: «113,8 млн ₽»."""
    short = numbers.format_compact_currency(amount, currency, locale=_locale(language), fraction_digits=1)
    return re.sub(r"(?<=[A-Z])(?=\d)", NO_BREAK, short)


def unit(currency: str, *, language: str) -> str:
    """Give the sign of a currency (ISO 4217), for the head of a column of sums: «₽», "RUB"."""
    return numbers.get_currency_symbol(currency, locale=_locale(language))


def number(amount: Decimal | float, *, language: str) -> str:
    """Write a number with its groups and at most three decimals."""
    return numbers.format_decimal(amount, locale=_locale(language))


def share(part: Decimal | float, digits: int = 1, *, language: str) -> str:
    """Write a share from 0 to 1 in per cent: «76,9 %», "76.9%"."""
    locale = Locale.parse(_locale(language))
    unit = locale.percent_formats[None].pattern.removeprefix("#,##0")
    return numbers.format_percent(part, f"#,##0{'.' * bool(digits)}{'0' * digits}{unit}", locale=locale)


def sentence(text: str) -> str:
    """Begin with a capital and leave the rest, as a date at the head of a line: «Вторник, 10 декабря»."""
    return text[:1].upper() + text[1:]


def _there(at: datetime, zone: str | tzinfo) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant without a zone cannot be told in another one")
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def _locale(language: str) -> str:
    return LOCALES.get(language, language)


def _tied(day: str) -> str:
    """Keep the number of the day with its month."""
    return re.sub(r"(?<=\d) (?=[^\W\d])", NO_BREAK, day)
