"""Services live on wrong clocks: nothing is lost, nothing happens twice, and nothing waits for ever."""

from datetime import timedelta

import pytest

from faults import shifted
from faults.invariants import check_invariants
from faults.queues import ready
from faults.rest import come_to_rest
from instances import broker_link, wait_for, working
from notes import kept, told, unsent
from servicekit.bus import topology
from servicekit.data.clock import machine_now

WORDS = [f"note {number:03}" for number in range(100)]
POISON = WORDS[77]
JUMP_SECONDS = -600
HOURS = 3600


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f12_clock_of_one_service_is_wrong_by_hours(stage, service, hours):
    other = {"writer": "reader", "reader": "writer"}[service]
    with shifted.here(hours * HOURS if service == "writer" else 0):
        stage.write(*WORDS[:50])
    wrong, right = stage.work(service, clock=hours * HOURS), stage.work(other)
    wait_for(lambda: len(told(stage.reading)) == 50)

    wrong.stop()
    jumped_back = stage.work(service, clock=(hours - 1) * HOURS)
    stage.write(*WORDS[50:100])
    wait_for(lambda: len(told(stage.reading)) == 100)

    come_to_rest(stage.evidence, clocks_agree=False)
    jumped_back.stop()
    right.stop()
    check_invariants(stage.evidence)


def test_f12_parked_event_is_tried_again_although_the_clock_went_back(stage, tmp_path):
    stage.write(*WORDS[70:90])
    with working(stage.writing):
        ahead = stage.work("reader", clock=2 * HOURS, poison=POISON, mended=str(tmp_path / "never"))
        wait_for(lambda: len(told(stage.reading)) == 19)
        ahead.stop()
    (parked,) = kept(stage.reading)

    stage.settle()

    assert parked.retry_at > machine_now() + timedelta(hours=1)
    assert POISON in told(stage.reading)


@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f12_clock_of_a_running_service_jumps_back_by_ten_minutes(stage, service, tmp_path):
    other = {"writer": "reader", "reader": "writer"}[service]
    jump = tmp_path / "jump"
    jumping, right = stage.work(service, clock=JUMP_SECONDS, jump=str(jump)), stage.work(other)
    stage.write(*WORDS[:50])
    wait_for(lambda: len(told(stage.reading)) == 50)

    jump.touch()
    stage.write(*WORDS[50:])
    wait_for(lambda: len(told(stage.reading)) == len(WORDS))

    come_to_rest(stage.evidence, clocks_agree=False)
    jumping.stop()
    right.stop()
    check_invariants(stage.evidence)


@pytest.mark.parametrize("hours", [2, -2])
@pytest.mark.parametrize("service", ["writer", "reader"])
def test_f12_lost_queue_heals_whole_while_a_clock_is_wrong_by_hours(stage, service, hours):
    ahead = {"writer": 0, "reader": 0} | {service: hours * HOURS}
    with shifted.here(ahead["writer"]):
        stage.write("before")
    relay = stage.work("writer", clock=ahead["writer"])
    stage.work("reader", clock=ahead["reader"])
    wait_for(lambda: told(stage.reading) == ["before"])
    stage.started[-1].stop()
    idle = stage.work("reader", clock=ahead["reader"])
    wait_for(lambda: ready(stage.evidence.vhost, topology.queue_of("reader")) == (0, 1))
    come_to_rest(stage.evidence, clocks_agree=False)
    idle.stop()

    with broker_link(stage.reading.settings.broker_url) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
    stage.evidence.has_healed = True
    with shifted.here(ahead["writer"]):
        stage.write(*WORDS[:20])
    wait_for(lambda: unsent(stage.writing) == 0)
    stage.work("reader", clock=ahead["reader"])
    wait_for(lambda: len(told(stage.reading)) == 21, 60)

    come_to_rest(stage.evidence, clocks_agree=False)
    stage.started[-1].stop()
    relay.stop()
    check_invariants(stage.evidence)
