"""The frames of the pages of notifications; the other services name the same sections in the same order."""

from flask import current_app, url_for

from notifications.models import Mission
from servicekit import formats, languages
from servicekit.languages import noop as _
from servicekit.pages import Frame, Link

REGISTRATION, MATCHING = "/registration", "/matching"
"""Where the neighbours stand under the common origin."""


def frame(title: str, mission: Mission | None, active: str = "mail") -> Frame:
    """Frame a page about a mission's messages, or about those of all missions."""
    home = f"{REGISTRATION}/"
    note = say(_("Times are those of the mission's place."))
    if mission is None:
        return Frame(title, _general(), active, home=home, note=note)
    return Frame(title, _sections(mission), active, where=_name_of(mission), home=home, note=note)


def say(message: str) -> str:
    """Say a text of notifications in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated


def _general() -> list[Link]:
    return [
        Link(key="missions", label=say(_("Missions")), url=f"{REGISTRATION}/"),
        Link(key="meetings", label=say(_("Meetings")), url=f"{MATCHING}/"),
        Link(key="mail", label=say(_("Mail")), url=url_for("pages.show_mailbox")),
    ]


def _sections(mission: Mission) -> list[Link]:
    meetings = f"{MATCHING}/missions/{mission.id}"
    return [
        Link(key="mission", label=say(_("Mission")), url=f"{REGISTRATION}/missions/{mission.id}"),
        Link(key="recommendations", label=say(_("Recommendations")), url=f"{meetings}/recommendations"),
        Link(key="timetable", label=say(_("Timetable")), url=f"{meetings}/timetable"),
        Link(key="report", label=say(_("Report")), url=f"{meetings}/report"),
        Link(key="mail", label=say(_("Mail")), url=url_for("pages.show_mailbox", mission_id=mission.id)),
    ]


def _name_of(mission: Mission) -> str:
    """Name a mission with its days, as far as they were heard of."""
    language = languages.of_request()
    title = languages.pick(mission.titles, language)
    if mission.starts_at is None or mission.ends_at is None:
        return title
    first, last = (formats.local_day(at, mission.timezone) for at in (mission.starts_at, mission.ends_at))
    return f"{title}, {formats.days(first, last, language=language)}"
