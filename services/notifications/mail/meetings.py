"""The meetings of which a letter about a timetable tells."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """One meeting as its reader needs it; `reader_is_online` says that the reader joins by link."""

    meeting_id: str
    partner_name: str
    starts_at: datetime
    ends_at: datetime
    table: str
    is_online: bool = False
    reader_is_online: bool = False
    call_url: str = ""
    topic: str = ""

    @property
    def minutes(self) -> int:
        """Return the length in minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


@dataclass(frozen=True, kw_only=True)
class MovedMeeting(MeetingLine):
    """A meeting at a new time or table."""

    old_starts_at: datetime
    old_table: str
    reason: str = ""

    @property
    def has_new_time(self) -> bool:
        """Tell a new time from a mere change of the table."""
        return self.starts_at != self.old_starts_at


@dataclass(frozen=True, kw_only=True)
class CancelledMeeting(MeetingLine):
    """A meeting that does not take place."""

    reason: str
