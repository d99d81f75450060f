"""Endpoints of participants."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups
from registration.commands import AdmitParticipant, CheckIn, WithdrawParticipant
from registration.handlers import admission
from registration.models import Participant
from registration.queries import applications
from registration.schemas.applications import LeavingSchema, ParticipantQuerySchema, ParticipantSchema
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint("participants", __name__, url_prefix="/v1/participants", description="Who takes part.")


@blueprint.get("")
@reads(Deed.PARTICIPANTS_READ)
@blueprint.arguments(ParticipantQuerySchema, location="query")
@blueprint.response(200, page_of(ParticipantSchema))
def list_participants(args: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List participants."""
    return applications.participants(session, args, actor)


@blueprint.get("/<uuid:participant_id>")
@reads(Deed.PARTICIPANTS_READ)
@blueprint.response(200, ParticipantSchema)
def read_participant(session: Session, actor: Actor, participant_id: UUID) -> Participant:
    """Read one participant."""
    return lookups.find(session, Participant, participant_id, actor)


@blueprint.post("/<uuid:participant_id>/admission")
@writes(Deed.PARTICIPANTS_DECIDE)
@blueprint.response(200, ParticipantSchema)
def admit_participant(session: Session, actor: Actor, participant_id: UUID) -> Participant:
    """Let in an organisation that waits or was refused, whatever the places."""
    return admission.admit_participant(session, AdmitParticipant(participant_id=participant_id), actor)


@blueprint.post("/<uuid:participant_id>/check-in")
@writes(Deed.PARTICIPANTS_DECIDE)
@blueprint.response(200, ParticipantSchema)
def check_in(session: Session, actor: Actor, participant_id: UUID) -> Participant:
    """Note that an organisation has arrived."""
    return admission.check_in(session, CheckIn(participant_id=participant_id), actor)


@blueprint.post("/<uuid:participant_id>/withdrawal")
@writes(Deed.PARTICIPANTS_DECIDE)
@blueprint.arguments(LeavingSchema)
@blueprint.response(200, ParticipantSchema)
def withdraw_participant(body: dict[str, Any], session: Session, actor: Actor, participant_id: UUID) -> Participant:
    """Take an organisation out of a mission: from some moment on nobody of it is there."""
    command = WithdrawParticipant(participant_id=participant_id, **body)
    return admission.withdraw_participant(session, command, actor)
