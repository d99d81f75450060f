"""Events of agreements, and of the checks of what became of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.matching.common import BetweenTwo


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(BetweenTwo, type="caravan.agreement.signed.v1"):
    """A guest and a host signed something."""

    agreement_id: Id[UUID]
    agreement_type: Technical[str]
    subject: Published[str]
    expected_amount: Organisation[int | None]
    """In whole units of the currency; null where no amount was agreed."""
    currency: Organisation[str]
    signed_at: Technical[datetime]


@dataclass(frozen=True, kw_only=True)
class FollowUpState(BetweenTwo):
    """A look at what became of an agreement, some months on."""

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
    """It is time to ask."""


@dataclass(frozen=True, kw_only=True)
class FollowUpRecorded(FollowUpState, type="caravan.follow_up.recorded.v1"):
    """The answer, or that there was none."""
