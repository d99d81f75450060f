"""A service as a value (`Service`: its declared parts) and a service at work (`Runtime`: with settings, database)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from access.matrix import Deed
from contracts.event import REGISTRY, Envelope, Event, entity_of
from servicekit.auth.actors import Actor, system
from servicekit.auth.tokens import KeyRing
from servicekit.bus.broker_watch import BrokerWatch
from servicekit.data.database import Database
from servicekit.data.tables import Copy
from servicekit.privacy.personal import NOTHING, Personal
from servicekit.settings import Settings, from_env
from servicekit.telemetry.heartbeat import Pulse
from servicekit.telemetry.metrics import Metrics
from servicekit.telemetry.tracing import Tracing, tracing_of

if TYPE_CHECKING:
    from flask import Blueprint


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


Those = Callable[[Session, Sequence[Envelope[Any]]], object]


@dataclass(frozen=True)
class Keep:
    """A state handler that is one row: the copy is written unless there is a newer one.

    `row` gives the columns of an event's copy; `id`, `home` and `version` are those of its
    aggregate unless it gives them, too. It must give the same columns each time. Of several
    states of one aggregate that come together only the newest is written.
    """

    model: type[Copy]
    row: Callable[[Envelope[Any]], dict[str, Any]]
    before: Those | None = None
    """Called with the events that are about to be written: the place for locks that come first."""
    then: Those | None = None
    """Called with the events that were written: those that told something new."""


Rows = Callable[[Session, UUID | None, int], Sequence[Any]]
"""Return at most so many aggregates that were told of before, by id, after the one that was told last."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """How a service tells the present state of its aggregates of one kind.

    `entity` is that of their events; `tell(session, aggregate)` returns the event that tells the
    state as it is now, where several types share one shape the type that names its status.
    """

    entity: str
    rows: Rows
    tell: Callable[[Session, Any], Event]


@dataclass(frozen=True, kw_only=True)
class Followed:
    """Something that a page may follow.

    `state(session, actor, id)` returns what differs whenever the thing does, cheaply: versions, counts, instants. It
    raises what a page about the thing would raise for who may not see it. `of` names the id in the address.
    """

    of: str = "mission_id"
    deed: Deed
    state: Callable[[Session, Actor, UUID], object]


@dataclass(frozen=True, kw_only=True)
class Link:
    """One entry of the navigation."""

    key: str
    label: str
    url: str


@dataclass(frozen=True)
class Frame:
    """What surrounds the content of a page.

    `active` is the key of the current entry of `nav`; `where` stands beside the brand, `who` at the right;
    `note` is the line of the foot (whose time the page tells); `call` says there whom to phone; `broad` gives boards
    room; `phone` makes one narrow column with at most four entries under the thumb.
    """

    title: str
    nav: Sequence[Link] = ()
    active: str = ""
    _: KW_ONLY
    where: str = ""
    who: str = ""
    home: str = "/"
    note: str = ""
    call: str = ""
    broad: bool = False
    phone: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
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
    frame: Callable[[str], Frame] | None = None
    """What surrounds a page of the kit's within the service: called with its title."""
    is_home: bool = False
    """Whether `/` leads to its pages where several services stand under one origin."""
    copies: Mapping[type[Event], Handler | Keep] = field(default_factory=dict)
    reactions: Mapping[type[Event], Handler] = field(default_factory=dict)
    followed: Mapping[str, Followed] = field(default_factory=dict)
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


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """One service at work."""

    service: Service
    settings: Settings
    database: Database
    metrics: Metrics = field(default_factory=Metrics)
    pulse: Pulse = field(default_factory=Pulse)
    tracing: Tracing = field(default_factory=Tracing)
    cut_short: set[tuple[str, str]] = field(default_factory=set)
    """Parked events whose try this process began and, for want of the database, did not end."""

    @property
    def actor(self) -> Actor:
        """Who handles the service's events, schedules and tasks."""
        return system(self.service.name)

    @property
    def has_broker(self) -> bool:
        """Whether events travel over RabbitMQ."""
        return bool(self.settings.broker_url)

    @cached_property
    def broker_watch(self) -> BrokerWatch:
        """What the broker has of the service."""
        return BrokerWatch(self.settings.broker_url, self.service.name)

    @cached_property
    def key_ring(self) -> KeyRing:
        """The keys that verify tokens."""
        return KeyRing(self.settings)

    def close(self) -> None:
        """Send what spans wait, and give connections back."""
        self.tracing.close()
        self.database.close()


def assemble(service: Service, environ: Mapping[str, str] | None = None) -> Runtime:
    """Read the settings and prepare the database; nothing is connected yet.

    Raises:
        SettingsError: names every bad setting.

    """
    settings = from_env(service.settings, service.name, environ)
    database, tracing = Database(service.name, settings), tracing_of(service.name, settings)
    return Runtime(service=service, settings=settings, database=database, tracing=tracing)
