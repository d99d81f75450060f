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
from registration.commands.imports import ImportOrganisations
from registration.commands.missions import (
    ChangeMission,
    CloseMission,
    NewInterpreter,
    OpenMission,
    PlanMission,
    Programme,
    PutRegion,
    ReplaceProgramme,
)
from registration.commands.organisations import ChangeOrganisation, NewConsent, RecordConsents, RegisterOrganisation
from registration.commands.participants import AdmitParticipant, CheckIn, WithdrawParticipant
from registration.commands.people import (
    AddDelegate,
    ChangeDelegate,
    ErasePerson,
    NewDelegate,
    RecordDelegateConsents,
    RemoveDelegate,
    ReportAbsence,
)

__all__ = [
    "AddDelegate",
    "AdmitParticipant",
    "Apply",
    "ApproveApplication",
    "ChangeDelegate",
    "ChangeMission",
    "ChangeOrganisation",
    "CheckIn",
    "CloseMission",
    "ErasePerson",
    "ImportOrganisations",
    "NewConsent",
    "NewDelegate",
    "NewInterpreter",
    "NewProfile",
    "OpenMission",
    "PlanMission",
    "Programme",
    "PutRegion",
    "RecordConsents",
    "RecordDelegateConsents",
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
