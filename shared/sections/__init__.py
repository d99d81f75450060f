"""Which pages there are and where, whichever service serves them: every service renders this one navigation.

The services know nothing of one another but the addresses of their pages under the common origin.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from servicekit import languages
from servicekit.languages import noop as _
from servicekit.pages import Link

REGISTRATION, MATCHING, NOTIFICATIONS = "/registration", "/matching", "/notifications"
HOME = f"{REGISTRATION}/"

_GENERAL = (
    ("missions", _("Missions"), HOME),
    ("meetings", _("Meetings"), f"{MATCHING}/"),
    ("mail", _("Mail"), f"{NOTIFICATIONS}/"),
)
_OF_MISSION = (
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
_OF_COMPANY = (
    ("mine", _("My mission"), f"{REGISTRATION}/missions/%s/mine"),
    ("partners", _("Partners"), f"{MATCHING}/missions/%s/partners"),
    ("my-timetable", _("My timetable"), f"{MATCHING}/missions/%s/my-timetable"),
    ("application", _("Application"), f"{REGISTRATION}/missions/%s/application"),
)


def general() -> list[Link]:
    """List the pages that belong to no mission."""
    return _links(_GENERAL)


def of_mission(mission_id: object) -> list[Link]:
    """List the pages of whoever organises a mission."""
    return _links(_OF_MISSION, mission_id)


def of_company(mission_id: object) -> list[Link]:
    """List the pages of who takes part in a mission: four, for the bar under the thumb."""
    return _links(_OF_COMPANY, mission_id)


def whom_to_ask(names: Mapping[str, str], phone: str, email: str) -> Markup:
    """Say whom to ask about a mission, for the foot of its pages; nothing where nobody is named."""
    language = languages.of_request()
    told: list[str] = [escape(languages.pick(dict(names), language))] if names else []
    if phone:
        dialled = "".join(char for char in phone if char in "+0123456789")
        told.append(Markup('<a class="nb" href="tel:{}">{}</a>').format(dialled, phone))
    if email:
        told.append(Markup('<a href="mailto:{0}">{0}</a>').format(email))
    if not told:
        return Markup()
    say = languages.translations(("sections",), language).gettext
    return escape(say(_("Questions: %(whom)s"))) % {"whom": Markup(", ").join(told)}


def _links(pages: Sequence[tuple[str, str, str]], mission_id: object = "") -> list[Link]:
    say = languages.translations(("sections",), languages.of_request()).gettext
    return [
        Link(key=key, label=say(label), url=address.replace("%s", str(mission_id))) for key, label, address in pages
    ]
