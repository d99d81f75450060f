"""What a service listens to: its own handlers, and those of every service."""

from collections.abc import Mapping
from functools import lru_cache

from contracts.event import REGISTRY, Event, binding_key, entity_of
from contracts.instance import ClockMoved, PersonErasureRequested, ServiceInstalled
from contracts.registration.identity import KeyAnnounced, KeyRetired, SessionRevoked
from servicekit.auth import tokens
from servicekit.bus import snapshots
from servicekit.data import clock
from servicekit.privacy import erasure
from servicekit.service import Handler, Keep, Service

_EVERY_SERVICE: Mapping[type[Event], Handler] = {
    ClockMoved: clock.follow,
    KeyAnnounced: tokens.keep,
    KeyRetired: tokens.retire,
    SessionRevoked: tokens.heed,
}
"""State handlers that every service has."""

_CACHED = 64


@lru_cache(_CACHED)
def state_handlers(service: Service) -> Mapping[str, Handler | Keep]:
    """Return the state handlers of a service by event type, with those that every service has."""
    forget = erasure.follow(service.personal)
    every: dict[type[Event], Handler | Keep] = {**_EVERY_SERVICE, PersonErasureRequested: forget, **service.copies}
    return {declared.type: handler for declared, handler in every.items()}


@lru_cache(_CACHED)
def reaction_handlers(service: Service) -> Mapping[str, Handler]:
    """Return the reactions of a service by event type."""
    return {declared.type: handler for declared, handler in (_repeating(service) | dict(service.reactions)).items()}


def _repeating(service: Service) -> dict[type[Event], Handler]:
    """Repeat private state for a new service: private events are in no history."""
    own = [declared for declared in REGISTRY.values() if declared.private and declared.publisher == service.name]
    unheld = {entity_of(declared.type) for declared in own} & snapshots.snapshots_of(service).keys()
    return {ServiceInstalled: snapshots.repeat_for(unheld)} if unheld else {}


def event_types(service: Service) -> set[str]:
    """Return the types of the events that the service listens to."""
    return set(state_handlers(service)) | set(reaction_handlers(service))


def bindings(service: Service) -> set[tuple[bool, str]]:
    """Return (private, binding key) of every event type that the service listens to."""
    return {(REGISTRY[type_].private, binding_key(type_)) for type_ in event_types(service)}
