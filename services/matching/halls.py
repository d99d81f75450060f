"""A mission's hall as one reader sees it: with the draft for whoever may change it, else as it is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.models import DraftEdit, MissionCopy, TimetableVersion
from matching.queries import sheets, timetables
from matching.scope import SCOPE
from servicekit import clock
from servicekit.auth import Actor


@dataclass(kw_only=True)
class Hall:
    """A mission's hall as one reader sees it now."""

    session: Session
    actor: Actor
    mission: MissionCopy
    now: datetime
    heads: Sequence[TimetableVersion]
    is_desk: bool
    """Whether the reader sees the draft, and may change it."""
    edits: Sequence[DraftEdit] = ()

    @property
    def newest(self) -> TimetableVersion | None:
        """The newest version, without what is in it."""
        return self.heads[-1] if self.heads else None


def hall_of(session: Session, mission: MissionCopy, actor: Actor) -> Hall:
    """Gather what every view of a hall begins with."""
    now = clock.now(session)
    heads = timetables.heads(session, mission.id, actor)
    may_run = SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN)
    is_desk = may_run and bool(heads) and not mission.is_over(now)
    edits = sheets.edits_of(session, mission.id, actor) if is_desk else ()
    return Hall(session=session, actor=actor, mission=mission, now=now, heads=heads, is_desk=is_desk, edits=edits)
