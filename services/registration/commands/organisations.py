"""What a caller may ask about organisations and consents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.registration import Texts
from registration.company_ids import Numbers


@dataclass(frozen=True, kw_only=True)
class NewConsent:
    """One consent to one purpose, or the end of one; given now unless it says when.

    Its words are its own `text`, or those of the region's document of a `version`.
    """

    purpose: str
    text: str | None
    version: str | None
    language: str
    channel: str
    given_at: datetime | None
    is_withdrawal: bool


@dataclass(frozen=True, kw_only=True)
class RegisterOrganisation:
    """Make an organisation known."""

    reference: str
    region: str
    names: Texts
    legal_name: Texts
    legal_form: str
    role: str
    size: str
    is_sme: bool
    numbers: Numbers
    activity_codes: Sequence[str]
    city: Texts
    about: Texts
    email: str
    phone: str
    consents: Sequence[NewConsent]


@dataclass(frozen=True, kw_only=True)
class ChangeOrganisation:
    """Correct facts of an organisation; `changes` holds the new value of each named column."""

    organisation_id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordConsents:
    """Add consents of an organisation."""

    organisation_id: UUID
    consents: Sequence[NewConsent]
