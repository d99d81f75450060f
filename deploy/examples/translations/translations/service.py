"""The service, declared: found by the entry point in pyproject.toml."""

from collections.abc import Iterable

from flask import Blueprint

from contracts import registration as heard
from servicekit.pages import Frame
from servicekit.service import Service
from servicekit.snapshots import Snapshot, all_of
from translations import handlers
from translations.models import Base, Translation
from translations.settings import Settings


def _blueprints() -> Iterable[Blueprint]:
    from translations import api, pages  # noqa: PLC0415  # a worker needs neither

    return (api.blueprint, pages.blueprint)


def _frame(title: str) -> Frame:
    from translations import frames  # noqa: PLC0415  # a worker needs no pages

    return frames.general(title)


SERVICE = Service(
    name="translations",
    metadata=Base.metadata,
    settings=Settings,
    blueprints=_blueprints,
    frame=_frame,
    copies={
        heard.OrganisationRegistered: handlers.ORGANISATION,
        heard.OrganisationChanged: handlers.ORGANISATION,
        heard.ProfilePublished: handlers.PROFILE,
    },
    reactions={
        heard.OrganisationChanged: handlers.review_translations,
        heard.ProfilePublished: handlers.review_translations,
    },
    snapshots=(Snapshot(entity="translation", rows=all_of(Translation), tell=handlers.told),),
)
