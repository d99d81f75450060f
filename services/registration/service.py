"""The registration service, declared."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from contracts.instance import PersonErased, ServiceInstalled
from contracts.matching import ContactsState
from contracts.registration import ApplicationApproved, ApplicationWithdrawn
from registration import scope
from registration.figures import FIGURES
from registration.handlers import admission, answers, erasures, exchanges
from registration.handlers.identity import api_keys, factors, idle, issuing, sign_in, signing
from registration.models import Base
from registration.personal import PERSONAL
from registration.settings import Settings
from registration.snapshots import SNAPSHOTS
from servicekit.pages import Frame
from servicekit.service import Schedule, Service


def _blueprints() -> Iterable[Blueprint]:
    from registration import (  # noqa: PLC0415  # nor pages
        contact_pages,
        enrolment_pages,
        factor_pages,
        list_pages,
        oidc_pages,
        own_pages,
        pages,
        sign_in_pages,
    )
    from registration.api import (  # noqa: PLC0415  # a worker needs no endpoints
        applications,
        delegates,
        exports,
        identity,
        imports,
        missions,
        organisations,
        participants,
        people,
        regions,
        reviews,
    )

    parts = (regions, missions, organisations, applications, reviews, delegates, participants, people, imports, exports)
    shown = (pages, contact_pages, sign_in_pages, own_pages, factor_pages, enrolment_pages, oidc_pages, list_pages)
    return [*(part.blueprint for part in (*shown, *parts)), *identity.BLUEPRINTS]


def _frame(title: str) -> Frame:
    from registration import frames  # noqa: PLC0415  # a worker needs no pages

    return frames.general(title)


SERVICE = Service(
    name="registration",
    is_home=True,
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    frame=_frame,
    copies={
        ServiceInstalled: answers.keep_service,
        PersonErased: answers.keep_answer,
        **dict.fromkeys(ContactsState.__subclasses__(), exchanges.EXCHANGE),
    },
    reactions={
        ApplicationApproved: admission.admit_organisation,
        ApplicationWithdrawn: admission.release_organisation,
    },
    schedules=(
        Schedule(name="signing keys", every=timedelta(minutes=10), run=signing.rotate),
        Schedule(name="spent links", every=timedelta(hours=1), run=sign_in.forget),
        Schedule(name="spent challenges", every=timedelta(hours=1), run=factors.forget),
        Schedule(name="registration.forget_old", every=timedelta(days=1), run=erasures.forget_old),
        Schedule(name="idle accounts", every=timedelta(days=1), run=idle.forget_idle),
    ),
    snapshots=SNAPSHOTS,
    contexts=scope.missions,
    actor_of_key=api_keys.actor_of,
    operator_token=issuing.of_operator,
    figures=FIGURES,
    personal=PERSONAL,
)
