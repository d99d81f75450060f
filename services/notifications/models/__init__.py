"""The tables of notifications: copies of what others own, and deliveries."""

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
from notifications.models.deliveries import Attempt, Delivery, DeliveryState, Notification, PastAttempts, Told
from notifications.models.messages import GroupMessage

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
