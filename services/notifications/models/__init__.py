"""Database tables of notifications: copies of other services' data, notifications and deliveries.

Import the classes from here; constants and helper types are in the modules.
"""

from notifications.models.base import Base
from notifications.models.copies import (
    Agreement,
    Contact,
    Delegate,
    Itinerary,
    Mission,
    Organisation,
    Participant,
    Region,
    Standing,
)
from notifications.models.deliveries import (
    Attempt,
    Delivery,
    DeliveryState,
    GroupMessage,
    Notification,
    PastAttempts,
    Told,
)

__all__ = [
    "Agreement",
    "Attempt",
    "Base",
    "Contact",
    "Delegate",
    "Delivery",
    "DeliveryState",
    "GroupMessage",
    "Itinerary",
    "Mission",
    "Notification",
    "Organisation",
    "Participant",
    "PastAttempts",
    "Region",
    "Standing",
    "Told",
]
