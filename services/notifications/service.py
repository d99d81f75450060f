"""The notifications service, declared."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from contracts import matching, registration
from contracts.event import Event
from notifications import scope
from notifications.figures import FIGURES
from notifications.handlers import copies, declining, itineraries, news, signing_in, tidying
from notifications.models import Base
from notifications.personal import PERSONAL
from notifications.rules import RULES
from notifications.sending.check import check_mail
from notifications.sending.sender import send_mail
from notifications.settings import Settings
from notifications.snapshots import SNAPSHOTS
from servicekit.copies import Keep
from servicekit.pages import Frame
from servicekit.service import Check, Schedule, Service, Task


def _blueprints() -> Iterable[Blueprint]:
    from notifications.api import blueprint as api  # noqa: PLC0415  # a worker needs no pages
    from notifications.message_pages import blueprint as messages  # noqa: PLC0415
    from notifications.pages import blueprint as pages  # noqa: PLC0415
    from notifications.tile_pages import blueprint as tiles  # noqa: PLC0415

    return (api, pages, tiles, messages)


def _all(shape: type[Event], keep: Keep) -> dict[type[Event], Keep]:
    """Keep every event of a shape alike."""
    return dict.fromkeys(shape.__subclasses__(), keep)


def _frame(title: str) -> Frame:
    from notifications import frames  # noqa: PLC0415  # a worker needs no pages

    return frames.frame(title, None, "")


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
        **_all(registration.ApplicationState, copies.STANDING),
        registration.ContactChanged: copies.keep_contact,
        registration.ContactRemoved: copies.erase_contact,
        registration.SignInRequested: copies.keep_account,
        **_all(matching.MeetingRequestState, copies.STANDING),
        **_all(matching.MeetingNoticeState, copies.STANDING),
        **_all(matching.FollowUpState, copies.STANDING),
        matching.RecommendationsPublished: copies.STANDING,
        matching.ItineraryIssued: copies.keep_itinerary,
        matching.AgreementSigned: copies.AGREEMENT,
    },
    reactions={
        **dict.fromkeys(RULES, news.tell_organisations),
        registration.DelegateRegistered: news.tell_newcomer,
        registration.ContactChanged: declining.suppress_waiting,
        matching.ItineraryIssued: itineraries.tell_people,
        registration.SignInRequested: signing_in.write_to_account,
    },
    tasks=(Task(name="mail", work=send_mail, patience_seconds=120),),
    schedules=(
        Schedule(name="notifications.tidy", every=timedelta(days=1), run=tidying.tidy),
        Schedule(name="notifications.mailbox", every=timedelta(hours=1), run=tidying.sweep_mailbox),
    ),
    figures=FIGURES,
    checks=(Check(name="mail", run=check_mail),),
    snapshots=SNAPSHOTS,
    personal=PERSONAL,
    contexts=scope.missions,
)
