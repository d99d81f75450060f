"""The registration service, declared."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from access.matrix import Deed
from contracts.instance import PersonErased, ServiceInstalled
from contracts.matching import ContactsState
from contracts.registration import ApplicationApproved, ApplicationWithdrawn
from registration import scope
from registration.handlers import admission, erasures, subscriptions
from registration.identity import api_keys, sign_in, signing_keys, token_issue
from registration.identity.second_factors import policy
from registration.metrics import FIGURES
from registration.models import Base
from registration.personal import PERSONAL
from registration.queries import overview
from registration.settings import Settings
from registration.snapshots import SNAPSHOTS
from servicekit.service import Followed, Frame, Schedule, Service


def _blueprints() -> Iterable[Blueprint]:
    from registration import api, pages  # noqa: PLC0415  a worker needs neither
    from registration.identity.api import BLUEPRINTS as IDENTITY_API  # noqa: PLC0415
    from registration.identity.pages import BLUEPRINTS as IDENTITY_PAGES  # noqa: PLC0415

    return (*api.BLUEPRINTS, *IDENTITY_API, *pages.BLUEPRINTS, *IDENTITY_PAGES)


def _frame(title: str) -> Frame:
    from registration.pages import layout  # noqa: PLC0415  # a worker needs no pages

    return layout.general(title)


SERVICE = Service(
    name="registration",
    is_home=True,
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    frame=_frame,
    copies={
        ServiceInstalled: subscriptions.keep_service,
        PersonErased: subscriptions.keep_answer,
        **dict.fromkeys(ContactsState.__subclasses__(), subscriptions.EXCHANGE),
    },
    reactions={
        ApplicationApproved: admission.admit_organisation,
        ApplicationWithdrawn: admission.release_organisation,
    },
    schedules=(
        Schedule(name="signing keys", every=timedelta(minutes=10), run=signing_keys.rotate),
        Schedule(name="spent links", every=timedelta(hours=1), run=sign_in.forget),
        Schedule(name="spent challenges", every=timedelta(hours=1), run=policy.forget),
        Schedule(name="registration.forget_old", every=timedelta(days=1), run=erasures.forget_old),
        Schedule(name="idle accounts", every=timedelta(days=1), run=erasures.forget_idle),
    ),
    snapshots=SNAPSHOTS,
    contexts=scope.missions,
    followed={"mission": Followed(deed=Deed.REPORTS_READ, state=overview.followed)},
    actor_of_key=api_keys.actor_of,
    operator_token=token_issue.of_operator,
    figures=FIGURES,
    personal=PERSONAL,
)
