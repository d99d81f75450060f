"""Events of agreements and of the follow-up checks of their results."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.matching.meetings import PairEvent


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(PairEvent, type="caravan.agreement.signed.v1"):
    """A guest and a host signed an agreement."""

    agreement_id: Id[UUID]
    agreement_type: Technical[str]
    subject: Published[str]
    expected_amount: Organisation[int | None]
    """Expected amount in whole units of the currency; null: none agreed."""
    currency: Organisation[str]
    signed_at: Technical[datetime]


@dataclass(frozen=True, kw_only=True)
class FollowUpState(PairEvent):
    """A check of the results of an agreement some months after the signing."""

    check_id: Id[UUID]
    agreement_id: Id[UUID]
    subject: Published[str]
    months: Technical[int]
    due_on: Technical[date]
    status: Technical[str]
    """due, in_progress, partially_realised, realised, not_realised, no_response."""
    realised_amount: Organisation[int | None]
    currency: Organisation[str]


@dataclass(frozen=True, kw_only=True)
class FollowUpDue(FollowUpState, type="caravan.follow_up.due.v1"):
    """A follow-up check is due."""


@dataclass(frozen=True, kw_only=True)
class FollowUpRecorded(FollowUpState, type="caravan.follow_up.recorded.v1"):
    """The result of a follow-up check was recorded, or that there was no response."""
