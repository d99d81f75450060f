"""The layout of the service's pages, with the navigation of the platform."""

from flask import current_app, url_for

from servicekit.service import Frame, Link
from servicekit.texts.languages import noop as _


def page_frame(title: str) -> Frame:
    """Return the frame of a page."""
    nav = [
        Link(key="missions", label=translate(_("Missions")), url="/registration/"),
        Link(key="meetings", label=translate(_("Meetings")), url="/matching/"),
        Link(key="mail", label=translate(_("Mail")), url="/notifications/"),
        Link(key="translations", label=translate(_("Translations")), url=url_for("pages.show_gaps")),
    ]
    return Frame(title, nav, "translations", home="/registration/")


def translate(message: str) -> str:
    """Return a text of the service in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated
