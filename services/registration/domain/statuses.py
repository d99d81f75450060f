"""The states that things go through, and which may follow which."""

from collections.abc import Mapping
from enum import StrEnum


class MissionStatus(StrEnum):
    """Whether a mission takes applications."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ApplicationStatus(StrEnum):
    """How far an application has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"


class ParticipantStatus(StrEnum):
    """Whether an organisation takes part in a mission."""

    ADMITTED = "admitted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = ApplicationStatus

FOLLOWING: Mapping[ApplicationStatus, frozenset[ApplicationStatus]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.APPROVED, _S.REJECTED, _S.CHANGES_REQUESTED, _S.WAITLISTED, _S.WITHDRAWN}),
    _S.CHANGES_REQUESTED: frozenset({_S.SUBMITTED, _S.REJECTED, _S.WITHDRAWN}),
    _S.WAITLISTED: frozenset({_S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.WITHDRAWN}),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""The statuses that may follow each status of an application."""
