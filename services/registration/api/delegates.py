"""Endpoints of delegates."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from contracts.registration import Window
from registration import finding, queries
from registration.commands import ChangeDelegate, RemoveDelegate, ReportAbsence
from registration.handlers import delegates
from registration.models import Delegate
from registration.schemas.applications import (
    AbsenceSchema,
    DelegateChangesSchema,
    DelegateQuerySchema,
    DelegateSchema,
)
from registration.schemas.values import all_optional
from servicekit.auth import Actor
from servicekit.endpoints import ApiBlueprint, reads, writes
from servicekit.paging import Page, page_of

blueprint = ApiBlueprint("delegates", __name__, url_prefix="/v1/delegates", description="People on missions.")


@blueprint.get("")
@reads
@blueprint.arguments(DelegateQuerySchema, location="query")
@blueprint.response(200, page_of(DelegateSchema))
def list_delegates(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List delegates."""
    return queries.delegates(session, args, actor)


@blueprint.get("/<uuid:delegate_id>")
@reads
@blueprint.response(200, DelegateSchema)
def read_delegate(session: Session, actor: Actor, delegate_id: UUID) -> Delegate:
    """Read one delegate."""
    return finding.find(session, Delegate, delegate_id)


@blueprint.patch("/<uuid:delegate_id>")
@writes()
@blueprint.arguments(all_optional(DelegateChangesSchema))
@blueprint.response(200, DelegateSchema)
def change_delegate(body: dict[str, Any], session: Session, actor: Actor, delegate_id: UUID) -> Delegate:
    """Correct facts of a delegate; what is left out stays."""
    return delegates.change_delegate(session, ChangeDelegate(delegate_id=delegate_id, changes=body), actor)


@blueprint.delete("/<uuid:delegate_id>")
@writes()
@blueprint.response(204)
def remove_delegate(session: Session, actor: Actor, delegate_id: UUID) -> None:
    """Take a person off the list and forget everything personal."""
    delegates.remove_delegate(session, RemoveDelegate(delegate_id=delegate_id), actor)


@blueprint.post("/<uuid:delegate_id>/absences")
@writes(creates=True)
@blueprint.arguments(AbsenceSchema)
@blueprint.response(201, DelegateSchema)
def report_absence(body: dict[str, Any], session: Session, actor: Actor, delegate_id: UUID) -> Delegate:
    """Cut hours out of a person's availability: a late arrival, an early leave."""
    absence = Window(starts_at=body["starts_at"], ends_at=body["ends_at"])
    command = ReportAbsence(delegate_id=delegate_id, absence=absence, reason=body["reason"])
    return delegates.report_absence(session, command, actor)
