"""The registration service, declared."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint

from access.matrix import Deed
from contracts.instance import PersonErased, ServiceInstalled
from contracts.matching import ContactsState
from contracts.registration import ApplicationApproved, ApplicationWithdrawn
from registration import overview, scope
from registration.figures import FIGURES
from registration.handlers import admission, answers, erasures, exchanges
from registration.handlers.identity import api_keys, factors, idle, issuing, sign_in, signing
from registration.models import Base
from registration.personal import PERSONAL
from registration.settings import Settings
from registration.snapshots import SNAPSHOTS
from servicekit.live import Followed
from servicekit.pages import Frame
from servicekit.service import Schedule, Service


def _blueprints() -> Iterable[Blueprint]:
    from registration import (  # noqa: PLC0415  # nor pages
        application_pages,
        applying_pages,
        applying_people,
        applying_steps,
        company_pages,
        contact_pages,
        enrolment_pages,
        factor_pages,
        list_pages,
        member_pages,
        oidc_pages,
        own_pages,
        pages,
        person_pages,
        planning_pages,
        programme_pages,
        region_pages,
        review_pages,
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
    shown = (pages, sign_in_pages, own_pages, factor_pages, enrolment_pages, oidc_pages, list_pages)
    organisers = (application_pages, planning_pages, programme_pages, review_pages, member_pages, region_pages)
    of_companies = (company_pages, contact_pages, applying_pages, applying_steps, applying_people, person_pages)
    every = (*shown, *organisers, *of_companies, *parts)
    return [*(part.blueprint for part in every), applying_steps.checks, *identity.BLUEPRINTS]


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
    followed={"mission": Followed(deed=Deed.REPORTS_READ, state=overview.followed)},
    actor_of_key=api_keys.actor_of,
    operator_token=issuing.of_operator,
    figures=FIGURES,
    personal=PERSONAL,
)
