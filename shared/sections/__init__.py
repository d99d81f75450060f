"""The navigation that all services share: links to the pages of all services under the common origin.

Services know nothing of each other but these addresses. Labels are translated to the language of the request.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from servicekit.service import Link
from servicekit.texts import languages
from servicekit.texts.languages import noop as _

REGISTRATION, MATCHING, NOTIFICATIONS = "/registration", "/matching", "/notifications"
HOME = f"{REGISTRATION}/"

_GENERAL_PAGES = (
    ("missions", _("Missions"), HOME),
    ("meetings", _("Meetings"), f"{MATCHING}/"),
    ("mail", _("Mail"), f"{NOTIFICATIONS}/"),
)
_MISSION_PAGES = (
    ("mission", _("Overview"), f"{REGISTRATION}/missions/%s"),
    ("applications", _("Applications"), f"{REGISTRATION}/missions/%s/applications"),
    ("programme", _("Programme"), f"{REGISTRATION}/missions/%s/programme"),
    ("recommendations", _("Recommendations"), f"{MATCHING}/missions/%s/recommendations"),
    ("timetable", _("Timetable"), f"{MATCHING}/missions/%s/timetable"),
    ("day", _("Day desk"), f"{MATCHING}/missions/%s/day"),
    ("report", _("Report"), f"{MATCHING}/missions/%s/report"),
    ("mail", _("Messages"), f"{NOTIFICATIONS}/?mission_id=%s"),
    ("settings", _("Settings"), f"{REGISTRATION}/missions/%s/settings"),
)
_COMPANY_PAGES = (
    ("mine", _("My mission"), f"{REGISTRATION}/missions/%s/mine"),
    ("partners", _("Partners"), f"{MATCHING}/missions/%s/partners"),
    ("my-timetable", _("My timetable"), f"{MATCHING}/missions/%s/my-timetable"),
    ("application", _("Application"), f"{REGISTRATION}/missions/%s/application"),
)


def general_links() -> list[Link]:
    """Return the links to pages outside missions."""
    return _links(_GENERAL_PAGES)


def mission_links(mission_id: object) -> list[Link]:
    """Return the links to the organiser's pages of a mission."""
    return _links(_MISSION_PAGES, mission_id)


def company_links(mission_id: object) -> list[Link]:
    """Return the links to a participant's pages of a mission: four, because they must fit into the bottom bar."""
    return _links(_COMPANY_PAGES, mission_id)


def organiser_contacts(names: Mapping[str, str], phone: str, email: str) -> Markup:
    """Return the organiser's contacts for the footer of a mission's pages; empty if there are none."""
    language = languages.of_request()
    parts: list[str] = [escape(languages.pick(dict(names), language))] if names else []
    if phone:
        number = "".join(char for char in phone if char in "+0123456789")
        parts.append(Markup('<a class="nb" href="tel:{}">{}</a>').format(number, phone))
    if email:
        parts.append(Markup('<a href="mailto:{0}">{0}</a>').format(email))
    if not parts:
        return Markup()
    translate = languages.translations(("sections",), language).gettext
    return escape(translate(_("Questions: %(whom)s"))) % {"whom": Markup(", ").join(parts)}


def _links(pages: Sequence[tuple[str, str, str]], mission_id: object = "") -> list[Link]:
    translate = languages.translations(("sections",), languages.of_request()).gettext
    return [
        Link(key=key, label=translate(label), url=address.replace("%s", str(mission_id)))
        for key, label, address in pages
    ]
