"""Endpoints of delegates."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from contracts.registration import Window
from registration import lookups
from registration.commands import ChangeDelegate, RecordDelegateConsents, RemoveDelegate, ReportAbsence
from registration.handlers import delegate_consents, delegates
from registration.models import Delegate
from registration.queries import applications
from registration.schemas.applications import (
    AbsenceSchema,
    DelegateChangesSchema,
    DelegateQuerySchema,
    DelegateSchema,
)
from registration.schemas.organisations import ConsentListSchema, ConsentsSchema
from registration.schemas.values import all_optional
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint("delegates", __name__, url_prefix="/v1/delegates", description="People on missions.")


@blueprint.get("")
@reads(Deed.PEOPLE_READ)
@blueprint.arguments(DelegateQuerySchema, location="query")
@blueprint.response(200, page_of(DelegateSchema))
def list_delegates(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List delegates."""
    return applications.delegates(session, args, actor)


@blueprint.get("/<uuid:delegate_id>")
@reads(Deed.PEOPLE_READ)
@blueprint.response(200, DelegateSchema)
def read_delegate(session: Session, actor: Actor, delegate_id: UUID) -> Delegate:
    """Read one delegate."""
    return lookups.find(session, Delegate, delegate_id, actor)


@blueprint.patch("/<uuid:delegate_id>")
@writes(Deed.PEOPLE_WRITE)
@blueprint.arguments(all_optional(DelegateChangesSchema))
@blueprint.response(200, DelegateSchema)
def change_delegate(body: dict[str, Any], session: Session, actor: Actor, delegate_id: UUID) -> Delegate:
    """Correct facts of a delegate; what is left out stays."""
    return delegates.change_delegate(session, ChangeDelegate(delegate_id=delegate_id, changes=body), actor)


@blueprint.delete("/<uuid:delegate_id>")
@writes(Deed.PEOPLE_WRITE)
@blueprint.response(204)
def remove_delegate(session: Session, actor: Actor, delegate_id: UUID) -> None:
    """Take a person off the list and forget everything personal."""
    delegates.remove_delegate(session, RemoveDelegate(delegate_id=delegate_id), actor)


@blueprint.get("/<uuid:delegate_id>/consents")
@reads(Deed.PEOPLE_READ)
@blueprint.response(200, ConsentListSchema)
def list_consents(session: Session, actor: Actor, delegate_id: UUID) -> dict[str, Any]:
    """List the consents of a delegate, the oldest first."""
    lookups.find(session, Delegate, delegate_id, actor)
    return {"items": applications.consents_of_person(session, delegate_id, actor)}


@blueprint.post("/<uuid:delegate_id>/consents")
@writes(Deed.PEOPLE_WRITE, creates=True)
@blueprint.arguments(ConsentsSchema)
@blueprint.response(201, ConsentListSchema)
def record_consents(body: dict[str, Any], session: Session, actor: Actor, delegate_id: UUID) -> dict[str, Any]:
    """Record consents of a delegate, or their end: that of `processing` is a request to be forgotten."""
    command = RecordDelegateConsents(delegate_id=delegate_id, consents=body["consents"])
    delegate_consents.record_consents(session, command, actor)
    return {"items": applications.consents_of_person(session, delegate_id, actor)}


@blueprint.post("/<uuid:delegate_id>/absences")
@writes(Deed.PEOPLE_WRITE, creates=True)
@blueprint.arguments(AbsenceSchema)
@blueprint.response(201, DelegateSchema)
def report_absence(body: dict[str, Any], session: Session, actor: Actor, delegate_id: UUID) -> Delegate:
    """Cut hours out of a person's availability: a late arrival, an early leave."""
    absence = Window(starts_at=body["starts_at"], ends_at=body["ends_at"])
    command = ReportAbsence(delegate_id=delegate_id, absence=absence, reason=body["reason"])
    return delegates.report_absence(session, command, actor)
