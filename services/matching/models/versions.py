"""How often the facts of a mission have changed, and which of them were worked in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matching.models.copies import Base
from servicekit.data.tables import UtcDateTime
from servicekit.telemetry import tracing


class Inputs(Base):
    """The counters of one mission.

    Work outside a transaction reads a counter before and looks again when it commits: if the
    counter has moved meanwhile, the work is done anew.
    """

    __tablename__ = "inputs"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    pairs_version: Mapped[int] = mapped_column(default=0)
    """Changes to participants, profiles and organisations."""
    pairs_done: Mapped[int] = mapped_column(default=0)
    """The version that the stored recommendations were made from."""
    whole_version: Mapped[int] = mapped_column(default=0)
    """The newest change that concerns everybody, not some organisations alone."""
    are_lists_due: Mapped[bool] = mapped_column(default=False)
    """Whether the lists are to be made anew from the stored recommendations."""
    lists_changed: Mapped[int] = mapped_column(default=0)
    """How many lists differ from those that were published."""
    are_lists_compared: Mapped[bool] = mapped_column(default=False)
    """Whether it is written down which ones they are; else the next comparison is of all lists."""
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When a pair's facts changed last, on the machine's clock."""
    is_publication_wanted: Mapped[bool] = mapped_column(default=False)
    """Whether recommendations are to be told as soon as they are fresh."""
    publication_traceparent: Mapped[str | None] = mapped_column(String(tracing.LENGTH), default=None)
    """The trace of who wants that publication."""
    timetable_version: Mapped[int] = mapped_column(default=0)
    """Changes to all that a timetable is made from."""
    timetable_number: Mapped[int] = mapped_column(default=0)
    """The newest published timetable; 0: none."""

    @property
    def is_fresh(self) -> bool:
        """Whether the stored recommendations are those of the present facts."""
        return self.pairs_done == self.pairs_version and not self.are_lists_due
