"""Runs that are not settled, as organisers read them: how far each is, and what publishing it would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import queries, reason_words
from matching.errors import HallUnusableError
from matching.handlers import previews
from matching.models import MissionCopy, TimetableRun
from matching.models.runs import RunStatus
from matching.queries import timetables
from matching.reason_words import FactTeller
from matching.scope import SCOPE
from servicekit import languages
from servicekit.auth import Actor
from servicekit.clock import machine_now

FEW_MEETINGS = 800
FEW_PAIRS = 20


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run that is not published yet; what publishing would do, once it is solved, and who would be told."""

    run: TimetableRun
    whose: str
    """The organisation whose incident is to be repaired; empty: none."""
    seconds: int
    """How long it has been looked for, or since it was asked for."""
    preview: dict[str, Any] | None
    told: list[str]
    out: Sequence[Mapping[str, Any]]
    """Pairs that it leaves without a meeting, with the reason; the first `FEW_PAIRS` of `out_count`."""
    out_count: int
    names: Mapping[UUID, str]
    facts: FactTeller


def waiting(session: Session, mission: MissionCopy, actor: Actor) -> list[Waiting]:
    """Return the runs of a mission that are not settled, where the actor may decide about them, the newest first."""
    if not SCOPE.allows(session, actor, mission, Deed.MEETINGS_RUN):
        return []
    return [_waiting(session, mission, run, actor) for run in timetables.open_runs(session, mission.id, actor)]


def _waiting(session: Session, mission: MissionCopy, run: TimetableRun, actor: Actor) -> Waiting:
    preview = _preview(session, run, actor)
    told = preview["told"]["organisations"] if preview else []
    disturbed = [run.disturbed] if run.disturbed else []
    left = [*run.result["unplaced"], *run.result["dropped"]] if run.status == RunStatus.SOLVED and run.result else []
    out = left[:FEW_PAIRS]
    ends = {UUID(row[end]) for row in out for end in ("guest_id", "host_id")} | reason_words.partners(out)
    names = queries.names_of(session, {*told, *disturbed, *ends}, languages.of_request(), actor)
    since = (machine_now() - run.queued_at).total_seconds()
    return Waiting(
        run=run,
        whose=names[run.disturbed] if run.disturbed else "",
        seconds=round(since if run.seconds is None or run.status != RunStatus.SOLVED else run.seconds),
        preview=preview,
        told=sorted(names[id_] for id_ in told),
        out=out,
        out_count=len(left),
        names=names,
        facts=FactTeller(mission=mission, names=names),
    )


def _preview(session: Session, run: TimetableRun, actor: Actor) -> dict[str, Any] | None:
    """Tell what publishing a run would do; nothing where it is not solved, or the programme can be used no more.

    With thousands of meetings that takes long: then it is told where it is asked for.
    """
    if run.status != RunStatus.SOLVED or run.result is None:
        return None
    if len(run.result["meetings"]) > FEW_MEETINGS and request.args.get("preview") != str(run.id):
        return None
    try:
        return previews.preview_of_run(session, run.id, actor)
    except HallUnusableError:
        return None
