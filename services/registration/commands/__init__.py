"""What a caller may ask of registration."""

from registration.commands.applications import (
    Apply,
    ApproveApplication,
    NewProfile,
    RejectApplication,
    ReplaceAvoids,
    ReplaceProfile,
    RequestChanges,
    SubmitApplication,
    WaitlistApplication,
    WithdrawApplication,
)
from registration.commands.missions import (
    CloseMission,
    OpenMission,
    PlanMission,
    Programme,
    PutRegion,
    ReplaceProgramme,
)
from registration.commands.organisations import ChangeOrganisation, NewConsent, RecordConsents, RegisterOrganisation
from registration.commands.participants import AdmitParticipant, CheckIn, WithdrawParticipant
from registration.commands.people import AddDelegate, ChangeDelegate, NewDelegate, RemoveDelegate, ReportAbsence

__all__ = [
    "AddDelegate",
    "AdmitParticipant",
    "Apply",
    "ApproveApplication",
    "ChangeDelegate",
    "ChangeOrganisation",
    "CheckIn",
    "CloseMission",
    "NewConsent",
    "NewDelegate",
    "NewProfile",
    "OpenMission",
    "PlanMission",
    "Programme",
    "PutRegion",
    "RecordConsents",
    "RegisterOrganisation",
    "RejectApplication",
    "RemoveDelegate",
    "ReplaceAvoids",
    "ReplaceProfile",
    "ReplaceProgramme",
    "ReportAbsence",
    "RequestChanges",
    "SubmitApplication",
    "WaitlistApplication",
    "WithdrawApplication",
    "WithdrawParticipant",
]
