"""The tables of registration, with the rules that keep each of them right."""

from registration.models.application import Application, Profile
from registration.models.base import Base
from registration.models.consent import Consent
from registration.models.delegate import Delegate
from registration.models.mission import Mission
from registration.models.organisation import Organisation
from registration.models.participant import Participant
from registration.models.region import Region

__all__ = [
    "Application",
    "Base",
    "Consent",
    "Delegate",
    "Mission",
    "Organisation",
    "Participant",
    "Profile",
    "Region",
]
