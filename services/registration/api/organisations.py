"""Endpoints of organisations."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups, public_view
from registration.commands import ChangeOrganisation, RecordConsents, RegisterOrganisation
from registration.handlers import organisations
from registration.models import Organisation
from registration.public_view import Outward
from registration.queries import applications
from registration.schemas.organisations import (
    ConsentListSchema,
    ConsentsSchema,
    NewOrganisationSchema,
    OrganisationChangesSchema,
    OrganisationListSchema,
    OrganisationQuerySchema,
    OrganisationSchema,
)
from registration.schemas.values import all_optional
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint(
    "organisations", __name__, url_prefix="/v1/organisations", description="Companies and those who support them."
)


@blueprint.get("")
@reads(Deed.ORGANISATIONS_READ)
@blueprint.arguments(OrganisationQuerySchema, location="query")
@blueprint.response(200, page_of(OrganisationSchema))
def list_organisations(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List organisations."""
    return applications.organisations(session, args, actor)


@blueprint.post("")
@writes(Deed.ORGANISATIONS_REGISTER, creates=True)
@blueprint.arguments(NewOrganisationSchema)
@blueprint.response(201, OrganisationSchema)
def register_organisation(body: RegisterOrganisation, session: Session, actor: Actor) -> Organisation:
    """Register an organisation."""
    return organisations.register_organisation(session, body, actor)


@blueprint.get("/<uuid:organisation_id>")
@reads(Deed.ORGANISATIONS_READ)
@blueprint.response(200, OrganisationSchema)
def read_organisation(session: Session, actor: Actor, organisation_id: UUID) -> Outward:
    """Read one organisation; contacts and what tells who a sole trader is are for those who may read of people."""
    organisation = lookups.find(session, Organisation, organisation_id, actor)
    return public_view.to(session, actor, [organisation])[0]


@blueprint.get("/<uuid:organisation_id>/same-number")
@reads(Deed.ORGANISATIONS_READ)
@blueprint.response(200, OrganisationListSchema)
def list_of_same_number(session: Session, actor: Actor, organisation_id: UUID) -> dict[str, Any]:
    """List the other organisations that have a number of this one, as far as the reader sees them: they may be one."""
    organisation = lookups.find(session, Organisation, organisation_id, actor)
    return {"items": applications.of_same_number(session, organisation, actor)}


@blueprint.patch("/<uuid:organisation_id>")
@writes(Deed.ORGANISATIONS_WRITE)
@blueprint.arguments(all_optional(OrganisationChangesSchema))
@blueprint.response(200, OrganisationSchema)
def change_organisation(body: dict[str, Any], session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """Correct facts of an organisation; what is left out stays."""
    command = ChangeOrganisation(organisation_id=organisation_id, changes=body)
    return organisations.change_organisation(session, command, actor)


@blueprint.get("/<uuid:organisation_id>/consents")
@reads(Deed.PEOPLE_READ)
@blueprint.response(200, ConsentListSchema)
def list_consents(session: Session, actor: Actor, organisation_id: UUID) -> dict[str, Any]:
    """List the consents of an organisation and of its delegates, the oldest first."""
    lookups.find(session, Organisation, organisation_id, actor)
    return {"items": applications.consents_of(session, organisation_id, actor)}


@blueprint.post("/<uuid:organisation_id>/consents")
@writes(Deed.ORGANISATIONS_WRITE, creates=True)
@blueprint.arguments(ConsentsSchema)
@blueprint.response(201, OrganisationSchema)
def record_consents(body: dict[str, Any], session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """Record consents of an organisation, or their end."""
    command = RecordConsents(organisation_id=organisation_id, consents=body["consents"])
    return organisations.record_consents(session, command, actor)
