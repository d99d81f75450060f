"""The frames of matching's pages; the other services name the same sections in the same order."""

from datetime import datetime

from flask import current_app

import sections
from matching.models import MissionCopy
from servicekit import formats, languages
from servicekit.languages import noop as _
from servicekit.pages import Frame


def general(title: str, active: str = "") -> Frame:
    """Frame a page that belongs to no mission."""
    return Frame(title, sections.general(), active, home=sections.HOME)


def of_mission(mission: MissionCopy, title: str, active: str, now: datetime, *, broad: bool = False) -> Frame:
    """Frame a page about a mission as it is at an instant."""
    language = languages.of_request()
    days = formats.days(mission.starts_on, mission.ends_on, language=language)
    shown = {
        "zone": formats.zone_name(mission.timezone, now, language=language),
        "time": formats.local_time(now, mission.timezone, language=language),
        "day": formats.full_date(now, mission.timezone, language=language),
    }
    return Frame(
        title,
        sections.of_mission(mission.id),
        active,
        where=f"{languages.pick(mission.titles, language)}, {days}",
        home=sections.HOME,
        note=say(_("Times on this page: %(zone)s. As of %(day)s, %(time)s.")) % shown,
        call=sections.whom_to_ask(mission.organiser, mission.organiser_phone, mission.organiser_email),
        broad=broad,
    )


def say(message: str) -> str:
    """Say a text of matching in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated
