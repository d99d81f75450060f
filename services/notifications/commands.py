"""What a caller may ask of notifications."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ResendDelivery:
    """Send once more what failed, waits or may not have arrived."""

    delivery_id: UUID
