"""Statuses in the reader's words, for problems and pages."""

from collections.abc import Mapping
from enum import StrEnum

from access.roles import Role
from registration.domain.statuses import ApplicationStatus, MissionStage, MissionStatus, ParticipantStatus
from servicekit.texts.languages import Spoken
from servicekit.texts.languages import noop as _

PACKAGE = "registration"

LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    MissionStatus: {
        MissionStatus.DRAFT: _("being prepared"),
        MissionStatus.OPEN: _("taking applications"),
        MissionStatus.CLOSED: _("closed to applications"),
    },
    MissionStage: {
        MissionStage.PREPARED: _("being prepared"),
        MissionStage.OPEN: _("taking applications"),
        MissionStage.CLOSED: _("closed to applications"),
        MissionStage.UNDER_WAY: _("under way"),
        MissionStage.OVER: _("over"),
    },
    Role: {
        Role.ADMIN: _("administrator of the platform"),
        Role.AGENCY: _("agency of the region"),
        Role.ORGANISER: _("organiser of the mission"),
        Role.DELEGATE: _("speaks for the organisation"),
        Role.READER: _("reader"),
    },
    ApplicationStatus: {
        ApplicationStatus.DRAFT: _("draft"),
        ApplicationStatus.SUBMITTED: _("under review"),
        ApplicationStatus.CHANGES_REQUESTED: _("being corrected"),
        ApplicationStatus.APPROVED: _("approved"),
        ApplicationStatus.REJECTED: _("rejected"),
        ApplicationStatus.WAITLISTED: _("on the waiting list"),
        ApplicationStatus.WITHDRAWN: _("withdrawn"),
    },
    ParticipantStatus: {
        ParticipantStatus.ADMITTED: _("takes part"),
        ParticipantStatus.WAITLISTED: _("waits for a place"),
        ParticipantStatus.REFUSED: _("not admitted"),
        ParticipantStatus.WITHDRAWN: _("has left"),
    },
}
"""What each status of each thing is called."""


def in_words(status: StrEnum) -> Spoken:
    """Return what a message holds in the place of a status."""
    return Spoken(LABELS[type(status)][status], PACKAGE)


def spoken(status: StrEnum) -> str:
    """Say a status in the language of the request."""
    return str(in_words(status))
