"""The registration service, declared."""

from collections.abc import Iterable

from flask import Blueprint

from contracts.registration import ApplicationApproved, ApplicationWithdrawn
from registration.handlers import admission
from registration.models import Base
from registration.snapshots import SNAPSHOTS
from servicekit.pages import Frame
from servicekit.service import Service


def _blueprints() -> Iterable[Blueprint]:
    from registration import pages  # noqa: PLC0415  # nor pages
    from registration.api import (  # noqa: PLC0415  # a worker needs no endpoints
        applications,
        delegates,
        missions,
        organisations,
        participants,
        regions,
        reviews,
    )

    parts = (regions, missions, organisations, applications, reviews, delegates, participants)
    return [pages.blueprint, *(part.blueprint for part in parts)]


def _frame(title: str) -> Frame:
    from registration import frames  # noqa: PLC0415  # a worker needs no pages

    return frames.general(title)


SERVICE = Service(
    name="registration",
    is_home=True,
    metadata=Base.metadata,
    blueprints=_blueprints,
    frame=_frame,
    reactions={
        ApplicationApproved: admission.admit_organisation,
        ApplicationWithdrawn: admission.release_organisation,
    },
    snapshots=SNAPSHOTS,
)
