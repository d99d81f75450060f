"""Events about an instance itself: any of its services may publish them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.classes import Id, Technical
from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class ClockMoved(Event, type="caravan.clock.moved.v1"):
    """The clock of a demonstration stands `shift_seconds` from the machine's, at `at` when it was moved."""

    at: Technical[datetime]
    shift_seconds: Technical[float]


@dataclass(frozen=True, kw_only=True)
class ServiceInstalled(Event, type="caravan.service.installed.v1"):
    """A service has its tables and its queue and listens from now on."""

    service: Technical[str]
    version: Technical[str]


@dataclass(frozen=True, kw_only=True)
class PersonErasureRequested(Event, type="caravan.person.erasure_requested.v1"):
    """A person is to be forgotten: every service deletes what it holds and says so. Where people register says it.

    Its subject is the erasure, not the person, whose own states are told under the person's id.
    """

    person_id: Id[UUID]
    requested_at: Technical[datetime]
    """By the machine's clock: no demonstration moves it."""


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event, type="caravan.person.erased.v1"):
    """A service holds nothing more of a person; the id stays, so that nothing late brings the person back."""

    person_id: Id[UUID]
    service: Technical[str]
