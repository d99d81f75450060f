"""How notifications tells the present state of what it owns once more."""

from notifications.models import Delivery
from notifications.models.deliveries import SETTLED
from notifications.sending.claims import settled
from servicekit.snapshots import Snapshot, all_of

SNAPSHOTS = (
    Snapshot(
        entity="notification",
        rows=all_of(Delivery, Delivery.state.in_(SETTLED)),
        tell=lambda _session, delivery: settled(delivery),
    ),
)
