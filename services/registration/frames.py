"""The frames of registration's pages; the other services name the same sections in the same order."""

from flask import url_for

from registration.models import Mission
from servicekit import formats, languages
from servicekit.languages import noop as _
from servicekit.pages import Frame, Link

MATCHING, NOTIFICATIONS = "/matching", "/notifications"
"""Where the neighbours stand under the common origin."""


def general(title: str, active: str = "") -> Frame:
    """Frame a page that belongs to no mission."""
    home = url_for("pages.show_missions")
    nav = [
        Link(key="missions", label=say(_("Missions")), url=home),
        Link(key="meetings", label=say(_("Meetings")), url=f"{MATCHING}/"),
        Link(key="mail", label=say(_("Mail")), url=f"{NOTIFICATIONS}/"),
    ]
    return Frame(title, nav, active, home=home)


def apart(title: str) -> Frame:
    """Frame a page that stands apart from the sections: one narrow column."""
    return Frame(title, home=url_for("pages.show_missions"), phone=True)


def of_mission(mission: Mission, title: str, *, where: str = "") -> Frame:
    """Frame a page about a mission; `where` names the mission unless the title does."""
    language = languages.of_request()
    zone = formats.zone_name(mission.timezone, mission.days.starts_at, language=language)
    note = say(_("Times on this page: %(zone)s")) % {"zone": zone}
    return Frame(title, _sections(mission), "mission", where=where, home=url_for("pages.show_missions"), note=note)


def name_of(mission: Mission) -> str:
    """Name a mission with its days."""
    language = languages.of_request()
    days = formats.days(mission.starts_on, mission.ends_on, language=language)
    return f"{languages.pick(mission.titles, language)}, {days}"


def say(message: str) -> str:
    """Say a text of registration in the reader's language."""
    return languages.translations(("servicekit", "registration"), languages.of_request()).gettext(message)


def _sections(mission: Mission) -> list[Link]:
    meetings = f"{MATCHING}/missions/{mission.id}"
    return [
        Link(key="mission", label=say(_("Mission")), url=url_for("pages.show_mission", mission_id=mission.id)),
        Link(key="recommendations", label=say(_("Recommendations")), url=f"{meetings}/recommendations"),
        Link(key="timetable", label=say(_("Timetable")), url=f"{meetings}/timetable"),
        Link(key="report", label=say(_("Report")), url=f"{meetings}/report"),
        Link(key="mail", label=say(_("Mail")), url=f"{NOTIFICATIONS}/?mission_id={mission.id}"),
    ]
