"""Database tables of notifications: copies of other services' data, notifications and deliveries.

Import the classes from here; constants and helper types are in the modules.
"""

from notifications.models.base import Base
from notifications.models.copies import (
    AggregateVersion,
    Agreement,
    Contact,
    Delegate,
    Itinerary,
    Mission,
    Organisation,
    Participant,
    Region,
)
from notifications.models.deliveries import (
    Attempt,
    Delivery,
    DeliveryState,
    GroupMessage,
    Notification,
    NotifiedMeeting,
    PastAttempts,
)

__all__ = [
    "AggregateVersion",
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
    "NotifiedMeeting",
    "Organisation",
    "Participant",
    "PastAttempts",
    "Region",
]
