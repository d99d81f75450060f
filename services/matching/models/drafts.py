"""The draft of a mission's timetable: what organisers have changed by hand and not published yet."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.draft_errors import DraftAnotherError, DraftConflictsError, DraftEmptyError
from matching.models.base import Base
from servicekit.columns import Document, UtcDateTime


class TimetableDraft(Base):
    """The one draft of a mission, shared by its organisers; it stands on the newest published timetable."""

    __tablename__ = "timetable_draft"

    mission_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    """Raised by every edit, every undoing and every publication."""
    sequence: Mapped[int] = mapped_column(default=0)
    """The number of the newest edit that there ever was."""

    def check_ready(self, seen: int, *, edits: int, conflicts: int) -> None:
        """Raise unless somebody who has seen a version may publish the draft as it now is.

        Raises:
            DraftAnotherError: somebody has changed it since.
            DraftEmptyError: it changes nothing.
            DraftConflictsError: edits cannot be made any more, or meetings cannot stay where they are.

        """
        if seen != self.version:
            raise DraftAnotherError(seen=seen, version=self.version)
        if not edits:
            raise DraftEmptyError
        if conflicts:
            raise DraftConflictsError(conflicts=conflicts)


class DraftEdit(Base):
    """One act of an organiser; it stays as it was made until it is undone or published."""

    __tablename__ = "draft_edit"
    __table_args__ = (UniqueConstraint("mission_id", "sequence"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID]
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """{guest_id, host_id, before, after}: places as `queries.desks` writes them; null: no meeting."""
    reason: Mapped[str] = mapped_column(String(2000), default="")
    """Why a meeting is removed, in words that everybody may read."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))

    @property
    def pairs(self) -> set[tuple[UUID, UUID]]:
        """The guests and hosts whose meetings the edit concerns."""
        return {(UUID(change["guest_id"]), UUID(change["host_id"])) for change in self.changes}

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The changes with places in the words of the interface."""
        return [
            {"guest_id": change["guest_id"], "host_id": change["host_id"]}
            | {name: change[name] and _place(change[name]) for name in ("before", "after")}
            for change in self.changes
        ]

    def document(self) -> dict[str, Any]:
        """Return what a published version remembers of the edit."""
        told = {"id": str(self.id), "kind": self.kind, "changes": self.changes, "reason": self.reason}
        return told | {"made_at": self.made_at.isoformat(), "made_by": self.made_by}


def _place(place: dict[str, Any]) -> dict[str, Any]:
    names = {"slot": "slot_id", "table": "table_id", "guest_person_id": "guest_person", "host_person_id": "host_person"}
    return {name: place[kept] for name, kept in names.items()} | {
        "is_online": place["online"],
        "interpreter": place.get("interpreter", ""),
    }
