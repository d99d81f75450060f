"""The steps in which a company applies, each on a page of its own, and what they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from registration import company_queries, finding, frames
from registration.models import Application, Delegate, Mission, Organisation, Profile, Region
from servicekit import clock, formats, languages
from servicekit.languages import noop as _

COMPANY, PROFILE, PEOPLE, CHECK = "company", "profile", "people", "check"
LABELS: Mapping[str, str] = {
    COMPANY: _("Company"),
    PROFILE: _("Offers and needs"),
    PEOPLE: _("People"),
    CHECK: _("Check and send"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: where it is, and whether it says what it has to."""

    key: str
    label: str
    url: str
    is_done: bool
    lacks: str = ""
    """What to do before the application can be sent; empty for nothing."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An application with all that its steps show."""

    application: Application
    mission: Mission
    organisation: Organisation
    profile: Profile
    people: Sequence[Delegate]
    zone: str

    @property
    def steps(self) -> list[Step]:
        """The steps in their order."""
        lacking = {
            COMPANY: "" if any(self.organisation.names.values()) else _("Write what the company is called."),
            PROFILE: "" if self.profile.offers or self.profile.needs else _("Write what you offer or what you need."),
            PEOPLE: "" if self.people else _("Name at least one person who comes."),
        }
        is_ready = not any(lacking.values())
        return [
            Step(
                key=key,
                label=frames.say(label),
                url=address(self.application.id, key),
                is_done=not lacking[key] if key in lacking else is_ready and not self.application.is_with_applicant,
                lacks=frames.say(lacking.get(key) or "") if lacking.get(key) else "",
            )
            for key, label in LABELS.items()
        ]

    @property
    def next_url(self) -> str:
        """Where the applicant goes on: the first step that lacks something, else the check."""
        return next((step.url for step in self.steps if step.lacks), self.steps[-1].url)


def address(application_id: UUID, key: str) -> str:
    """Return where a step is."""
    endpoint = {
        COMPANY: "steps.show_company",
        PROFILE: "steps.show_profile",
        PEOPLE: "people_step.show_people",
        CHECK: "applying.show_check",
    }
    return url_for(endpoint[key], application_id=application_id)


def after(key: str) -> str:
    """Return the step behind another."""
    keys = list(LABELS)
    return keys[keys.index(key) + 1]


def whole(session: Session, application: Application) -> Whole:
    """Gather what the steps of an application show."""
    organisation = finding.known(session, Organisation, application.organisation_id)
    return Whole(
        application=application,
        mission=finding.known(session, Mission, application.mission_id),
        organisation=organisation,
        profile=session.scalars(select(Profile).where(Profile.application_id == application.id)).one(),
        people=company_queries.people(session, application),
        zone=session.scalars(select(Region.timezone).where(Region.code == organisation.region)).one(),
    )


def door(application: Application) -> BaseResponse:
    """Lead to how an application stands."""
    place = url_for("applying.show", mission_id=application.mission_id, application_id=application.id)
    return redirect(place, HTTPStatus.SEE_OTHER)


def page(
    shown: Whole, key: str, errors: Mapping[str, str], *, name: str = "", title: str = "", **more: Any
) -> Response:
    """Make the page of a step, or one of `name` below it; with what has to be mended, where something has."""
    frame = frames.of_company(shown.mission, title or frames.say(LABELS[key]), "application")
    told = {"frame": frame, "shown": shown, "current": key, "errors": errors}
    answer = make_response(render_template(f"registration/applying/{name or key}.html", **told, **more))
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def saves_itself() -> bool:
    """Tell whether the form was sent by itself, while the reader goes on typing."""
    return "HX-Request" in request.headers


def saved(session: Session, shown: Whole, errors: Mapping[str, str]) -> Response:
    """Say when a form was saved by itself, and what was left out."""
    now, language = clock.now(session), languages.of_request()
    told = formats.local_time(now, shown.zone, language=language)
    if shown.zone != shown.mission.timezone:
        told = f"{told}, {formats.zone_name(shown.zone, now, language=language)}"
    return make_response(render_template("registration/applying/saved.html", time=told, errors=errors))
