"""The frames of the pages of notifications; the other services name the same sections in the same order."""

from flask import current_app

import sections
from notifications.models import Mission
from servicekit import formats, languages
from servicekit.languages import noop as _
from servicekit.pages import Frame


def frame(title: str, mission: Mission | None, active: str = "mail") -> Frame:
    """Frame a page about a mission's messages, or about those of all missions."""
    note = say(_("Times are those of the mission's place."))
    if mission is None:
        return Frame(title, sections.general_links(), active, home=sections.HOME, note=note)
    return Frame(
        title,
        sections.mission_links(mission.id),
        active,
        where=_name_of(mission),
        home=sections.HOME,
        note=note,
        call=sections.organiser_contacts(mission.organiser, mission.organiser_phone, mission.organiser_email),
    )


def say(message: str) -> str:
    """Say a text of notifications in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated


def _name_of(mission: Mission) -> str:
    """Name a mission with its days, as far as they were heard of."""
    language = languages.of_request()
    title = languages.pick(mission.titles, language)
    if mission.starts_at is None or mission.ends_at is None:
        return title
    first, last = (formats.local_day(at, mission.timezone) for at in (mission.starts_at, mission.ends_at))
    return f"{title}, {formats.days(first, last, language=language)}"
