"""The frames of registration's pages; the other services name the same sections in the same order."""

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

import sections
from registration.models import Mission, Region
from servicekit.problems import FieldError, translate_message
from servicekit.service import Frame
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _

TEXTS = ("titles", "venue", "organiser")
"""Fields of a mission with one text per language."""


def general(title: str, active: str = "") -> Frame:
    """Frame a page that belongs to no mission."""
    return Frame(title, sections.general_links(), active, home=url_for("pages.show_missions"))


def apart(title: str) -> Frame:
    """Frame a page that stands apart from the sections: one narrow column."""
    return Frame(title, home=url_for("pages.show_missions"), phone=True)


def of_mission(mission: Mission, title: str, active: str = "mission", *, where: str = "") -> Frame:
    """Frame an organiser's page about a mission; `where` names the mission unless the title does."""
    return Frame(
        title,
        sections.mission_links(mission.id),
        active,
        where=where,
        home=url_for("pages.show_missions"),
        note=_whose_time(mission),
        call=sections.organiser_contacts(mission.organiser, mission.organiser_phone, mission.organiser_email),
    )


def of_company(mission: Mission, title: str, active: str) -> Frame:
    """Frame a page of who takes part in a mission: one column, four entries under the thumb."""
    return Frame(
        title,
        sections.company_links(mission.id),
        active,
        where=name_of(mission),
        home=url_for("pages.show_missions"),
        note=_whose_time(mission),
        call=sections.organiser_contacts(mission.organiser, mission.organiser_phone, mission.organiser_email),
        phone=True,
    )


def about(mission: Mission, title: str = "") -> Frame:
    """Frame what everybody may read of a mission: one column, no sections."""
    title = title or languages.pick(mission.titles, languages.of_request())
    return Frame(title, home=url_for("company.show_open"), note=_whose_time(mission), phone=True)


def name_of(mission: Mission) -> str:
    """Name a mission with its days."""
    language = languages.of_request()
    days = formats.days(mission.starts_on, mission.ends_on, language=language)
    return f"{languages.pick(mission.titles, language)}, {days}"


def _whose_time(mission: Mission) -> str:
    zone = formats.zone_name(mission.timezone, mission.days.starts_at, language=languages.of_request())
    return say(_("Times on this page: %(zone)s")) % {"zone": zone}


def say(message: str) -> str:
    """Say a text of registration in the reader's language."""
    return languages.translations(("servicekit", "registration"), languages.of_request()).gettext(message)


def failures(errors: tuple[FieldError, ...]) -> dict[str, str]:
    """Return what to mend, in the reader's language, by the field beside which it stands."""
    return {field_of(one.pointer): translate_message(one.detail, one.facts, say) for one in errors}


def region_choices(session: Session) -> dict[str, str]:
    """Return the names of the regions to choose from by their codes, in the order of the names."""
    language = languages.of_request()
    found = {one.code: languages.pick(one.names, language) for one in session.scalars(select(Region))}
    return dict(sorted(found.items(), key=lambda region: region[1]))


def field_of(pointer: str) -> str:
    """Return the form field that a JSON pointer names."""
    name = pointer.removeprefix("#/").removesuffix("/value")
    return f"{name}/{languages.SUPPORTED[0]}" if name in TEXTS else name
