"""Run a service's handlers over events, in order: copies together, everything else one by one."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from contracts import event as wire
from contracts.event import Envelope
from servicekit import context
from servicekit.copies import Copies, Keep
from servicekit.runtime import Runtime
from servicekit.service import Handler


def understand(runtime: Runtime, envelope: Envelope[Any]) -> Envelope[Any] | None:
    """Load the data of an event that the service listens to; None where it is not for the service.

    Raises:
        UnreadableEventError: the data breaks the contract, or nobody knows this major version.

    """
    service = runtime.service
    is_heard = envelope.type in service.state_handlers or envelope.type in service.reaction_handlers
    if envelope.type in wire.REGISTRY and not is_heard:
        return None
    try:
        return wire.typed(envelope)
    except LookupError:
        return None


def handle(runtime: Runtime, session: Session, events: Iterable[tuple[Envelope[Any], bool]]) -> None:
    """Handle (event, whether it is live) in this order; what is not live runs state handlers alone.

    A reaction sees what came before it: copies that wait are written first.
    """
    copies = Copies(session)
    for event, is_live in events:
        state = runtime.service.state_handlers.get(event.type)
        reaction = runtime.service.reaction_handlers.get(event.type) if is_live else None
        if isinstance(state, Keep):
            copies.add(state, event)
        elif state:
            copies.write()
            _call(runtime, session, state, event)
        if reaction:
            copies.write()
            _call(runtime, session, reaction, event)
    copies.write()


def _call(runtime: Runtime, session: Session, handler: Handler, event: Envelope[Any]) -> None:
    surroundings = context.of(session)
    surroundings.cause = event
    try:
        handler(session, event, runtime.actor)
    finally:
        surroundings.cause = None
