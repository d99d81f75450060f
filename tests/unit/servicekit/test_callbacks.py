from datetime import UTC, datetime

import pytest

from servicekit.callbacks import LONGEST_WAIT_SECONDS, Outcome, Verdict, judge

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.ACCEPTED),
        (204, Outcome.ACCEPTED),
        (302, Outcome.FAILED),
        (308, Outcome.FAILED),
        (410, Outcome.GONE),
        (400, Outcome.RETRY),
        (404, Outcome.RETRY),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
        (199, Outcome.RETRY),
    ],
)
def test_115_status_alone_says_what_became_of_a_callback(status, outcome):
    assert judge(status, {}, NOW) == Verdict(outcome)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7200", 7200),
        ("0", 0),
        ("9" * 50, LONGEST_WAIT_SECONDS),
        ("Mon, 01 Mar 2027 12:02:00 GMT", 120),
        ("Mon, 01 Mar 2027 11:00:00 GMT", 0),
        ("Wed, 01 Mar 2028 12:00:00 GMT", LONGEST_WAIT_SECONDS),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_115_receiver_that_is_busy_is_waited_for_as_it_says(status, said, seconds):
    assert judge(status, {"Retry-After": said}, NOW) == Verdict(Outcome.WAITING, seconds)


@pytest.mark.parametrize("said", ["", "soon", "-5", "1.5", "٣"])
def test_115_wait_that_nobody_can_read_is_none(said):
    assert judge(429, {"Retry-After": said}, NOW) == Verdict(Outcome.RETRY)


def test_115_error_is_not_put_off_by_what_it_says():
    assert judge(500, {"Retry-After": "7200"}, NOW) == Verdict(Outcome.RETRY)
