"""The page of the service: what is to be translated."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from servicekit.auth import Actor
from servicekit.endpoints import reads
from servicekit.languages import noop as _
from translations import frames, queries

blueprint = Blueprint("pages", __name__, template_folder="templates")


@blueprint.get("/")
@reads
def show_gaps(session: Session, actor: Actor) -> str:
    """List the texts that lack a language."""
    found = queries.gaps(session, request.args.get("after", None, UUID), None, actor)
    following = url_for("pages.show_gaps", after=found["next"]) if found["next"] else None
    frame = frames.general(frames.say(_("Translations")))
    return render_template("translations/gaps.html", frame=frame, gaps=found["items"], next_url=following)
