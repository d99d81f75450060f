"""Repairs of a mission's timetable, as pages tell of them: those that wait or are being made, and those of today."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from matching import queries
from matching.models import MissionCopy
from matching.queries import timetables
from servicekit import languages
from servicekit.auth import Actor


def of_today(session: Session, mission: MissionCopy, now: datetime, actor: Actor) -> dict[str, Any]:
    """Gather what `matching/incidents.html` tells."""
    midnight = now.astimezone(ZoneInfo(mission.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = [run for run in timetables.open_runs(session, mission.id, actor) if run.is_repair]
    done = timetables.repairs_since(session, mission.id, midnight, actor)
    whose = {run.disturbed for run in waiting if run.disturbed} | {row.disturbed for row in done if row.disturbed}
    names = queries.names_of(session, whose, languages.of_request(), actor)
    return {"waiting": waiting, "done": done, "names": names}
