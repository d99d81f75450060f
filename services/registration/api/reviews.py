"""Endpoints of reviews: what the side's own coordinator decides about an application."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from registration.commands import ApproveApplication, RejectApplication, RequestChanges, WaitlistApplication
from registration.handlers import reviews
from registration.models import Application
from registration.schemas.applications import ApplicationSchema, ApprovalSchema, OptionalReasonSchema, ReasonSchema
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, writes

blueprint = ApiBlueprint(
    "reviews", __name__, url_prefix="/v1/applications", description="Applications, by those who decide."
)


@blueprint.post("/<uuid:application_id>/approval")
@writes(Deed.APPLICATIONS_REVIEW)
@blueprint.arguments(ApprovalSchema)
@blueprint.response(200, ApplicationSchema)
def approve(body: dict[str, Any], session: Session, actor: Actor, application_id: UUID) -> Application:
    """Accept an application; the mission's home then admits the organisation."""
    return reviews.approve_application(session, ApproveApplication(application_id=application_id, **body), actor)


@blueprint.post("/<uuid:application_id>/rejection")
@writes(Deed.APPLICATIONS_REVIEW)
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, ApplicationSchema)
def reject(body: dict[str, Any], session: Session, actor: Actor, application_id: UUID) -> Application:
    """Refuse an application."""
    return reviews.reject_application(session, RejectApplication(application_id=application_id, **body), actor)


@blueprint.post("/<uuid:application_id>/changes-request")
@writes(Deed.APPLICATIONS_REVIEW)
@blueprint.arguments(ReasonSchema)
@blueprint.response(200, ApplicationSchema)
def request_changes(body: dict[str, Any], session: Session, actor: Actor, application_id: UUID) -> Application:
    """Ask the applicant for corrections."""
    return reviews.request_changes(session, RequestChanges(application_id=application_id, **body), actor)


@blueprint.post("/<uuid:application_id>/waitlisting")
@writes(Deed.APPLICATIONS_REVIEW)
@blueprint.arguments(OptionalReasonSchema)
@blueprint.response(200, ApplicationSchema)
def waitlist(body: dict[str, Any], session: Session, actor: Actor, application_id: UUID) -> Application:
    """Let an application wait for a place."""
    return reviews.waitlist_application(session, WaitlistApplication(application_id=application_id, **body), actor)
