"""Decide on applications: the word of the side's own coordinator."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration import (
    ApplicationApproved,
    ApplicationChangesRequested,
    ApplicationRejected,
    ApplicationState,
    ApplicationWaitlisted,
)
from registration import events, lookups, scope
from registration.commands import ApproveApplication, RejectApplication, RequestChanges, WaitlistApplication
from registration.domain.statuses import ApplicationStatus
from registration.handlers import contacts
from registration.identity import roles
from registration.models import Application, Delegate, Organisation
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.clock import machine_now


def approve_application(session: Session, command: ApproveApplication, actor: Actor) -> Application:
    """Accept an application; whether there is a place, the mission's home decides.

    By the word of the organisation's agency it is known for what it says it is, and its people speak for it.
    Its people are written to from then on, whoever approves it.

    Raises:
        StatusError: it does not wait for a decision.

    """
    application = lookups.find(session, Application, command.application_id, actor, locked=True)
    application.approve(clock.now(session), late=command.late)
    _confirm(session, application, actor)
    events.tell(session, application, events.of_application(ApplicationApproved, application))
    contacts.vouch_for_people(session, application)
    return application


def reject_application(session: Session, command: RejectApplication, actor: Actor) -> Application:
    """Refuse an application and say why.

    Raises:
        StatusError: it does not wait for a decision.

    """
    verdict = (ApplicationStatus.REJECTED, ApplicationRejected)
    return _review(session, command.application_id, verdict, command.reason, actor)


def request_changes(session: Session, command: RequestChanges, actor: Actor) -> Application:
    """Ask the applicant for corrections.

    Raises:
        StatusError: it does not wait for a decision.

    """
    verdict = (ApplicationStatus.CHANGES_REQUESTED, ApplicationChangesRequested)
    return _review(session, command.application_id, verdict, command.reason, actor)


def waitlist_application(session: Session, command: WaitlistApplication, actor: Actor) -> Application:
    """Let an application wait for a place.

    Raises:
        StatusError: it does not wait for a decision.

    """
    verdict = (ApplicationStatus.WAITLISTED, ApplicationWaitlisted)
    return _review(session, command.application_id, verdict, command.reason, actor)


def _confirm(session: Session, application: Application, actor: Actor) -> None:
    """Let an agency's approval stand behind the organisation; an organiser's tells of one mission alone."""
    organisation = session.get_one(Organisation, application.organisation_id, with_for_update=True)
    if not scope.answers_for(actor, organisation):
        return
    if not organisation.is_confirmed:
        organisation.is_confirmed = True
        roles.tell_invited_of(session, organisation)
    theirs = select(Delegate).where(Delegate.application_id == application.id, ~Delegate.is_removed)
    for delegate in session.scalars(theirs.order_by(Delegate.id).with_for_update()):
        delegate.let_speak(machine_now())


def _review(
    session: Session,
    application_id: UUID,
    verdict: tuple[ApplicationStatus, type[ApplicationState]],
    reason: str,
    actor: Actor,
) -> Application:
    application = lookups.find(session, Application, application_id, actor, locked=True)
    status, event = verdict
    application.review(status, reason, clock.now(session))
    events.tell(session, application, events.of_application(event, application))
    return application
