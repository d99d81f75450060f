"""Statuses in the reader's words, for problems and pages."""

from collections.abc import Mapping
from enum import StrEnum

from registration.domain.stages import MissionStage
from registration.domain.statuses import ApplicationStatus, MissionStatus, ParticipantStatus
from servicekit import languages
from servicekit.languages import noop as _

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


class Spoken:
    """A status that a message holds: it turns into the reader's words when the message is shown."""

    def __init__(self, status: StrEnum) -> None:
        self.status = status

    def __str__(self) -> str:
        return spoken(self.status)


def spoken(status: StrEnum) -> str:
    """Say a status in the language of the request."""
    return languages.translations((PACKAGE,), languages.of_request()).gettext(LABELS[type(status)][status])
