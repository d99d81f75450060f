"""What a caller may ask about delegates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.registration import Attendance, Texts, Window
from registration.commands.organisations import NewConsent


@dataclass(frozen=True, kw_only=True)
class NewDelegate:
    """A person who will speak for an organisation; hours None: the mission's own."""

    reference: str
    names: Texts
    positions: Texts
    email: str
    phone: str
    language: str
    timezone: str | None
    attendance: Attendance
    can_negotiate: bool
    availability: Sequence[Window] | None
    consents: Sequence[NewConsent]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddDelegate:
    """Name one more person."""

    application_id: UUID
    delegate: NewDelegate


@dataclass(frozen=True, kw_only=True)
class ChangeDelegate:
    """Correct facts of a delegate; `changes` holds the new value of each named column."""

    delegate_id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RemoveDelegate:
    """Take a person off the list."""

    delegate_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordDelegateConsents:
    """Add consents of a delegate, or their ends."""

    delegate_id: UUID
    consents: Sequence[NewConsent]


@dataclass(frozen=True, kw_only=True)
class ErasePerson:
    """Forget a person everywhere: a delegate, a sole trader with all who speak for the business, an account."""

    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReportAbsence:
    """Say that a person is not there for some hours."""

    delegate_id: UUID
    absence: Window
    reason: str
