"""How erasures stand, for who watches over the instance."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registration.models import Erasure
from registration.personal import OVERDUE, unanswered
from servicekit.data.clock import machine_now
from servicekit.service import Figure

Values = Iterable[tuple[tuple[str, ...], float]]


def overdue(session: Session) -> Values:
    """Count the people whom some service has not forgotten, although they asked longer ago than that may take."""
    late = Erasure.requested_at < machine_now() - OVERDUE
    yield (), session.scalar(select(func.count(Erasure.id)).where(unanswered(), late)) or 0


FIGURES = (
    Figure(name="erasure_overdue", about="People who asked more than 72 hours ago to be forgotten.", read=overdue),
)
