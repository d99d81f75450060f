"""Endpoints of applications: apply, hand in, correct, withdraw."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups
from registration.commands import (
    AddDelegate,
    Apply,
    NewDelegate,
    NewProfile,
    ReplaceAvoids,
    ReplaceProfile,
    SubmitApplication,
    WithdrawApplication,
)
from registration.handlers import applications, delegates, profiles
from registration.models import Application, Delegate, Profile
from registration.queries import applications as application_queries
from registration.schemas.applications import (
    ApplicationQuerySchema,
    ApplicationSchema,
    AvoidsSchema,
    DelegateSchema,
    NewApplicationSchema,
    NewDelegateSchema,
    NewProfileSchema,
    OptionalReasonSchema,
    ProfileSchema,
    WholeApplicationSchema,
)
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint(
    "applications", __name__, url_prefix="/v1/applications", description="Applications, by those who apply."
)


@blueprint.get("")
@reads(Deed.APPLICATIONS_READ)
@blueprint.arguments(ApplicationQuerySchema, location="query")
@blueprint.response(200, page_of(ApplicationSchema))
def list_applications(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List applications."""
    return application_queries.applications(session, args, actor)


@blueprint.post("")
@writes(Deed.APPLICATIONS_WRITE, creates=True)
@blueprint.arguments(NewApplicationSchema)
@blueprint.response(201, WholeApplicationSchema)
def apply(body: Apply, session: Session, actor: Actor) -> dict[str, Any]:
    """Apply to a mission with a profile and people: a draft, or handed in at once."""
    return _whole(session, applications.apply(session, body, actor), actor)


@blueprint.get("/<uuid:application_id>")
@reads(Deed.APPLICATIONS_READ)
@blueprint.response(200, WholeApplicationSchema)
def read_application(session: Session, actor: Actor, application_id: UUID) -> dict[str, Any]:
    """Read one application with its profile and its people."""
    return _whole(session, lookups.find(session, Application, application_id, actor), actor)


@blueprint.post("/<uuid:application_id>/submission")
@writes(Deed.APPLICATIONS_WRITE)
@blueprint.response(200, ApplicationSchema)
def submit_application(session: Session, actor: Actor, application_id: UUID) -> Application:
    """Hand in a draft or a corrected application."""
    return applications.submit_application(session, SubmitApplication(application_id=application_id), actor)


@blueprint.post("/<uuid:application_id>/withdrawal")
@writes(Deed.APPLICATIONS_WRITE)
@blueprint.arguments(OptionalReasonSchema)
@blueprint.response(200, ApplicationSchema)
def withdraw_application(body: dict[str, Any], session: Session, actor: Actor, application_id: UUID) -> Application:
    """Take an application back."""
    command = WithdrawApplication(application_id=application_id, **body)
    return applications.withdraw_application(session, command, actor)


@blueprint.put("/<uuid:application_id>/profile")
@writes(Deed.APPLICATIONS_WRITE)
@blueprint.arguments(NewProfileSchema)
@blueprint.response(200, ProfileSchema)
def replace_profile(body: NewProfile, session: Session, actor: Actor, application_id: UUID) -> Profile:
    """Put new offers and needs in the place of the present ones."""
    return profiles.replace_profile(session, ReplaceProfile(application_id=application_id, profile=body), actor)


@blueprint.put("/<uuid:application_id>/avoids")
@writes(Deed.APPLICATIONS_WRITE)
@blueprint.arguments(AvoidsSchema)
@blueprint.response(200, ApplicationSchema)
def replace_avoids(body: dict[str, Any], session: Session, actor: Actor, application_id: UUID) -> Application:
    """Say anew whom the organisation does not want to meet."""
    return applications.replace_avoids(session, ReplaceAvoids(application_id=application_id, **body), actor)


@blueprint.post("/<uuid:application_id>/delegates")
@writes(Deed.PEOPLE_WRITE, creates=True)
@blueprint.arguments(NewDelegateSchema)
@blueprint.response(201, DelegateSchema)
def add_delegate(body: NewDelegate, session: Session, actor: Actor, application_id: UUID) -> Delegate:
    """Name one more person."""
    return delegates.add_delegate(session, AddDelegate(application_id=application_id, delegate=body), actor)


def _whole(session: Session, application: Application, actor: Actor) -> dict[str, Any]:
    shown = {name: getattr(application, name) for name in ApplicationSchema().fields}
    return shown | {
        "profile": application_queries.profile_of(session, application.id, actor),
        "delegates": application_queries.delegates_of(session, application.id, actor),
    }
