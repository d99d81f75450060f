"""The page of the service: a list of texts that lack a language."""

from uuid import UUID

from babel import Locale
from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads
from translations import layout, queries

blueprint = Blueprint("pages", __name__, template_folder="templates")

FIELDS = {
    "names": _("Name of an organisation"),
    "city": _("City of an organisation"),
    "about": _("An organisation's work"),
}


@blueprint.app_template_filter("field_label")
def field_label(field: str) -> str:
    """Return the label of a field."""
    return layout.translate(FIELDS.get(field, _("An offer or a need")))


@blueprint.app_template_filter("language_name")
def language_name(code: str) -> str:
    """Return the name of a language in the reader's language; its code if it is unknown."""
    name: str = Locale.parse(languages.of_request()).languages.get(code, code)
    return name


@blueprint.get("/")
@reads(Deed.PLATFORM_RUN)
def show_gaps(session: Session, actor: Actor) -> str:
    """List the texts that lack a language."""
    found = queries.gaps(session, request.args.get("after", None, UUID), None, actor)
    following = url_for("pages.show_gaps", after=found["next"]) if found["next"] else None
    frame = layout.page_frame(layout.translate(_("Translations")))
    return render_template("translations/gaps.html", frame=frame, gaps=found["items"], next_url=following)
