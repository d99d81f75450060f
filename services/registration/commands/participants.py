"""What a caller may ask about those who take part."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AdmitParticipant:
    """Let in an organisation that waits or was refused, whatever the places."""

    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """Note that an organisation has arrived."""

    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class WithdrawParticipant:
    """Take an organisation out of a mission: from now on unless it says from when."""

    participant_id: UUID
    withdrawn_from: datetime | None
    reason: str
