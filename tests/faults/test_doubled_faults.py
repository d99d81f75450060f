"""Two of a kind work at once, and the one that is at it is killed: the other one goes on, and nothing happens twice."""

import signal
from functools import partial

from sqlalchemy import select

from faults.applicants import ask_for_a_timetable, gather, open_a_mission, solved
from faults.invariants import check_invariants
from faults.rest import come_to_rest
from instances import wait_for
from notes import told
from notifications.models import Delivery

WORDS = [f"note {number:03}" for number in range(200)]
RELAY = ("relay", "some of a window sent")
CONSUMER = ("consumer", "after an effect")
SENDER = ("sender", "recipient accepted")
SOLVER = ("solving", "solved and nothing kept")


def test_f19_two_relays_and_two_consumers_at_once_of_which_those_at_work_are_killed(stage):
    relays = doubled(stage, partial(stage.work, "writer"), RELAY)
    consumers = doubled(stage, partial(stage.work, "reader"), CONSUMER)

    stage.write(*WORDS)
    survivors = [survivor(relays), survivor(consumers)]
    stage.write(*(f"{words} again" for words in WORDS))

    wait_for(lambda: len(told(stage.reading)) == 2 * len(WORDS), 60)
    come_to_rest(stage.evidence)
    for process in survivors:
        process.stop()
    check_invariants(stage.evidence)


def test_f19_two_senders_and_two_solvers_at_once_of_which_those_at_work_are_killed(platform):
    platform.environ = platform.environ | {"NOTIFICATIONS_SMTP_CONNECTIONS": "1"}
    for service in ("registration", "matching"):
        platform.serve(service)
    mission = open_a_mission(platform)
    for _ in range(2):
        platform.start("work", "registration")
    solvers = doubled(platform, partial(platform.start, "work", "matching"), SOLVER)
    senders = doubled(platform, partial(platform.start, "work", "notifications"), SENDER)

    run = ask_for_a_timetable(platform, mission, gather(platform, mission))
    survivor(senders)
    survivor(solvers)
    wait_for(lambda: solved(platform, run), 60)
    platform.made("matching", "POST", f"/v1/timetable-runs/{run}/publication")

    platform.settle()
    with platform.runtime("notifications").database.read() as session:
        assert set(session.scalars(select(Delivery.state))) == {"accepted"}


def doubled(stage, start, point):
    """Start two processes of which the first that comes to a point dies there, and only that."""
    marker = stage.folder / f"the {point[0]} died"
    return [start(point=point, marker=str(marker)) for _ in range(2)]


def survivor(pair):
    """Wait until one of two is dead and return the other one."""
    wait_for(lambda: any(process.child.poll() is not None for process in pair), 60)
    (dead,) = [process for process in pair if process.child.poll() is not None]
    assert dead.child.wait() == -signal.SIGKILL, dead.log.read_text()[-3000:]
    (left,) = [process for process in pair if process is not dead]
    return left
