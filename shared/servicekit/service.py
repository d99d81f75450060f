"""A service is a value: its parts, declared; nothing runs on import."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from contracts.event import REGISTRY, Envelope, Event, binding_key, entity_of
from contracts.instance import ClockMoved, PersonErasureRequested, ServiceInstalled
from contracts.registration.identity import KeyAnnounced, KeyRetired, SessionRevoked
from servicekit.auth import tokens
from servicekit.auth.actors import Actor
from servicekit.bus import snapshots
from servicekit.bus.handlers import Keep
from servicekit.bus.snapshots import Snapshot
from servicekit.data import clock
from servicekit.privacy import erasure
from servicekit.privacy.personal import NOTHING, Personal
from servicekit.settings import Settings

if TYPE_CHECKING:
    from flask import Blueprint

    from servicekit.runtime import Runtime
    from servicekit.web.layout import Frame
    from servicekit.web.live import Followed

Handler = Callable[[Session, Envelope[Any], Actor], object]
"""What a service does about an event."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Slow work on rows: `work` does one piece, in transactions of its own, and tells whether there was one."""

    name: str
    work: Callable[["Runtime"], bool]
    idle_seconds: float = 0.5
    """How long to wait after a look that found nothing, unless the service itself writes an event."""
    patience_seconds: float = 0.0
    """How much longer than `stuck_seconds` one piece may take before it counts as stuck."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What time brings: `run(session, now, actor)` in one transaction, once every `every`, whoever ticks.

    A run that returns True has left some for the next transaction, which comes at once.
    """

    name: str
    every: timedelta
    run: Callable[[Session, datetime, Actor], bool | None]


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that only this service can examine: `run` returns what it found, or raises OSError with the cause."""

    name: str
    run: Callable[["Runtime"], str]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Numbers that a service reads from its tables whenever it is asked for its metrics.

    `read` yields (label values, number); labels take few values, and say nothing of a person.
    """

    name: str
    about: str
    labels: tuple[str, ...] = ()
    only_grows: bool = False
    read: Callable[[Session], Iterable[tuple[tuple[str, ...], float]]]


_OF_ALL: Mapping[type[Event], Handler] = {
    ClockMoved: clock.follow,
    KeyAnnounced: tokens.keep,
    KeyRetired: tokens.retire,
    SessionRevoked: tokens.heed,
}
"""The state handlers that every service has."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service: what it keeps, answers, hears and does.

    `copies` are the state handlers: they write the service's copy of an aggregate unless it
    has a newer one, and run on replay too: a `Keep`, written with others of its kind, or a
    function. `reactions` run once per live event, after the state handlers and in the same
    transaction, never on replay.
    """

    name: str
    metadata: MetaData
    settings: type[Settings] = Settings
    blueprints: Callable[[], Iterable["Blueprint"]] = tuple
    frame: Callable[[str], "Frame"] | None = None
    """What surrounds a page of the kit's within the service: called with its title."""
    is_home: bool = False
    """Whether `/` leads to its pages where several services stand under one origin."""
    copies: Mapping[type[Event], Handler | Keep] = field(default_factory=dict)
    reactions: Mapping[type[Event], Handler] = field(default_factory=dict)
    followed: Mapping[str, "Followed"] = field(default_factory=dict)
    """What a page may follow while it is open, by the names in its address."""
    tasks: tuple[Task, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    checks: tuple[Check, ...] = ()
    figures: tuple[Figure, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    contexts: Callable[[Session, Actor], frozenset[str]] | None = None
    """Whatever keeps events together and is there for an actor who is about to do something: its ids."""
    actor_of_key: Callable[[Session, str], Actor | None] | None = None
    """Who shows a key to the API, where the service knows the keys; None for a key that does not hold."""

    operator_token: Callable[["Runtime"], str] | None = None
    """Makes a token for whoever sits at the machine, where the service signs tokens."""

    personal: Personal = NOTHING
    """What the service holds of people: how it is told, and how it is deleted."""

    @property
    def folder(self) -> Path:
        """The folder of the service's package: templates, migrations, translations."""
        return Path(str(files(self.name)))

    @cached_property
    def state_handlers(self) -> Mapping[str, Handler | Keep]:
        """The state handlers by event type, with those that every service has."""
        forget = erasure.follow(self.personal)
        every: dict[type[Event], Handler | Keep] = {**_OF_ALL, PersonErasureRequested: forget, **self.copies}
        return {declared.type: handler for declared, handler in every.items()}

    @cached_property
    def reaction_handlers(self) -> Mapping[str, Handler]:
        """The reactions by event type."""
        return {declared.type: handler for declared, handler in (self._repeating() | dict(self.reactions)).items()}

    @cached_property
    def all_snapshots(self) -> Mapping[str, Snapshot]:
        """How to tell the present state of each entity, with those that every service knows."""
        return {snapshot.entity: snapshot for snapshot in (*snapshots.EVERY, *self.snapshots)}

    def _repeating(self) -> dict[type[Event], Handler]:
        """What is private is in no history: who is new is told its present state."""
        own = [declared for declared in REGISTRY.values() if declared.private and declared.publisher == self.name]
        unheld = {entity_of(declared.type) for declared in own} & self.all_snapshots.keys()
        return {ServiceInstalled: snapshots.repeat_for(unheld)} if unheld else {}

    def heard(self) -> set[str]:
        """Return the types of the events that the service listens to."""
        return set(self.state_handlers) | set(self.reaction_handlers)

    def bindings(self) -> set[tuple[bool, str]]:
        """Return (private, binding key) of all that the service listens to."""
        return {(REGISTRY[heard].private, binding_key(heard)) for heard in self.heard()}

    def tells_private(self) -> bool:
        """Whether the service publishes anything private."""
        return any(declared.private and declared.publisher == self.name for declared in REGISTRY.values())

    def entities(self) -> set[str]:
        """Return the entities of the events that the service publishes."""
        own = {entity_of(type_) for type_, declared in REGISTRY.items() if declared.publisher == self.name}
        return own | {"service", "clock", "person"}

    def words(self) -> set[str]:
        """Return what the broker lets the service speak of, as parts of routing keys, in the form of its patterns.

        That a person is to be forgotten is said where people register, and nowhere else.
        """
        return self.entities() if self.personal.is_origin else self.entities() - {"person"} | {r"person\.erased"}
