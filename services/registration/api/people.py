"""Endpoints of people: the documents that they consent to, and requests to be forgotten."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import personal
from registration.commands import ErasePerson
from registration.handlers import consents
from registration.handlers.erasures import erase_person
from registration.schemas.organisations import ConsentDocumentsQuerySchema, ConsentDocumentsSchema
from registration.schemas.people import ErasureQuerySchema, ErasureSchema
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint("privacy", __name__, url_prefix="/v1", description="What people consent to, and erasure.")


@blueprint.get("/consent-documents")
@reads(Deed.LOOK)
@blueprint.arguments(ConsentDocumentsQuerySchema, location="query")
@blueprint.response(200, ConsentDocumentsSchema)
def list_consent_documents(args: dict[str, str], session: Session, actor: Actor) -> dict[str, Any]:
    """List the words that are in force in a region: one document for each purpose, ticked by the person alone."""
    return {"items": consents.documents(session, args["region"], actor)}


@blueprint.delete("/people/<uuid:person_id>")
@writes(Deed.PEOPLE_WRITE)
@blueprint.response(202, ErasureSchema)
def erase(session: Session, actor: Actor, person_id: UUID) -> Mapping[str, Any]:
    """Forget a person: a delegate, a sole trader with all who speak for the business, or an account of one's own.

    The account goes with the delegates who have its address. There is no way back.
    """
    return personal.standing(session, erase_person(session, ErasePerson(person_id=person_id), actor), actor)


@blueprint.get("/people/<uuid:person_id>/erasure")
@reads(Deed.PEOPLE_READ)
@blueprint.response(200, ErasureSchema)
def read_erasure(session: Session, actor: Actor, person_id: UUID) -> Mapping[str, Any]:
    """Tell which services have forgotten a person, and which have not."""
    return personal.of_person(session, person_id, actor)


@blueprint.get("/erasures")
@reads(Deed.PEOPLE_READ)
@blueprint.arguments(ErasureQuerySchema, location="query")
@blueprint.response(200, page_of(ErasureSchema))
def list_erasures(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List whom the platform was asked to forget."""
    return personal.erasures(session, args, actor)
