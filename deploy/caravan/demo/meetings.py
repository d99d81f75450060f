"""The acts in the hall: the first timetable, what upsets it, and the meetings themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from caravan.client import Answer, PlatformError, at_once
from caravan.demo import clock, quiescence
from caravan.demo.context import Stage
from caravan.demo.result import timetable
from caravan.demo.texts import TITLES
from caravan.scenario.values import Row, instant

RUN_SECONDS = 300.0
NO_SHOW = "no_show"
STANDING = ("scheduled", "moved")


class RunFailedError(PlatformError):
    """The timetable could not be made."""


def make_timetable(stage: Stage) -> None:
    """Make the first timetable, with its proof, and publish it."""
    with stage.step(stage.plan.timetable, "timetable"):
        run = stage.platform.matching.post(f"{stage.mission}/timetable-runs")
        path = f"/v1/timetable-runs/{run['id']}"
        _until_in(stage, path, "solved", "published")
        if stage.platform.matching.get(path)["status"] != "published":
            stage.platform.matching.act(f"{path}/publication")
        _until_in(stage, path, "published")
        (first, *_) = stage.timetables(after=0)
        stage.record.timetables.append(timetable(first, stage.cast))
        meetings = (len(first["meetings"]), "meeting")
        stage.teller.line("scheduled", meetings=meetings, unplaced=len(first["unplaced"]))
        facts = {"value": first["value"], "bound": first["bound"], "seconds": stage.teller.seconds(first["seconds"])}
        stage.teller.line("proven" if first["proven"] else "bounded", **facts)


def _until_in(stage: Stage, path: str, *statuses: str) -> None:
    def open_things() -> list[str]:
        run = stage.platform.matching.get(path)
        if run["status"] == "failed":
            raise RunFailedError(f"The timetable could not be made: {run.get('error') or run.get('cause')}")
        return [] if run["status"] in statuses else [f"the timetable run is {run['status']}"]

    quiescence.until(open_things, limit_seconds=RUN_SECONDS)


def hold_meetings(stage: Stage) -> int:
    """Mark what has ended as held, but for what the file says somebody missed; return how many were."""
    known = stage.meetings()
    meetings = [one for one in known if one["status"] in STANDING]
    # With those that were missed already: an organisation that meets at two tables at once misses one of them, once.
    begun = [one for one in known if one["status"] in {*STANDING, NO_SHOW}]
    absent = {found["id"] for row in _no_shows(stage) if (found := missed(row, begun, stage.cast.references))}
    now = clock.read(stage.platform)
    ended = [one for one in meetings if _time(one["ends_at"]) <= now and one["id"] not in absent]
    held = at_once(lambda one: stage.attempt(lambda: _hold(stage, one)), ended)
    return sum(one is not None for one in held)


def _hold(stage: Stage, meeting: Answer) -> str:
    stage.platform.matching.act(f"/v1/meetings/{meeting['id']}/holding")
    return str(meeting["id"])


def _no_shows(stage: Stage) -> list[Row]:
    return [row for row in stage.scenario.rows("timeline") if row["type"] == NO_SHOW and "organisation" in row]


def _time(value: str) -> datetime:
    return instant(value)


def miss_meeting(stage: Stage, incident: Row, reason: str) -> None:
    """Mark the meeting to which somebody did not come."""
    meetings = [one for one in stage.meetings() if one["status"] in STANDING]
    found = missed(incident, meetings, stage.cast.references)
    if found is None:
        stage.note(stage.teller.say("no_meeting"))
        return
    stage.platform.matching.act(
        f"/v1/meetings/{found['id']}/no-show", {"reason": reason or TITLES["no_show"][stage.teller.language]}
    )
    guest, host = (stage.cast.reference(found[key]) for key in ("guest_id", "host_id"))
    stage.teller.line("missed", guest=stage.name(guest), host=stage.name(host))


def end_meetings(stage: Stage, at: datetime) -> None:
    """See the last meetings through."""
    with stage.step(at, "end"):
        stage.rest()
        stage.teller.line("held", meetings=(hold_meetings(stage), "meeting"))


def missed(incident: Row, meetings: Sequence[dict[str, Any]], organisation_of: dict[str, str]) -> dict[str, Any] | None:
    """Return the meeting to which nobody came: the named one, else the last that had begun.

    `organisation_of` names the platform's organisations as the file does.
    """
    wanted = {incident["organisation"], incident.get("partner")} - {None}
    begun = [
        meeting
        for meeting in meetings
        if wanted <= {organisation_of[meeting["guest_id"]], organisation_of[meeting["host_id"]]}
        and incident.get("slot") in (None, meeting["slot"])
        and datetime.fromisoformat(meeting["starts_at"]) <= instant(incident["at"])
    ]
    return max(begun, key=lambda meeting: str(meeting["starts_at"]), default=None)
