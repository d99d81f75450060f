"""Services live on wrong clocks: nothing is lost, nothing happens twice, and nothing waits for ever."""

import pytest

from faults.invariants import check_invariants
from faults.rest import come_to_rest
from instances import wait_for, working
from notes import kept, told

WORDS = [f"note {number:03}" for number in range(100)]
POISON = WORDS[77]
HOURS = 3600


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f12_clock_of_one_service_is_wrong_by_hours(stage, service, hours):
    other = {"writer": "reader", "reader": "writer"}[service]
    stage.write(*WORDS[:50])
    wrong, right = stage.work(service, clock=hours * HOURS), stage.work(other)
    wait_for(lambda: len(told(stage.reading)) == 50)

    wrong.stop()
    jumped_back = stage.work(service, clock=(hours - 1) * HOURS)
    stage.write(*WORDS[50:100])
    wait_for(lambda: len(told(stage.reading)) == 100)

    come_to_rest(stage.evidence)
    jumped_back.stop()
    right.stop()
    check_invariants(stage.evidence)


def test_f12_parked_event_is_tried_again_although_the_clock_went_back(stage, tmp_path):
    mended = tmp_path / "mended"
    stage.write(*WORDS[70:90])
    with working(stage.writing):
        ahead = stage.work("reader", clock=2 * HOURS, poison=POISON, mended=str(mended))
        wait_for(lambda: len(told(stage.reading)) == 19)
        ahead.stop()
        mended.touch()
        due_in = [row.retry_at for row in kept(stage.reading)]
        stage.work("reader", clock=2 * HOURS).stop()

    assert len(due_in) == 1
    stage.work("reader", clock=3 * HOURS)
    stage.settle()
