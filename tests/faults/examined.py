"""What the tests of the invariants do to an instance, and ask of what is found."""

import pytest

from faults.evidence import channel_of, history
from faults.invariants import InvariantsBrokenError, check_invariants
from notes import write
from servicekit.bus import topology


def tell(instance):
    write(instance.runtimes[0], "one", "two", "three")
    write(instance.runtimes[0], "a whisper", private=True)
    for words in ("one", "two", "three", "a whisper"):
        instance.ledger.promised("writer", "note", words=words)


def broken_by(instance):
    with pytest.raises(InvariantsBrokenError) as caught:
        check_invariants(instance)
    return caught.value


def change(runtime, statement):
    with runtime.database.write() as session:
        session.execute(statement)


def publish(instance, key, body, exchange=topology.EVENTS):
    with channel_of(instance.vhost) as channel:
        channel.confirm_delivery()
        channel.basic_publish(exchange, key, body.encode())


def event_of(instance, words):
    return next(event for event in history(instance) if event.data.get("words") == words)
