"""The matching service: whom to meet, when and where, and what came of it."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from access.matrix import Deed
from contracts import registration as heard
from matching import scope
from matching.handlers import agreements, copies, requests
from matching.handlers.recommendations.scoring import recommend_next
from matching.handlers.recommendations.vector_store import forget_vectors
from matching.handlers.timetable import incidents
from matching.handlers.timetable.worker import solve_next
from matching.models import Base
from matching.personal import PERSONAL
from matching.queries import company_days, days
from matching.queries.timetables import timetable_state
from matching.settings import Settings
from matching.snapshots import SNAPSHOTS
from servicekit.service import Followed, Frame, Schedule, Service, Task


def _blueprints() -> Iterable[Blueprint]:
    from matching import api, pages  # noqa: PLC0415  a worker needs none of them

    return (*api.BLUEPRINTS, *pages.BLUEPRINTS)


def _frame(title: str) -> Frame:
    from matching.pages import layout  # noqa: PLC0415  # a worker needs no pages

    return layout.general(title)


SERVICE = Service(
    name="matching",
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    frame=_frame,
    copies={
        heard.RegionRegistered: copies.REGION,
        heard.MissionAnnounced: copies.MISSION,
        heard.MissionChanged: copies.MISSION,
        heard.MissionClosed: copies.MISSION,
        heard.OrganisationRegistered: copies.ORGANISATION,
        heard.OrganisationChanged: copies.ORGANISATION,
        heard.ParticipantAdmitted: copies.PARTICIPANT,
        heard.ParticipantWaitlisted: copies.PARTICIPANT,
        heard.ParticipantRefused: copies.PARTICIPANT,
        heard.ParticipantCheckedIn: copies.PARTICIPANT,
        heard.ParticipantChanged: copies.PARTICIPANT,
        heard.ParticipantWithdrawn: copies.PARTICIPANT,
        heard.ProfilePublished: copies.PROFILE,
        heard.DelegateRegistered: copies.DELEGATE,
        heard.DelegateChanged: copies.DELEGATE,
        heard.DelegateRemoved: copies.DELEGATE,
    },
    reactions={
        heard.DelegateRegistered: incidents.welcome_delegate,
        heard.DelegateChanged: incidents.mend_after_change,
        heard.DelegateRemoved: incidents.mend_after_change,
        heard.MissionChanged: incidents.mend_after_hall_change,
        heard.ParticipantAdmitted: incidents.welcome_participant,
        heard.ParticipantWithdrawn: incidents.mend_after_withdrawal,
    },
    tasks=(
        Task(name="recommending", work=recommend_next, patience_seconds=300),
        Task(name="solving", work=solve_next, patience_seconds=300),
    ),
    schedules=(
        Schedule(name="matching.expire_requests", every=timedelta(minutes=1), run=requests.expire_requests),
        Schedule(name="matching.announce_checks", every=timedelta(minutes=1), run=agreements.announce_checks),
        Schedule(name="matching.forget_vectors", every=timedelta(days=1), run=forget_vectors),
    ),
    followed={
        "timetable": Followed(deed=Deed.TIMETABLES_READ, state=timetable_state),
        "day": Followed(deed=Deed.MEETINGS_RUN, state=days.state),
        "my-timetable": Followed(deed=Deed.REQUESTS_WRITE, state=company_days.state),
        "my-meeting": Followed(of="meeting_id", deed=Deed.REQUESTS_WRITE, state=company_days.state_of_meeting),
    },
    snapshots=SNAPSHOTS,
    personal=PERSONAL,
    contexts=scope.missions,
)
