"""Events about an instance; any of its services may publish them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.data_classes import Id, Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class ClockMoved(Event, type="caravan.clock.moved.v1"):
    """The demonstration clock was moved: it differs from the system clock by `shift_seconds`, and showed `at` then."""

    at: Technical[datetime]
    shift_seconds: Technical[float]


@dataclass(frozen=True, kw_only=True)
class ServiceInstalled(Event, type="caravan.service.installed.v1"):
    """A service was installed: its tables and its queue exist, and it receives events from now on."""

    service: Technical[str]
    version: Technical[str]


@dataclass(frozen=True, kw_only=True)
class PersonErasureRequested(Event, type="caravan.person.erasure_requested.v1"):
    """Erasure of a person's data was requested: every service must erase its data and publish `person.erased`.

    Published by registration. Its subject is the erasure, because the person's id is the subject of other events.
    """

    person_id: Id[UUID]
    requested_at: Technical[datetime]
    """By the system clock, not by the demonstration clock."""


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event, type="caravan.person.erased.v1"):
    """A service has erased the personal data of a person; it keeps the id to ignore late events about the person."""

    person_id: Id[UUID]
    service: Technical[str]
