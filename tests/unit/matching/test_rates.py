"""Figures of the report, and the calendar that its checks follow."""

from datetime import UTC, date, datetime

import pytest

from matching.domain.report_figures import Answer, CheckStatus, figures, months_later, percent, start_of


def answers(**counts):
    return [Answer(status=CheckStatus(name), amount=10) for name, count in counts.items() for _ in range(count)]


def test_three_rates_of_the_same_answers_differ():
    found = figures(13, answers(realised=9, partially_realised=1, in_progress=1, not_realised=1, no_response=1))

    rates = [found[f"realisation_rate_{name}_percent"] for name in ("strict", "with_partial", "of_answered")]
    assert rates == [69.2, 76.9, 75.0]


def test_unknown_amounts_count_as_nothing():
    found = figures(2, [*answers(realised=1), Answer(status=CheckStatus.REALISED, amount=None)])

    assert found["realised_amount"] == 10


def test_check_that_is_not_recorded_counts_in_no_state():
    found = figures(4, answers(realised=1))

    assert sum(found[status] for status in CheckStatus) == 1
    assert found["realisation_rate_strict_percent"] == 25.0


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 16, 6.3), (1, 8, 12.5), (0, 3, 0.0), (1, 0, None)])
def test_percent_rounds_half_up_to_one_decimal(part, whole, expected):
    assert percent(part, whole) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 12, 12), 3, date(2025, 3, 12)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, expected):
    assert months_later(day, months) == expected


def test_day_begins_by_the_missions_clocks():
    assert start_of(date(2025, 3, 12), "Asia/Krasnoyarsk") == datetime(2025, 3, 11, 17, tzinfo=UTC)
