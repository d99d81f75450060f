"""Runs, versions, draft edits.

Runs of the solver: rows that the solving task works on, outside transactions.

Published timetables: what stood where, what was left out and why, what changed.

The draft of a mission's timetable: what organisers have changed by hand and not published yet.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matching.errors import DraftAnotherError, DraftConflictsError, DraftEmptyError, RunOverError, RunUnsolvedError
from matching.models.copies import Base
from servicekit.data.tables import Aggregate, Document, UtcDateTime
from servicekit.telemetry import tracing


class RunStatus(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SOLVED = "solved"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Stopped before it was taken up, thrown away when it was solved, or superseded by a newer one."""


OPEN = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SOLVED)
"""The states in which something is still to be done with a run."""


class Cause(StrEnum):
    """Why a timetable is made."""

    FIRST = "first"
    BY_HAND = "by_hand"
    LATE_ARRIVAL = "late_arrival"
    EARLY_LEAVE = "early_leave"
    CANCELLATION = "cancellation"
    HALL_CHANGED = "hall_changed"
    WALK_IN = "walk_in"


INCIDENTS = frozenset(Cause) - {Cause.FIRST, Cause.BY_HAND}
"""The causes of repairs."""


class TimetableRun(Base):
    """One solution to be found: a first timetable, a completion by hand, or a repair after an incident."""

    __tablename__ = "timetable_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mission_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(16), default=RunStatus.QUEUED, index=True)
    cause: Mapped[str] = mapped_column(String(16))
    disturbed: Mapped[UUID | None] = mapped_column(default=None)
    """The organisation whose incident is to be repaired; None for a first timetable, one by hand, or another hall."""
    seed: Mapped[int] = mapped_column(default=0)
    time_limit_seconds: Mapped[float]
    is_to_publish: Mapped[bool] = mapped_column(default=False)
    """Whether the task publishes the solution by itself."""
    is_stopped: Mapped[bool] = mapped_column(default=False)
    """Whether somebody wants the search to end with the best so far."""
    pinned: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    """Where the organiser wants pairs to meet: {guest_id, host_id, slot, table}."""
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """The fence: only the newest attempt may write its result."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    inputs_version: Mapped[int] = mapped_column(default=0)
    """The mission's `timetable_version` that the solution was made from."""
    value: Mapped[int | None] = mapped_column(BigInteger, default=None)
    bound: Mapped[int | None] = mapped_column(BigInteger, default=None)
    proven: Mapped[bool | None] = mapped_column(default=None)
    seconds: Mapped[float | None] = mapped_column(default=None)
    result: Mapped[dict[str, Any] | None] = mapped_column(Document, default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(String(2000), default="")
    traceparent: Mapped[str | None] = mapped_column(String(tracing.LENGTH), default=None)
    """The trace of who last asked for it."""

    @property
    def is_repair(self) -> bool:
        """Whether an incident asked for the run."""
        return self.cause in INCIDENTS

    @property
    def needs_pairs(self) -> bool:
        """Whether it has to wait until the recommendations are those of the present facts."""
        return not self.is_repair or self.cause == Cause.WALK_IN

    @property
    def people_told(self) -> int | None:
        """How many people's day a repair changes; None until it is known."""
        return self.result.get("people_told") if self.result else None

    @property
    def aims(self) -> list[dict[str, Any]]:
        """How far the solution reaches each aim, the first one first; nothing where there is none."""
        told: list[dict[str, Any]] = (self.result or {}).get("aims", [])
        return told

    @property
    def gap(self) -> float | None:
        """The share of the bound by which the best so far may fall short; None until there is one."""
        if self.value is None or self.bound is None:
            return None
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    def start(self, lease_until: datetime) -> int:
        """Take the run up and return the number of the attempt."""
        self.status, self.lease_until = RunStatus.RUNNING, lease_until
        self.attempts += 1
        return self.attempts

    def queue_again(self) -> None:
        """Throw the solution away: it was made from facts that have changed."""
        self.status, self.lease_until, self.result = RunStatus.QUEUED, None, None

    def finish(self, result: dict[str, Any], inputs_version: int) -> None:
        """Keep a solution."""
        self.status, self.result, self.inputs_version = RunStatus.SOLVED, result, inputs_version
        self.value, self.bound = result["value"], result["bound"]
        self.proven, self.seconds = result["proven"], result["seconds"]
        self.is_stopped = False

    def fail(self, error: str) -> None:
        """Give the run up and say why."""
        self.status, self.error, self.lease_until = RunStatus.FAILED, error[:2000], None

    def stop(self) -> None:
        """End the search with the best so far; one that has not begun is cancelled. Said twice it counts once.

        Raises:
            RunOverError: there is no search any more.

        """
        if self.status == RunStatus.QUEUED:
            self.status = RunStatus.CANCELLED
        elif self.status == RunStatus.RUNNING:
            self.is_stopped = True
        elif self.status != RunStatus.CANCELLED:
            raise RunOverError(id=self.id, status=self.status)

    def discard(self) -> None:
        """Throw the solution away. Said twice it counts once; raises RunUnsolvedError where there is none."""
        if self.status != RunStatus.CANCELLED:
            self.check_solved()
            self.status, self.result = RunStatus.CANCELLED, None

    def supersede(self) -> None:
        """Give the run up for a newer one that sees to the same and more."""
        self.status, self.result, self.lease_until = RunStatus.CANCELLED, None, None

    def check_solved(self) -> None:
        """Raise RunUnsolvedError unless there is a solution to publish."""
        if self.status != RunStatus.SOLVED:
            raise RunUnsolvedError(id=self.id, status=self.status)


class TimetableVersion(Aggregate, Base):
    """One published version; it never changes again."""

    __tablename__ = "timetable"
    __table_args__ = (UniqueConstraint("mission_id", "number"),)

    mission_id: Mapped[UUID]
    number: Mapped[int]
    run_id: Mapped[UUID | None]
    """The run that found it; null: it was made by hand."""
    cause: Mapped[str] = mapped_column(String(16))
    value: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int] = mapped_column(BigInteger)
    proven: Mapped[bool]
    seconds: Mapped[float]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    meetings: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """Each meeting that stands, with its place and its state when it was published."""
    unplaced: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    """The waiting list: {guest_id, host_id, reason, facts}; facts as in `domain.reasons`, where they are known."""
    changes: Mapped[dict[str, Any]] = mapped_column(Document)
    """Lists of what it changed.

    {moved: [{meeting_id, from, to}], dropped: [{meeting_id, guest_id, host_id, reason, facts}], added: [meeting_id]}.
    """
    published_by: Mapped[str] = mapped_column(String(64), default="")
    """Who published what was made by hand; who publishes a run stands in the journal."""
    edits: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    """What was done by hand, as `DraftEdit.document` writes it."""


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
