"""The page on which whoever runs the platform lets regions take part, by their packs."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import frames, pack, pages
from registration.commands import PutRegion
from registration.handlers import regions
from servicekit.auth import Actor
from servicekit.endpoints import writes
from servicekit.languages import noop as _

blueprint = Blueprint("region_pages", __name__)


@blueprint.post("/regions")
@writes(Deed.REGIONS_MANAGE)
def add(session: Session, actor: Actor) -> BaseResponse:
    """Let regions take part that were chosen among those with a pack; others are left out."""
    chosen = [code for code in dict.fromkeys(request.form.getlist("codes")) if code in pack.regions(session)]
    if not chosen:
        said = {"codes": frames.say(_("Choose the regions that take part."))}
        page = pages.organisers_home(session, actor.doing(Deed.MISSIONS_READ), said)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    for code in chosen:
        regions.put_region(session, PutRegion(code=code), actor)
    return redirect(url_for("pages.show_missions"), HTTPStatus.SEE_OTHER)
