"""The plan of faults: the same from the same seed, and enough of everything."""

import pytest

from chaos import plan
from chaos.means import MEANS


@pytest.mark.parametrize("mode", plan.MODES)
def test_same_seed_draws_the_same_faults(mode):
    assert plan.draw(7, 300, mode) == plan.draw(7, 300, mode)
    assert plan.draw(7, 300, mode) != plan.draw(8, 300, mode)


@pytest.mark.parametrize("mode", plan.MODES)
def test_longer_run_begins_as_the_shorter_one(mode):
    short = plan.draw(7, 60, mode)

    assert plan.draw(7, 600, mode)[: len(short)] == short


@pytest.mark.parametrize("mode", plan.MODES)
def test_ten_minutes_bring_every_kind_and_thirty_kills(mode):
    for seed in range(50):
        faults = plan.draw(seed, 600, mode)

        assert {fault.kind for fault in faults} == set(plan.MODES[mode])
        assert sum(plan.MODES[mode][fault.kind].is_kill for fault in faults) >= 30


def test_every_kind_of_fault_has_its_means():
    assert {kind for kinds in plan.MODES.values() for kind in kinds} == set(MEANS)


def test_events_have_time_to_gather_before_a_queue_is_brought_into_disorder():
    for seed in range(50):
        faults = [fault for fault in plan.draw(seed, 600, "broker") if fault.kind == "disorder queue"]

        assert len(faults) >= 3
        assert all(fault.seconds >= 2 and fault.target in plan.SERVICES for fault in faults)
