"""The same guarantee with what our own services really do about registration's events: copies, letters, runs."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any

from sqlalchemy import func, select

from bench.bus import child, places, samples
from bench.bus.measures import Case, Figures, TrialError
from contracts.event import routing_key
from servicekit import identifiers
from servicekit.bus import subscriptions
from servicekit.bus.broker import Message
from servicekit.bus.consumer import Consumer
from servicekit.bus.topology import EVENTS
from servicekit.data.tables import inbox
from servicekit.service import Runtime, Service

SERVICES = ("matching", "notifications")
HOME = "RU-KYA"
PATIENCE_SECONDS = 120
LOOK_SECONDS = 0.05
_COMPANY = ("organisation.registered", "participant.admitted", "delegate.registered", "profile.published")
_BEFORE = ("region.registered", "mission.announced")
_PLAUSIBLE = {
    "timezone": "Asia/Krasnoyarsk",
    "region": HOME,
    "guest_region": HOME,
    "host_region": HOME,
    "starts_on": "2027-05-11",
    "ends_on": "2027-05-12",
    "is_removed": False,
    "status": "admitted",
}


def cases(events: int) -> list[Case]:
    """List what is measured: each service that hears registration, on PostgreSQL."""
    note = "the same guarantee; companies, participants, delegates and profiles, copied and told of"
    return [
        Case("handle", f"real-{name}", f"our consumer, the real handlers of {name}", _trial(name, events), note=note)
        for name in SERVICES
    ]


def _trial(name: str, events: int) -> Callable[[], Figures]:
    def run() -> Figures:
        service = _service(name)
        with ExitStack() as stack:
            broker_url = stack.enter_context(places.broker_place(history=False))
            database_url = stack.enter_context(places.database_place(places.POSTGRESQL))
            runtime = places.runtime_of(service, database_url, broker_url)
            stack.callback(runtime.database.close)
            places.install(runtime)
            messages = [
                message for message in mission(events) if type_of(message) in subscriptions.event_types(service)
            ]
            places.fill(broker_url, messages)
            arguments = {"broker_url": broker_url, "database_url": database_url, "events": len(messages)}
            figures = child.run("bench.bus.handle_real:consume", name=name, **arguments)
            if handled(runtime) != len(messages):
                raise TrialError(f"{name} handled {handled(runtime)} of {len(messages)} events")
        return figures

    return run


def consume(name: str, broker_url: str, database_url: str, events: int) -> dict[str, float]:
    """Let our consumer take all that waits, with the handlers of a real service."""
    runtime = places.runtime_of(_service(name), database_url, broker_url)
    stop = threading.Event()
    consumer = threading.Thread(target=Consumer(runtime).run, args=(stop,))
    began = time.monotonic()
    consumer.start()
    while handled(runtime) < events and time.monotonic() < began + PATIENCE_SECONDS:
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - began
    stop.set()
    consumer.join()
    return {"events/s": events / seconds}


def handled(runtime: Runtime) -> int:
    """Count the events that took effect: those that the inbox knows and did not park."""
    with runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(inbox).where(inbox.c.body.is_(None))) or 0


def mission(events: int) -> Iterator[Message]:
    """Tell of one mission: each company registers, is admitted, names a delegate and says what it offers."""
    mission_id = str(identifiers.fresh())
    for fact in _BEFORE:
        yield _message(fact, {"mission_id": mission_id}, mission_id if "mission" in fact else str(identifiers.fresh()))
    for _ in range(max(events // len(_COMPANY), 1)):
        ids = {"mission_id": mission_id} | {
            f"{of}_id": str(identifiers.fresh()) for of in ("organisation", "participant", "delegate", "profile")
        }
        for fact in _COMPANY:
            yield _message(fact, ids, ids[f"{fact.partition('.')[0]}_id"])


def _message(fact: str, ids: dict[str, str], subject: str) -> Message:
    type_ = f"caravan.{fact}.v1"
    event = samples.golden(type_)
    data: dict[str, Any] = event["data"]
    data |= {name: value for name, value in (ids | _PLAUSIBLE).items() if name in data}
    event |= {"id": str(identifiers.fresh()), "source": f"/{HOME.lower()}/registration"}
    event |= {"subject": subject, "subjectversion": 1}
    if "mission" in event:
        event["mission"] = ids["mission_id"]
    body = samples.on_wire(event)
    return Message(seq=0, event_id=event["id"], exchange=EVENTS, routing_key=routing_key(HOME, type_), body=body)


def type_of(message: Message) -> str:
    """Return the type of an event by the routing key of its message."""
    return f"caravan.{message.routing_key.partition('.')[2]}"


def _service(name: str) -> Service:
    """Import a service when it is its turn: they are heavy, and no other trial should carry them."""
    service: Service = import_module(f"{name}.service").SERVICE
    return service
