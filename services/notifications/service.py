"""The notifications service, declared."""

from collections.abc import Iterable

from flask import Blueprint

from contracts import matching, registration
from contracts.event import Event
from notifications.handlers import copies, itineraries, news
from notifications.models import Base
from notifications.rules import RULES
from notifications.sending.check import check_mail
from notifications.sending.sender import send_mail
from notifications.settings import Settings
from servicekit.service import Check, Handler, Service, Task


def _blueprints() -> Iterable[Blueprint]:
    from notifications.api import blueprint as api  # noqa: PLC0415  # a worker needs no pages
    from notifications.pages import blueprint as pages  # noqa: PLC0415

    return (api, pages)


def _all(shape: type[Event], handler: Handler) -> dict[type[Event], Handler]:
    """Give every event of a shape the same handler."""
    return dict.fromkeys(shape.__subclasses__(), handler)


SERVICE = Service(
    name="notifications",
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    copies={
        registration.RegionRegistered: copies.keep_region,
        **_all(registration.MissionState, copies.keep_mission),
        **_all(registration.OrganisationState, copies.keep_organisation),
        **_all(registration.DelegateState, copies.keep_delegate),
        **_all(registration.ParticipantState, copies.keep_participant),
        **_all(registration.ApplicationState, copies.keep_standing),
        registration.ContactChanged: copies.keep_contact,
        registration.ContactRemoved: copies.erase_contact,
        **_all(matching.MeetingRequestState, copies.keep_standing),
        **_all(matching.FollowUpState, copies.keep_standing),
        matching.RecommendationsPublished: copies.keep_standing,
        matching.ItineraryIssued: copies.keep_itinerary,
        matching.AgreementSigned: copies.keep_agreement,
    },
    reactions={
        **dict.fromkeys(RULES, news.tell_organisations),
        registration.DelegateRegistered: news.tell_newcomer,
        matching.ItineraryIssued: itineraries.tell_people,
    },
    tasks=(Task(name="mail", work=send_mail),),
    checks=(Check(name="mail", run=check_mail),),
)
