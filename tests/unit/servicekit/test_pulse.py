"""Whether a loop turns is told by its asking whether to stop."""

import threading
import time

from instances import wait_for
from servicekit.telemetry.heartbeat import Pulse, Stop


def test_loop_that_asks_whether_to_stop_is_not_stuck():
    pulse = Pulse()
    pulse.expect("loop")
    stop = Stop(threading.Event(), [pulse], "loop")
    wait_for(lambda: pulse.stuck(0.05))

    stop.is_set()

    assert pulse.stuck(0.05) == {}


def test_loop_that_asks_no_more_is_stuck_and_says_for_how_long():
    pulse = Pulse()
    pulse.expect("loop")

    stuck = wait_for(lambda: pulse.stuck(0.05))

    assert 0.05 < stuck["loop"] < 5


def test_patient_loop_may_take_longer():
    pulse = Pulse()
    pulse.expect("short")
    pulse.expect("long", patience_seconds=60)

    wait_for(lambda: pulse.stuck(0.05))

    assert list(pulse.stuck(0.05)) == ["short"]


def test_loop_of_several_services_beats_for_each():
    pulses = [Pulse(), Pulse()]
    for pulse in pulses:
        pulse.expect("pump")
    stop = Stop(threading.Event(), pulses, "pump")
    wait_for(lambda: all(pulse.stuck(0.05) for pulse in pulses))

    stop.wait(0)

    assert [pulse.stuck(0.05) for pulse in pulses] == [{}, {}]


def test_beat_without_a_name_is_that_of_the_thread():
    pulse = Pulse()
    pulse.expect("named")
    wait_for(lambda: pulse.stuck(0.05))

    thread = threading.Thread(target=pulse.beat, name="named")
    thread.start()
    thread.join()

    assert pulse.stuck(0.05) == {}


def test_nothing_is_stuck_where_nothing_turns():
    assert Pulse().stuck(0) == {}


def test_signal_reaches_every_loop():
    signal = threading.Event()
    stop = Stop(signal, [Pulse()], "loop")
    ended = threading.Event()
    threading.Thread(target=lambda: (stop.wait(30), ended.set()), daemon=True).start()

    began = time.monotonic()
    signal.set()

    assert ended.wait(5)
    assert time.monotonic() - began < 5
    assert stop.is_set()
