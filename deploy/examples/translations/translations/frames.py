"""The frame of the service's pages: the sections of the platform, and its own."""

from flask import current_app, url_for

from servicekit.languages import noop as _
from servicekit.pages import Frame, Link


def general(title: str) -> Frame:
    """Frame a page."""
    nav = [
        Link(key="missions", label=say(_("Missions")), url="/registration/"),
        Link(key="meetings", label=say(_("Meetings")), url="/matching/"),
        Link(key="mail", label=say(_("Mail")), url="/notifications/"),
        Link(key="translations", label=say(_("Translations")), url=url_for("pages.show_gaps")),
    ]
    return Frame(title, nav, "translations", home="/registration/")


def say(message: str) -> str:
    """Say a text of the service in the reader's language."""
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated
