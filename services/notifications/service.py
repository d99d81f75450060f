"""The declaration of the notifications service: handlers, tasks, schedules, metrics and pages."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from contracts import matching, registration
from contracts.event import Event
from notifications import scope
from notifications.events import SNAPSHOTS
from notifications.handlers import account_mails, copies, delegate_notifications, deliveries, itineraries, retention
from notifications.metrics import METRICS
from notifications.models import Base
from notifications.personal import PERSONAL
from notifications.rules import RULES
from notifications.sending.sender import send_mail
from notifications.sending.transport import check_transport
from notifications.settings import Settings
from servicekit.service import Check, Frame, Keep, Schedule, Service, Task


def _blueprints() -> Iterable[Blueprint]:
    from notifications.api import blueprint as api  # noqa: PLC0415  # a worker needs no pages
    from notifications.pages.group_messages import blueprint as messages  # noqa: PLC0415
    from notifications.pages.mailbox import blueprint as pages  # noqa: PLC0415
    from notifications.pages.tiles import blueprint as tiles  # noqa: PLC0415

    return (api, pages, tiles, messages)


def _all(shape: type[Event], keep: Keep) -> dict[type[Event], Keep]:
    """Map every event type of a shape to the same copy handler."""
    return dict.fromkeys(shape.__subclasses__(), keep)


def _frame(title: str) -> Frame:
    from notifications.pages import layout  # noqa: PLC0415  # a worker needs no pages

    return layout.frame(title, None, "")


SERVICE = Service(
    name="notifications",
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    frame=_frame,
    copies={
        registration.RegionRegistered: copies.REGION,
        **_all(registration.MissionState, copies.MISSION),
        **_all(registration.OrganisationState, copies.ORGANISATION),
        **_all(registration.DelegateState, copies.DELEGATE),
        **_all(registration.ParticipantState, copies.PARTICIPANT),
        **_all(registration.ApplicationState, copies.AGGREGATE_VERSION),
        registration.ContactChanged: copies.update_contact,
        registration.ContactRemoved: copies.erase_contact,
        registration.SignInRequested: copies.update_account_contact,
        **_all(matching.MeetingRequestState, copies.AGGREGATE_VERSION),
        **_all(matching.MeetingNoticeState, copies.AGGREGATE_VERSION),
        **_all(matching.FollowUpState, copies.AGGREGATE_VERSION),
        matching.RecommendationsPublished: copies.AGGREGATE_VERSION,
        matching.ItineraryIssued: copies.update_itinerary,
        matching.AgreementSigned: copies.AGREEMENT,
    },
    reactions={
        **dict.fromkeys(RULES, delegate_notifications.notify_organisations),
        registration.DelegateRegistered: delegate_notifications.notify_new_delegate,
        registration.ContactChanged: deliveries.suppress_after_opt_out,
        matching.ItineraryIssued: itineraries.notify_people,
        registration.SignInRequested: account_mails.send_account_mail,
    },
    tasks=(Task(name="mail", work=send_mail, patience_seconds=120),),
    schedules=(
        Schedule(name="notifications.tidy", every=timedelta(days=1), run=retention.delete_expired),
        Schedule(name="notifications.mailbox", every=timedelta(hours=1), run=retention.delete_orphaned_mails),
    ),
    figures=METRICS,
    checks=(Check(name="mail", run=check_transport),),
    snapshots=SNAPSHOTS,
    personal=PERSONAL,
    contexts=scope.mission_ids,
)
