"""Dates, times, money and shares, as a reader of either language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from servicekit.texts import formats

AFTERNOON = datetime(2024, 12, 10, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "zone"),
    [
        ("ru", "вторник, 10\u00a0декабря", "Красноярск, UTC+7"),
        ("en", "Tuesday, 10\u00a0December", "Krasnoyarsk, UTC+7"),
    ],
)
def test_an_instant_is_told_in_its_zone_and_language(language, day, zone):
    assert formats.local_date(AFTERNOON, "Asia/Krasnoyarsk", language=language) == day
    assert formats.local_time(AFTERNOON, "Asia/Krasnoyarsk", language=language) == "14:00"
    assert formats.zone_name("Asia/Krasnoyarsk", AFTERNOON, language=language) == zone


@pytest.mark.parametrize(("language", "day"), [("ru", "12_декабря 2025"), ("en", "12_December 2025")])
def test_a_full_date_names_the_year(language, day):
    evening = datetime(2025, 12, 11, 20, 30, tzinfo=UTC)

    told = formats.full_date(evening, "Asia/Krasnoyarsk", language=language)

    assert told.replace("\u00a0", "_") == day


def test_a_date_changes_with_the_zone_when_midnight_lies_between():
    late = datetime(2024, 12, 10, 20, 30, tzinfo=UTC)

    assert formats.local_date(late, "Europe/Moscow", language="en").startswith("Tuesday")
    assert formats.local_date(late, "Asia/Krasnoyarsk", language="en").startswith("Wednesday")


def test_an_instant_without_a_zone_is_refused():
    naive = AFTERNOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match="without a zone"):
        formats.local_time(naive, "Europe/Moscow", language="ru")


def test_a_zone_west_of_greenwich_with_half_an_hour_is_named_in_full():
    name = formats.zone_name("America/St_Johns", AFTERNOON, language="en")

    assert name.endswith("UTC−3:30")


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2024, 12, 10), date(2024, 12, 12), "10–12_December 2024"),
        (date(2024, 12, 10), date(2024, 12, 10), "10_December 2024"),
        (date(2024, 11, 30), date(2024, 12, 2), "30_November – 2_December 2024"),
        (date(2024, 12, 30), date(2025, 1, 2), "30_December 2024 – 2_January 2025"),
    ],
)
def test_days_repeats_no_month_or_year(first, last, told):
    assert formats.days(first, last, language="en").replace("\u00a0", "_") == told


@pytest.mark.parametrize(
    ("amount", "language", "written"),
    [
        (113_800_000, "ru", "113_800_000_₽"),
        (Decimal("1.5"), "ru", "1,50_₽"),
        (113_800_000, "en", "RUB_113,800,000"),
        (0, "ru", "0_₽"),
    ],
)
def test_money_has_decimals_only_where_the_sum_has_some(amount, language, written):
    assert formats.money(amount, language=language).replace("\u00a0", "_") == written


def test_money_in_short_names_the_power():
    assert formats.money_short(113_800_000, language="ru") == "113,8\u00a0млн\u00a0₽"
    assert formats.money_short(113_800_000, language="en") == "RUB\u00a0113.8M"


def test_a_share_has_as_many_decimals_as_asked_for():
    assert formats.share(10 / 13, language="ru") == "76,9\u00a0%"
    assert formats.share(Decimal("0.75"), 0, language="en") == "75%"


def test_a_sentence_begins_with_a_capital_and_keeps_the_others():
    assert formats.sentence("вторник, 10 December") == "Вторник, 10 December"
