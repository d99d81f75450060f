"""The layout and navigation of the pages; all services show the same sections in the same order."""

from flask import current_app

import sections
from notifications.models import Mission
from servicekit.service import Frame
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _


def frame(title: str, mission: Mission | None, active: str = "mail") -> Frame:
    """Return the layout of a page about one mission, or about all missions if `mission` is None."""
    note = translate(_("Times are those of the mission's place."))
    if mission is None:
        return Frame(title, sections.general_links(), active, home=sections.HOME, note=note)
    return Frame(
        title,
        sections.mission_links(mission.id),
        active,
        where=_mission_label(mission),
        home=sections.HOME,
        note=note,
        call=sections.organiser_contacts(mission.organiser, mission.organiser_phone, mission.organiser_email),
    )


def translate(message: str) -> str:
    """Translate a text of notifications to the language of the request."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated


def _mission_label(mission: Mission) -> str:
    """Return the title of a mission with its dates, if they are known."""
    language = languages.of_request()
    title = languages.pick(mission.titles, language)
    if mission.starts_at is None or mission.ends_at is None:
        return title
    first, last = (formats.local_day(at, mission.timezone) for at in (mission.starts_at, mission.ends_at))
    return f"{title}, {formats.days(first, last, language=language)}"
