"""The declaration of the service, which the entry point in pyproject.toml names."""

from collections.abc import Iterable

from flask import Blueprint

from contracts import registration as registration_events
from servicekit.bus.snapshots import all_of
from servicekit.service import Frame, Service, Snapshot
from translations import handlers
from translations.models import Base, Translation
from translations.settings import Settings


def _blueprints() -> Iterable[Blueprint]:
    from translations import api, pages  # noqa: PLC0415  # a worker needs neither

    return (api.blueprint, pages.blueprint)


def _frame(title: str) -> Frame:
    from translations import layout  # noqa: PLC0415  # a worker needs no pages

    return layout.page_frame(title)


SERVICE = Service(
    name="translations",
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    frame=_frame,
    copies={
        registration_events.OrganisationRegistered: handlers.ORGANISATION,
        registration_events.OrganisationChanged: handlers.ORGANISATION,
        registration_events.ProfilePublished: handlers.PROFILE,
    },
    reactions={
        registration_events.OrganisationChanged: handlers.review_translations,
        registration_events.ProfilePublished: handlers.review_translations,
    },
    snapshots=(Snapshot(entity="translation", rows=all_of(Translation), tell=handlers.translation_event),),
)
