"""The matching service: whom to meet, when and where, and what came of it."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from contracts import registration as heard
from matching.handlers import agreements, copies, requests, runs
from matching.handlers.recommending import recommend_next
from matching.handlers.solving import solve_next
from matching.models import Base
from matching.settings import Settings
from servicekit.service import Schedule, Service, Task


def _blueprints() -> Iterable[Blueprint]:
    from matching import api, pages  # noqa: PLC0415  a worker needs neither

    return (*api.BLUEPRINTS, pages.blueprint)


SERVICE = Service(
    name="matching",
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    copies={
        heard.RegionRegistered: copies.keep_region,
        heard.MissionAnnounced: copies.keep_mission,
        heard.MissionChanged: copies.keep_mission,
        heard.MissionClosed: copies.keep_mission,
        heard.OrganisationRegistered: copies.keep_organisation,
        heard.OrganisationChanged: copies.keep_organisation,
        heard.ParticipantAdmitted: copies.keep_participant,
        heard.ParticipantWaitlisted: copies.keep_participant,
        heard.ParticipantRefused: copies.keep_participant,
        heard.ParticipantCheckedIn: copies.keep_participant,
        heard.ParticipantChanged: copies.keep_participant,
        heard.ParticipantWithdrawn: copies.keep_participant,
        heard.ProfilePublished: copies.keep_profile,
        heard.DelegateRegistered: copies.keep_delegate,
        heard.DelegateChanged: copies.keep_delegate,
        heard.DelegateRemoved: copies.keep_delegate,
    },
    reactions={
        heard.DelegateChanged: runs.mend_after_change,
        heard.DelegateRemoved: runs.mend_after_change,
        heard.ParticipantWithdrawn: runs.mend_after_withdrawal,
    },
    tasks=(
        Task(name="recommending", work=recommend_next),
        Task(name="solving", work=solve_next),
    ),
    schedules=(
        Schedule(name="matching.expire_requests", every=timedelta(minutes=1), run=requests.expire_requests),
        Schedule(name="matching.announce_checks", every=timedelta(minutes=1), run=agreements.announce_checks),
    ),
)
