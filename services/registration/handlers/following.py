"""People whose hours are the mission's own follow it when it moves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration import DelegateChanged
from registration import events
from registration.models import Application, Delegate, Mission


def bring(session: Session, mission: Mission) -> None:
    """Give the mission's new hours to those who have told none of their own."""
    following = (
        select(Delegate, Application)
        .join(Application, Application.id == Delegate.application_id)
        .where(Delegate.mission_id == mission.id, Delegate.follows_programme, ~Delegate.is_removed)
        .with_for_update(of=Delegate)
    )
    hours = mission.meeting_hours
    for delegate, application in session.execute(following):
        if delegate.availability == hours:
            continue
        delegate.availability = hours
        if application.is_public:
            events.tell(session, delegate, events.of_delegate(DelegateChanged, delegate))
