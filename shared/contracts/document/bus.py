"""What a document must know of the bus: names and bounds that the kit decides."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bus:
    """Where events stand on the broker, and how long and how large they are."""

    exchange: str
    history: str
    """The stream of all public events."""
    strangers: str
    """What the names of queues begin with that the operator opens for others."""
    retention_days: int
    largest_bytes: int
    prefetch: int = 500
    """A good number of deliveries to have in hand at once."""
