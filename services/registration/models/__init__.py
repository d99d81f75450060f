"""The tables of registration, with the rules that keep each of them right."""

from registration.identity.models import (
    Account,
    ApiKey,
    Authenticator,
    Ceremony,
    Departure,
    ExternalIdentity,
    Passkey,
    RecoveryCode,
    RoleGrant,
    SignedIn,
    SignInAttempt,
    SigningKey,
)
from registration.models.application import Application, Profile
from registration.models.base import Base
from registration.models.consent import Consent
from registration.models.delegate import Delegate
from registration.models.erasure import Erasure, ErasureAnswer, KnownService
from registration.models.exchange import ContactExchange
from registration.models.mission import Mission
from registration.models.organisation import Organisation
from registration.models.participant import Participant
from registration.models.region import Region

__all__ = [
    "Account",
    "ApiKey",
    "Application",
    "Authenticator",
    "Base",
    "Ceremony",
    "Consent",
    "ContactExchange",
    "Delegate",
    "Departure",
    "Erasure",
    "ErasureAnswer",
    "ExternalIdentity",
    "KnownService",
    "Mission",
    "Organisation",
    "Participant",
    "Passkey",
    "Profile",
    "RecoveryCode",
    "Region",
    "RoleGrant",
    "SignInAttempt",
    "SignedIn",
    "SigningKey",
]
