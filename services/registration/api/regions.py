"""Endpoints of regions."""

from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups
from registration.commands import PutRegion
from registration.handlers import regions
from registration.models import Region
from registration.queries import applications
from registration.schemas.missions import RegionBodySchema, RegionSchema
from registration.schemas.values import REGION_CODE, region_code
from servicekit.auth.actors import Actor
from servicekit.web.body import invalid
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, PageArguments, page_of

blueprint = ApiBlueprint("regions", __name__, url_prefix="/v1/regions", description="Regions that take part.")
_CODE = {"in": "path", "name": "code", "required": True, "schema": {"type": "string", "pattern": REGION_CODE}}


@blueprint.get("")
@reads(Deed.REGIONS_READ)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(RegionSchema))
def list_regions(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List the regions."""
    return applications.regions(session, args, actor)


@blueprint.get("/<code>", parameters=[_CODE])
@reads(Deed.REGIONS_READ)
@blueprint.response(200, RegionSchema)
def read_region(session: Session, actor: Actor, code: str) -> Region:
    """Read one region."""
    region = session.scalar(select(Region).where(Region.code == code))
    if region is None:
        raise lookups.absent(Region, code)
    return region


@blueprint.put("/<code>", parameters=[_CODE])
@writes(Deed.REGIONS_MANAGE)
@blueprint.arguments(RegionBodySchema)
@blueprint.response(200, RegionSchema)
def put_region(body: dict[str, Any], session: Session, actor: Actor, code: str) -> Region:
    """Let a region take part, or correct its facts; what is left out comes from its pack."""
    return regions.put_region(session, PutRegion(code=_code(code), **body), actor)


def _code(text: str) -> str:
    """Read the code of a region from a path."""
    try:
        return str(region_code().deserialize(text))
    except ValidationError as error:
        raise invalid(error) from error
