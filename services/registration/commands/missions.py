"""What a caller may ask about regions and missions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from contracts.registration import AgendaItem, HallTable, MeetingSlot, Texts, Walk, Window
from registration.domain.statuses import Rules


@dataclass(frozen=True, kw_only=True)
class PutRegion:
    """Let a region take part, or correct its facts; what is None comes from its pack."""

    code: str
    names: Texts | None = None
    timezone: str | None = None
    languages: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class NewInterpreter:
    """Somebody who interprets, by a code; hours None: the mission's own."""

    id: str
    languages: tuple[str, ...]
    availability: Sequence[Window] | None


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Hall, slots and agenda of a mission, how far its locations are apart, and who interprets."""

    tables: Sequence[HallTable]
    slots: Sequence[MeetingSlot]
    agenda: Sequence[AgendaItem]
    walking: Sequence[Walk]
    interpreters: Sequence[NewInterpreter]


@dataclass(frozen=True, kw_only=True)
class PlanMission:
    """Make the draft of a mission."""

    reference: str
    titles: Texts
    kind: str
    guest_region: str
    host_region: str
    starts_on: date
    ends_on: date
    timezone: str
    venue: Texts
    organiser: Texts
    organiser_phone: str
    organiser_email: str
    applications_until: date | None
    rules: Rules
    programme: Programme


@dataclass(frozen=True, kw_only=True)
class ChangeMission:
    """Correct facts of a mission; `changes` holds the new value of each named column and of `rules`."""

    mission_id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ReplaceProgramme:
    """Put a new programme in the place of a mission's."""

    mission_id: UUID
    programme: Programme


@dataclass(frozen=True, kw_only=True)
class OpenMission:
    """Begin to take applications."""

    mission_id: UUID


@dataclass(frozen=True, kw_only=True)
class CloseMission:
    """Take no more applications."""

    mission_id: UUID
