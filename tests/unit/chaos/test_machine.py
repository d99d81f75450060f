"""The state machine: the same seed draws the same work, and the work reaches everywhere."""

import pytest

from chaos import machine
from chaos.meetings import Meetings
from chaos.model import Model
from chaos.work import TimeIsUpError

ENOUGH = 1000


class Wishes(Meetings):
    """Keeps what was drawn, and asks nobody for it."""

    def __init__(self, most):
        super().__init__(Model(), None, None, ends_at=float("inf"))
        self.drawn = []
        self._most = most

    def _do(self, kind, what, work):
        self.drawn.append((self.lane, kind, what))
        if len(self.drawn) >= self._most:
            raise TimeIsUpError


def drawn(seed, most=ENOUGH):
    wishes = Wishes(most)
    machine.run(wishes, seed)
    return wishes


@pytest.fixture(scope="module")
def much():
    """So much work that nothing is missing by chance."""
    return drawn(3, 6000)


def test_same_seed_draws_the_same_work_and_the_same_model():
    one, same, other = drawn(1), drawn(1), drawn(2)

    assert one.drawn == same.drawn
    assert one.model == same.model
    assert one.drawn != other.drawn


def test_work_ends_when_the_time_is_up():
    wishes = Wishes(ENOUGH)
    wishes.ends_at = 0.0

    machine.run(wishes, 1)

    assert len(wishes.drawn) < ENOUGH


def test_work_takes_every_step_that_there_is(much):
    assert {kind for _, kind, _ in much.drawn} == KINDS


def test_every_state_is_expected_somewhere(much):
    model = much.model

    statuses = {application.status for application in model.applications.values()}
    assert statuses == {"draft", "submitted", "approved", "rejected", "changes_requested", "waitlisted", "withdrawn"}
    assert {one.participant for one in model.applications.values()} == {"admitted", "refused", "withdrawn", None}
    assert {request.status for request in model.requests.values()} == {"pending", "accepted", "declined", "withdrawn"}


KINDS = {
    "mission announced",
    "mission closed",
    "organisation registered",
    "organisation changed",
    "applied",
    "submitted",
    "approved",
    "rejected",
    "changes_requested",
    "waitlisted",
    "withdrawn",
    "profile published",
    "participant withdrawn",
    "checked in",
    "delegate came",
    "delegate changed",
    "delegate went",
    "absence reported",
    "request sent",
    "request: acceptance",
    "request: refusal",
    "request: withdrawal",
    "recommendations",
    "timetable",
    "meeting called off",
    "agreement signed",
}
