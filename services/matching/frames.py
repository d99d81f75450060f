"""The frames of matching's pages; the other services name the same sections in the same order."""

from datetime import datetime

from flask import current_app, url_for

from matching.models import MissionCopy
from servicekit import formats, languages
from servicekit.languages import noop as _
from servicekit.pages import Frame, Link

REGISTRATION, NOTIFICATIONS = "/registration", "/notifications"
"""Where the neighbours stand under the common origin."""


def general(title: str, active: str = "") -> Frame:
    """Frame a page that belongs to no mission."""
    home = f"{REGISTRATION}/"
    nav = [
        Link(key="missions", label=say(_("Missions")), url=home),
        Link(key="meetings", label=say(_("Meetings")), url=url_for("pages.show_missions")),
        Link(key="mail", label=say(_("Mail")), url=f"{NOTIFICATIONS}/"),
    ]
    return Frame(title, nav, active, home=home)


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
        _sections(mission),
        active,
        where=f"{languages.pick(mission.titles, language)}, {days}",
        home=f"{REGISTRATION}/",
        note=say(_("Times on this page: %(zone)s. As of %(day)s, %(time)s.")) % shown,
        broad=broad,
    )


def say(message: str) -> str:
    """Say a text of matching in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated


def _sections(mission: MissionCopy) -> list[Link]:
    labels = {"recommendations": _("Recommendations"), "timetable": _("Timetable"), "report": _("Report")}
    ours = [
        Link(key=key, label=say(label), url=url_for(f"pages.show_{key}", mission_id=mission.id))
        for key, label in labels.items()
    ]
    home = Link(key="mission", label=say(_("Mission")), url=f"{REGISTRATION}/missions/{mission.id}")
    mail = Link(key="mail", label=say(_("Mail")), url=f"{NOTIFICATIONS}/?mission_id={mission.id}")
    return [home, *ours, mail]
