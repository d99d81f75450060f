"""Endpoints of organisations."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from registration import finding, queries
from registration.commands import ChangeOrganisation, RecordConsents, RegisterOrganisation
from registration.handlers import organisations
from registration.models import Organisation
from registration.schemas.organisations import (
    ConsentListSchema,
    ConsentsSchema,
    NewOrganisationSchema,
    OrganisationChangesSchema,
    OrganisationQuerySchema,
    OrganisationSchema,
)
from registration.schemas.values import all_optional
from servicekit.auth import Actor
from servicekit.endpoints import ApiBlueprint, reads, writes
from servicekit.paging import Page, page_of

blueprint = ApiBlueprint(
    "organisations", __name__, url_prefix="/v1/organisations", description="Companies and those who support them."
)


@blueprint.get("")
@reads
@blueprint.arguments(OrganisationQuerySchema, location="query")
@blueprint.response(200, page_of(OrganisationSchema))
def list_organisations(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List organisations."""
    return queries.organisations(session, args, actor)


@blueprint.post("")
@writes(creates=True)
@blueprint.arguments(NewOrganisationSchema)
@blueprint.response(201, OrganisationSchema)
def register_organisation(body: RegisterOrganisation, session: Session, actor: Actor) -> Organisation:
    """Register an organisation."""
    return organisations.register_organisation(session, body, actor)


@blueprint.get("/<uuid:organisation_id>")
@reads
@blueprint.response(200, OrganisationSchema)
def read_organisation(session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """Read one organisation."""
    return finding.find(session, Organisation, organisation_id)


@blueprint.patch("/<uuid:organisation_id>")
@writes()
@blueprint.arguments(all_optional(OrganisationChangesSchema))
@blueprint.response(200, OrganisationSchema)
def change_organisation(body: dict[str, Any], session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """Correct facts of an organisation; what is left out stays."""
    command = ChangeOrganisation(organisation_id=organisation_id, changes=body)
    return organisations.change_organisation(session, command, actor)


@blueprint.get("/<uuid:organisation_id>/consents")
@reads
@blueprint.response(200, ConsentListSchema)
def list_consents(session: Session, actor: Actor, organisation_id: UUID) -> dict[str, Any]:
    """List the consents of an organisation and of its delegates, the oldest first."""
    finding.find(session, Organisation, organisation_id)
    return {"items": queries.consents_of(session, organisation_id, actor)}


@blueprint.post("/<uuid:organisation_id>/consents")
@writes(creates=True)
@blueprint.arguments(ConsentsSchema)
@blueprint.response(201, OrganisationSchema)
def record_consents(body: dict[str, Any], session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """Record consents of an organisation, or their end."""
    command = RecordConsents(organisation_id=organisation_id, consents=body["consents"])
    return organisations.record_consents(session, command, actor)
