"""Deliveries whose connection or sender fails during sending: their outcome, and when they are retried."""

import os
import signal
import subprocess
import sys
import textwrap
from email import message_from_bytes
from time import monotonic, sleep

import pytest
from sqlalchemy import update

from builders.notifications import Bus, a_delivery, a_known_mission, an_application
from mail_servers import a_villain, fall_silent, hang_up
from notifications.commands import ResendDelivery
from notifications.handlers.deliveries import resend_delivery
from notifications.models import Delivery
from notifications.sending.sender import send_mail
from rounds_of_senders import make_due, work_off


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ({"BANNER": fall_silent}, "deferred"),
        ({"DATA": b"421 closing\r\n"}, "deferred"),
        ({"DOT": hang_up}, "unknown"),
        ({"DOT": fall_silent}, "unknown"),
        ({"QUIT": b"421 bye\r\n"}, "accepted"),
    ],
)
def test_villain_decides_the_state(smtp_runtime_of, script, state):
    with a_villain(**script) as villain:
        runtime = smtp_runtime_of(villain.port, smtp_timeout_seconds=0.5)
        a_known_mission(Bus(runtime)).send(an_application())

        send_mail(runtime)

    assert a_delivery(runtime).state == state


def test_unknown_is_not_sent_again_by_itself_but_on_request_under_the_same_id(smtp_runtime_of):
    with a_villain(DOT=hang_up) as villain:
        runtime = smtp_runtime_of(villain.port)
        a_known_mission(Bus(runtime)).send(an_application())
        work_off(runtime)
        make_due(runtime)
        work_off(runtime)
        by_itself = len(villain.letters)

        with runtime.database.write() as session:
            resend_delivery(session, ResendDelivery(delivery_id=a_delivery(runtime).id), runtime.actor)
        work_off(runtime)

    assert by_itself == 1
    assert len({message_from_bytes(letter)["Message-ID"] for letter in villain.letters}) == 1
    assert len(villain.letters) == 2


def test_critical_message_of_unknown_fate_is_sent_once_more(smtp_runtime_of):
    with a_villain(DOT=hang_up) as villain:
        runtime = smtp_runtime_of(villain.port)
        bus = a_known_mission(Bus(runtime))
        bus.send(an_application())
        with runtime.database.write() as session:
            session.execute(update(Delivery).values(is_critical=True))

        for _ in range(4):
            work_off(runtime)
            make_due(runtime)

    assert len(villain.letters) == 2
    assert a_delivery(runtime).state == "unknown"


SENDER = """
    from servicekit.service import assemble
    from notifications.service import SERVICE
    from notifications.sending.sender import send_mail
    send_mail(assemble(SERVICE))
"""


@pytest.mark.parametrize(
    ("step", "state", "copies"), [("DOT", "unknown", 1), ("DATA", "accepted", 1), ("RCPT", "accepted", 1)]
)
def test_sender_killed_in_the_middle(smtp_runtime_of, step, state, copies):
    with a_villain(**{step: fall_silent}) as villain:
        runtime = smtp_runtime_of(villain.port, smtp_timeout_seconds=60, smtp_answer_seconds=60)
        a_known_mission(Bus(runtime)).send(an_application())
        kill_in_the_middle(runtime, villain, step)

        make_due(runtime)
        villain.script.clear()
        work_off(runtime)

        assert a_delivery(runtime).state == state
        assert len(villain.letters) == copies


def kill_in_the_middle(runtime, villain, step):
    reached = []
    silent = villain.script[step]
    villain.script[step] = lambda connection: (reached.append(step), silent(connection))[1]
    names = ("database_url", "smtp_url", "smtp_timeout_seconds", "smtp_deadline_seconds", "smtp_answer_seconds")
    given = {f"NOTIFICATIONS_{name}".upper(): str(getattr(runtime.settings, name)) for name in names}
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(SENDER)], env={**os.environ, **given})
    end = monotonic() + 20
    while not reached and monotonic() < end and child.poll() is None:
        sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert reached
