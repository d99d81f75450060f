"""Wishes to meet, as one of the two reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching.models import MeetingRequest
from matching.models.requests import RequestStatus
from matching.scope import SCOPE
from servicekit.auth.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """The requests of one organisation: what waits for somebody first, then the latest."""

    received: Sequence[MeetingRequest]
    sent: Sequence[MeetingRequest]

    @property
    def to_answer(self) -> list[MeetingRequest]:
        """What the organisation itself has to answer, the most urgent first."""
        mine = [row for row in self.received if row.status == RequestStatus.PENDING and row.proposed_slot is None]
        mine += [row for row in self.sent if row.status == RequestStatus.PENDING and row.proposed_slot is not None]
        return sorted(mine, key=lambda row: row.expires_at)

    def by_partner(self, organisation_id: UUID) -> dict[UUID, MeetingRequest]:
        """Return the newest request between the organisation and each partner."""
        every = sorted((*self.received, *self.sent), key=lambda row: row.created_at)
        return {next(iter(row.pair - {organisation_id})): row for row in every}


def wishes_of(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> Wishes:
    """Return what an organisation was asked and has asked, as far as the actor may see it."""
    mine = or_(
        MeetingRequest.from_organisation_id == organisation_id, MeetingRequest.to_organisation_id == organisation_id
    )
    query = select(MeetingRequest).where(MeetingRequest.mission_id == mission_id, mine)
    rows = session.scalars(query.where(SCOPE.rows(actor, MeetingRequest)).order_by(MeetingRequest.created_at.desc()))
    ranked = sorted(rows, key=lambda row: row.status != RequestStatus.PENDING)
    return Wishes(
        received=[row for row in ranked if row.to_organisation_id == organisation_id],
        sent=[row for row in ranked if row.from_organisation_id == organisation_id],
    )
