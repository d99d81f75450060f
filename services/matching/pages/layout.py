"""The frames of matching's pages; the other services name the same sections in the same order."""

from datetime import datetime

from flask import current_app
from marshmallow import ValidationError

import sections
from matching.models import MissionCopy
from servicekit.problems import FieldError, Problem
from servicekit.service import Frame
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid


def general(title: str, active: str = "") -> Frame:
    """Frame a page that belongs to no mission."""
    return Frame(title, sections.general_links(), active, home=sections.HOME)


def of_mission(mission: MissionCopy, title: str, active: str, now: datetime, *, broad: bool = False) -> Frame:
    """Frame a page about a mission as it is at an instant."""
    return Frame(
        title,
        sections.mission_links(mission.id),
        active,
        where=name_of(mission),
        home=sections.HOME,
        note=_whose_time(mission, now),
        call=sections.organiser_contacts(mission.organiser, mission.organiser_phone, mission.organiser_email),
        broad=broad,
    )


def of_company(mission: MissionCopy, title: str, active: str, now: datetime) -> Frame:
    """Frame a page of who takes part in a mission: one column, four entries under the thumb."""
    return Frame(
        title,
        sections.company_links(mission.id),
        active,
        where=name_of(mission),
        home=sections.HOME,
        note=_whose_time(mission, now),
        call=sections.organiser_contacts(mission.organiser, mission.organiser_phone, mission.organiser_email),
        phone=True,
    )


def name_of(mission: MissionCopy) -> str:
    """Name a mission with its days."""
    language = languages.of_request()
    days = formats.days(mission.starts_on, mission.ends_on, language=language)
    return f"{languages.pick(mission.titles, language)}, {days}"


def _whose_time(mission: MissionCopy, now: datetime) -> str:
    language = languages.of_request()
    shown = {
        "zone": formats.zone_name(mission.timezone, now, language=language),
        "time": formats.local_time(now, mission.timezone, language=language),
        "day": formats.full_date(now, mission.timezone, language=language),
    }
    return say(_("Times on this page: %(zone)s. As of %(day)s, %(time)s.")) % shown


def say(message: str) -> str:
    """Say a text of matching in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated


def wrong(error: ValidationError) -> dict[str, str]:
    """Say what a schema found wrong, in the reader's language, by the names of the fields of a form."""
    return mended(invalid(error))


def mended(problem: Problem) -> dict[str, str]:
    """Say what a problem tells of fields, likewise."""
    return {one.pointer.removeprefix("#/"): _mended(one) for one in problem.errors}


def _mended(one: FieldError) -> str:
    if one.detail.startswith(("Longer than", "Length must")):
        return say(_("The text is too long. Shorten it."))
    told = say(one.detail)
    return told % one.facts if one.facts else told
