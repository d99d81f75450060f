from datetime import UTC, date, datetime

import pytest

from contracts.registration import Window
from registration.domain import windows


def window(start, end, day=10):
    return Window(starts_at=instant(start, day), ends_at=instant(end, day))


def instant(hour, day=10):
    return datetime(2024, 12, day, int(hour), round(hour % 1 * 60), tzinfo=UTC)


@pytest.mark.parametrize(
    ("absence", "left"),
    [
        ((8, 9), [(10, 12)]),
        ((12, 13), [(10, 12)]),
        ((10, 11), [(11, 12)]),
        ((11, 13), [(10, 11)]),
        ((10.5, 11), [(10, 10.5), (11, 12)]),
        ((9, 13), []),
    ],
)
def test_cut_leaves_what_is_before_and_after_the_absence(absence, left):
    cut = windows.cut([window(10, 12)], window(*absence))

    assert cut == tuple(window(*rest) for rest in left)


@pytest.mark.parametrize(
    ("spans", "shared"),
    [([(10, 11), (11, 12)], False), ([(11, 12), (10, 11.5)], True), ([(10, 13), (11, 12)], True), ([(10, 11)], False)],
)
def test_windows_overlap_when_they_share_a_moment(spans, shared):
    assert windows.overlap([window(*span) for span in spans]) is shared


def test_days_last_from_local_midnight_to_local_midnight():
    whole = windows.days(date(2024, 12, 10), date(2024, 12, 12), "Asia/Krasnoyarsk")

    assert (whole.starts_at, whole.ends_at) == (instant(17, 9), instant(17, 12))


def test_50_days_know_that_a_day_may_be_shorter_for_summer_time():
    whole = windows.days(date(2027, 3, 28), date(2027, 3, 28), "Europe/Berlin")

    assert (whole.ends_at - whole.starts_at).total_seconds() == 23 * 3600


def test_daily_spans_reach_from_the_first_slot_to_the_last_of_each_local_day():
    slots = [window(20, 21), window(7, 8), window(10, 10.5), window(2, 3, day=11)]

    spans = windows.daily_spans(slots, "Asia/Krasnoyarsk")

    assert spans == (window(7, 10.5), Window(starts_at=instant(20), ends_at=instant(3, 11)))
