"""With a guard taken out the invariants are broken, and by nothing else: so they can fail."""

import pytest

from faults.evidence import channel_of
from faults.invariants import InvariantsBrokenError, check_invariants
from faults.queues import ready
from faults.rest import come_to_rest
from instances import broker_link, wait_for, working
from notes import told, unsent
from servers.proxy import Mode
from servicekit.bus import topology

WORDS = [f"note {number:02}" for number in range(12)]


@pytest.mark.parametrize(("guard", "broken"), [(None, set()), ("inbox", {"effects once"})])
def test_event_that_comes_again_has_its_effect_twice_without_the_inbox(stage, guard, broken):
    stage.write(*WORDS)
    with working(stage.writing):
        reader = stage.work("reader", **without(guard))
        wait_for(lambda: len(told(stage.reading)) == len(WORDS))
        again(stage)
        come_to_rest(stage.evidence)
        reader.stop()

    found = examined(stage)

    assert {violation.invariant for violation in found} == broken
    assert all("was told 2 times" in violation.what for violation in found)
    assert len(found) == (len(WORDS) if guard else 0)


@pytest.mark.parametrize(
    ("guard", "broken"), [(None, set()), ("confirms", {"every state told", "effects once"})], ids=["whole", "confirms"]
)
def test_event_on_a_dying_connection_is_lost_without_confirms(stage_behind_doors, doors, guard, broken):
    stage, door = stage_behind_doors, doors["WRITER_BROKER_URL"]
    relay = stage.work("writer", **without(guard))
    stage.write("before")
    wait_for(lambda: unsent(stage.writing) == 0)

    door.mode = Mode.BLACKHOLE
    for words in WORDS:
        stage.write(words)
        wait_for(lambda: guard is None or unsent(stage.writing) == 0)
    door.mode = Mode.REFUSE
    door.mode = Mode.OK
    with working(stage.reading):
        come_to_rest(stage.evidence)
    relay.stop()

    found = examined(stage)

    assert {violation.invariant for violation in found} == broken
    assert lost(found) in ((set(WORDS), set(WORDS[1:])) if guard else (set(),))  # the first bytes may have left


@pytest.mark.parametrize(
    ("guard", "broken"), [(None, set()), ("healing", {"everybody heard", "effects once"})], ids=["whole", "healing"]
)
def test_events_between_the_loss_of_a_queue_and_its_return_are_lost_without_healing(stage, guard, broken):
    stage.write("before")
    with working(stage.writing, stage.reading):
        wait_for(lambda: told(stage.reading) == ["before"])
    with broker_link(stage.reading.settings.broker_url) as link:
        link.channel.queue_delete(topology.queue_of("reader"))
    stage.evidence.has_healed = True
    stage.write(*WORDS)
    with working(stage.writing):
        wait_for(lambda: unsent(stage.writing) == 0)
        reader = stage.work("reader", **without(guard))
        wait_for(lambda: ready(stage.evidence.vhost, topology.queue_of("reader"))[1])
        stage.write("after")
        wait_for(lambda: "after" in told(stage.reading))
        come_to_rest(stage.evidence)
        reader.stop()

    found = examined(stage)

    assert {violation.invariant for violation in found} == broken
    assert lost(found) == (set(WORDS) if guard else set())


def without(guard):
    return {"sabotage": guard} if guard else {}


def lost(found):
    """The words that were never told, by what was found."""
    return {words for words in WORDS if any(f"{words!r} was never told" == violation.what for violation in found)}


def again(stage):
    """Deliver everything once more, with a client that is not ours."""
    with channel_of(stage.evidence.vhost) as channel:
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=100)
        first = {"x-stream-offset": "first"}
        bodies = []
        for method, _, body in channel.consume(topology.LOG, arguments=first, inactivity_timeout=1):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            bodies.append((method.routing_key, body))
        for key, body in bodies:
            channel.basic_publish(topology.EVENTS, key, body)


def examined(stage):
    try:
        check_invariants(stage.evidence)
    except InvariantsBrokenError as error:
        return error.violations
    return []
