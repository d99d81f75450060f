from datetime import UTC, datetime, timedelta

import pytest

from letters import KRASNOYARSK, MOSCOW, NOON, plain
from notifications.mail.times import LocalTimes, Zone


def test_phrase_tells_the_readers_clock_first():
    times = LocalTimes("ru", (MOSCOW, KRASNOYARSK))

    phrase = times.phrase(NOON)

    assert phrase == "12:00 в Москве, 16:00 в Красноярске"


def test_phrase_tells_spans_in_english():
    times = LocalTimes("en", (KRASNOYARSK, MOSCOW))

    phrase = times.phrase(NOON, NOON + timedelta(minutes=25))

    assert phrase == "16:00–16:25 in Krasnoyarsk, 12:00–12:25 in Moscow"


def test_phrase_names_the_day_of_a_clock_on_another_day():
    times = LocalTimes("ru", (MOSCOW, KRASNOYARSK))

    phrase = times.phrase(NOON + timedelta(hours=9))

    assert plain(phrase) == "21:00 в Москве, среда, 11 декабря, 01:00 в Красноярске"


@pytest.mark.parametrize(("month", "clocks"), [(1, 1), (7, 2)])
def test_one_clock_is_shown_where_the_offset_is_the_same_at_that_instant(month, clocks):
    zones = (Zone("Europe/London", {"en": "in London"}), Zone("Atlantic/Reykjavik", {"en": "in Reykjavik"}))

    shown = LocalTimes("en", zones).clocks(datetime(2024, month, 10, 12, tzinfo=UTC))

    assert len(shown) == clocks


def test_days_are_the_readers():
    times = LocalTimes("ru", (KRASNOYARSK, MOSCOW))
    night = datetime(2024, 12, 10, 18, 0, tzinfo=UTC)

    told = [times.day(night), times.short_date(night), times.date(night), times.days(NOON, night)]

    assert [plain(day) for day in told] == [
        "среда, 11 декабря",
        "11 декабря",
        "11 декабря 2024",
        "10–11 декабря 2024",
    ]


def test_a_clock_without_a_label_is_told_by_city_and_offset():
    times = LocalTimes("ru", (Zone("Asia/Krasnoyarsk", {}),))

    phrase = times.phrase(NOON)

    assert phrase == "16:00 (Красноярск, UTC+7)"


def test_an_instant_without_a_zone_is_refused():
    times = LocalTimes("ru", (MOSCOW,))

    with pytest.raises(ValueError, match="without a zone"):
        times.phrase(NOON.replace(tzinfo=None))


def test_a_letter_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="at least one time zone"):
        LocalTimes("ru", ())
