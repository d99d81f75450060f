"""Answers at even times."""

import pytest

from servicekit.auth import encryption


class Clock:
    """A clock that goes on by what is slept, and by what work takes."""

    def __init__(self, monkeypatch):
        self.now = 7.0
        monkeypatch.setattr(encryption, "perf_counter", lambda: self.now)
        monkeypatch.setattr(encryption, "sleep", self.go_on)

    def go_on(self, seconds):
        self.now += seconds


@pytest.mark.parametrize(("work", "answered"), [(0.0, 0.2), (0.024, 0.2), (0.0327, 0.2), (0.25, 0.4), (1.01, 1.2)])
def test_view_answers_at_a_multiple_of_the_time_after_it_began(monkeypatch, work, answered):
    clock = Clock(monkeypatch)

    assert encryption.even(0.2)(lambda: clock.go_on(work) or "told")() == "told"

    assert clock.now - 7.0 == pytest.approx(answered)


def test_view_refuses_at_such_a_time_too(monkeypatch):
    clock = Clock(monkeypatch)

    with pytest.raises(ZeroDivisionError):
        encryption.even(0.2)(lambda: clock.go_on(0.03) or 1 / 0)()

    assert clock.now - 7.0 == pytest.approx(0.2)
