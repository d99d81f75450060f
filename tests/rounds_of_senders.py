"""What a sender of letters does in tests, round by round."""

from datetime import timedelta

from sqlalchemy import update

from notifications.models import Delivery
from notifications.sending.sender import send_mail
from servicekit.data import clock


def work_off(runtime):
    """Send all that is due."""
    while send_mail(runtime):
        pass


def make_due(runtime):
    """Let the waits of what is deferred, and the leases of what is held, be over."""
    past = clock.machine_now() - timedelta(seconds=1)
    with runtime.database.write() as session:
        session.execute(update(Delivery).where(Delivery.retry_at.is_not(None)).values(retry_at=past))
        session.execute(update(Delivery).where(Delivery.lease_until.is_not(None)).values(lease_until=past))
