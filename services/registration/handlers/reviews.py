"""Decide on applications: the word of the side's own coordinator."""

from uuid import UUID

from sqlalchemy.orm import Session

from contracts.registration import (
    ApplicationApproved,
    ApplicationChangesRequested,
    ApplicationRejected,
    ApplicationState,
    ApplicationWaitlisted,
)
from registration import events, finding
from registration.commands import ApproveApplication, RejectApplication, RequestChanges, WaitlistApplication
from registration.domain.statuses import ApplicationStatus
from registration.models import Application
from servicekit import clock
from servicekit.auth import Actor


def approve_application(session: Session, command: ApproveApplication, actor: Actor) -> Application:
    """Accept an application; whether there is a place, the mission's home decides.

    Raises:
        StatusError: it does not wait for a decision.

    """
    application = finding.find(session, Application, command.application_id, locked=True)
    application.approve(clock.now(session), late=command.late)
    events.tell(session, application, events.of_application(ApplicationApproved, application))
    return application


def reject_application(session: Session, command: RejectApplication, actor: Actor) -> Application:
    """Refuse an application and say why.

    Raises:
        StatusError: it does not wait for a decision.

    """
    return _review(session, command.application_id, (ApplicationStatus.REJECTED, ApplicationRejected), command.reason)


def request_changes(session: Session, command: RequestChanges, actor: Actor) -> Application:
    """Ask the applicant for corrections.

    Raises:
        StatusError: it does not wait for a decision.

    """
    verdict = (ApplicationStatus.CHANGES_REQUESTED, ApplicationChangesRequested)
    return _review(session, command.application_id, verdict, command.reason)


def waitlist_application(session: Session, command: WaitlistApplication, actor: Actor) -> Application:
    """Let an application wait for a place.

    Raises:
        StatusError: it does not wait for a decision.

    """
    verdict = (ApplicationStatus.WAITLISTED, ApplicationWaitlisted)
    return _review(session, command.application_id, verdict, command.reason)


def _review(
    session: Session, application_id: UUID, verdict: tuple[ApplicationStatus, type[ApplicationState]], reason: str
) -> Application:
    application = finding.find(session, Application, application_id, locked=True)
    status, event = verdict
    application.review(status, reason, clock.now(session))
    events.tell(session, application, events.of_application(event, application))
    return application
