"""The report as a table on the terminal, with a column of expected figures if there are any."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from babel.numbers import format_decimal
from rich.table import Table
from rich.text import Text

from caravan.report.figures import AMOUNTS, Figures, differences
from servicekit.texts import formats

_CURRENCY = re.compile(rf"({'|'.join(AMOUNTS)})_([a-z]{{3}})")
_MONTHS = re.compile(r"at_(\d+)_months")


COLUMN_TITLES = {
    "figure": {"ru": "Показатель", "en": "Figure"},
    "found": {"ru": "В отчёте", "en": "Report"},
    "expected": {"ru": "Ожидалось", "en": "Expected"},
}

FIGURES = {
    "guest_organisations": {"ru": "Организаций-гостей", "en": "Guest organisations"},
    "host_organisations": {"ru": "Организаций-хозяев", "en": "Host organisations"},
    "guest_sme_companies": {"ru": "Компаний МСП среди гостей", "en": "SMEs among guests"},
    "host_sme_companies": {"ru": "Компаний МСП среди хозяев", "en": "SMEs among hosts"},
    "guest_infrastructure_organisations": {
        "ru": "Организаций инфраструктуры среди гостей",
        "en": "Support organisations among guests",
    },
    "agreements_signed": {"ru": "Соглашений подписано", "en": "Agreements signed"},
    "agreements_with_amount": {"ru": "Соглашений с суммой", "en": "Agreements with an amount"},
    "expected_amount": {"ru": "Ожидаемая сумма", "en": "Expected amount"},
    "scheduled": {"ru": "Назначено", "en": "Scheduled"},
    "held": {"ru": "Проведено", "en": "Held"},
    "no_show": {"ru": "Не состоялось из-за неявки", "en": "No-shows"},
    "cancelled": {"ru": "Отменено", "en": "Cancelled"},
    "meetings": {"ru": "Встречи", "en": "Meetings"},
    "realised": {"ru": "Исполнено", "en": "Realised"},
    "partially_realised": {"ru": "Исполнено частично", "en": "Partially realised"},
    "in_progress": {"ru": "В работе", "en": "In progress"},
    "not_realised": {"ru": "Не исполнено", "en": "Not realised"},
    "no_response": {"ru": "Нет ответа", "en": "No response"},
    "realised_amount": {"ru": "Исполнено на сумму", "en": "Realised amount"},
    "realisation_rate_strict_percent": {"ru": "Доля исполненных, %", "en": "Rate, strict, %"},
    "realisation_rate_with_partial_percent": {
        "ru": "Доля исполненных хотя бы частично, %",
        "en": "Rate with partial, %",
    },
    "realisation_rate_of_answered_percent": {
        "ru": "Доля исполненных среди ответивших, %",
        "en": "Rate of answered, %",
    },
    "not_recorded": {"ru": "Ответ не внесён, по месяцам", "en": "No answer recorded, by month"},
    "other_currencies": {"ru": "Ожидается в других валютах", "en": "Expected in other currencies"},
    "at_months": {"ru": "Через {months} мес.", "en": "After {months} months"},
}


def report_table(figures: Figures, expected: Figures | None, language: str) -> Table:
    """Return the table: nested parts have a heading, figures that differ from the expected ones are red."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column(COLUMN_TITLES["figure"][language])
    table.add_column(COLUMN_TITLES["found"][language], justify="right")
    if expected is not None:
        table.add_column(COLUMN_TITLES["expected"][language], justify="right")
    wrong = {difference.name for difference in differences(expected or {}, figures)}
    for name, value in _rows(figures):
        cells: list[Text | str] = [_label(name, language), _value(name, value, language)]
        if expected is not None:
            cells.append(_value(name, _figure_at(expected, name), language))
        style = "bold" if value is _SECTION else "bold red" if name in wrong else ""
        table.add_row(*cells, style=style)
    return table


_SECTION: Any = object()


def _rows(figures: Figures, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if name.startswith("definitions"):
            continue
        if isinstance(value, Mapping) and value:
            yield f"{prefix}{name}", _SECTION
            yield from _rows(value, f"{prefix}{name}.")
        elif not isinstance(value, Mapping):
            yield f"{prefix}{name}", value


def _figure_at(figures: Figures, name: str) -> Any:
    found: Any = figures
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return _SECTION if isinstance(found, Mapping) else found


def _label(name: str, language: str) -> Text:
    last = name.rpartition(".")[2]
    indent = "  " * name.count(".")
    if match := _MONTHS.fullmatch(last):
        return Text(FIGURES["at_months"][language].format(months=match[1]))
    stem = match[1] if (match := _CURRENCY.fullmatch(last)) else last
    return Text(indent + FIGURES.get(stem, {}).get(language, last))


def _value(name: str, value: Any, language: str) -> str:
    if value is None or value is _SECTION:
        return "" if value is _SECTION else "—"
    match = _CURRENCY.fullmatch(name.rpartition(".")[2])
    if match:
        return formats.money(value, match[2].upper(), language=language)
    if isinstance(value, int | float):
        return format_tenths(value, language) if name.endswith("_percent") else formats.number(value, language=language)
    return str(value)


def definitions(figures: Figures) -> Iterator[str]:
    """Yield the definitions of the rates from a report."""
    for name, value in figures.items():
        if name.startswith("definitions"):
            yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for name, text in value.items() if isinstance(value, Mapping) else ():
        yield f"{name}: {text}"


def format_tenths(number: float, language: str) -> str:
    """Write a number with one decimal: «2,0», "76.9"."""
    return format_decimal(number, "#,##0.0", locale=formats.LOCALES[language])
