"""The steps in the hall: the first timetable, meetings that are held, and no-shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from caravan.client import JsonObject, PlatformError, run_in_parallel
from caravan.demo import clock, quiescence
from caravan.demo.context import DemoContext
from caravan.demo.result import timetable_document
from caravan.demo.texts import TITLES
from caravan.scenario.values import Row, instant

RUN_TIMEOUT_SECONDS = 300.0
NO_SHOW = "no_show"
ACTIVE_STATUSES = ("scheduled", "moved")


class RunFailedError(PlatformError):
    """The timetable could not be made."""


def make_timetable(demo: DemoContext) -> None:
    """Solve and publish the first timetable."""
    with demo.step(demo.schedule.timetable, "timetable"):
        run = demo.platform.matching.post(f"{demo.mission_path}/timetable-runs")
        path = f"/v1/timetable-runs/{run['id']}"
        _wait_for_status(demo, path, "solved", "published")
        if demo.platform.matching.get(path)["status"] != "published":
            demo.platform.matching.transition(f"{path}/publication")
        _wait_for_status(demo, path, "published")
        (first, *_) = demo.timetables(after=0)
        demo.result.timetables.append(timetable_document(first, demo.ids))
        meetings = (len(first["meetings"]), "meeting")
        demo.output.add_line("scheduled", meetings=meetings, unplaced=len(first["unplaced"]))
        facts = {
            "value": first["value"],
            "bound": first["bound"],
            "seconds": demo.output.format_seconds(first["seconds"]),
        }
        demo.output.add_line("proven" if first["proven"] else "bounded", **facts)


def _wait_for_status(demo: DemoContext, path: str, *statuses: str) -> None:
    def pending() -> list[str]:
        run = demo.platform.matching.get(path)
        if run["status"] == "failed":
            raise RunFailedError(f"The timetable could not be made: {run.get('error') or run.get('cause')}")
        return [] if run["status"] in statuses else [f"the timetable run is {run['status']}"]

    quiescence.wait_until_none(pending, timeout_seconds=RUN_TIMEOUT_SECONDS)


def mark_meetings_held(demo: DemoContext) -> int:
    """Mark meetings that have ended as held, except the no-shows of the file; return how many."""
    known = demo.meetings()
    meetings = [one for one in known if one["status"] in ACTIVE_STATUSES]
    # Include meetings missed already: if an organisation has two meetings at once, only one of them is a no-show.
    begun = [one for one in known if one["status"] in {*ACTIVE_STATUSES, NO_SHOW}]
    absent = {found["id"] for row in _no_shows(demo) if (found := find_missed_meeting(row, begun, demo.ids.references))}
    now = clock.current_time(demo.platform)
    ended = [one for one in meetings if instant(one["ends_at"]) <= now and one["id"] not in absent]
    held = run_in_parallel(lambda one: demo.attempt(lambda: _mark_held(demo, one)), ended)
    return sum(one is not None for one in held)


def _mark_held(demo: DemoContext, meeting: JsonObject) -> str:
    demo.platform.matching.transition(f"/v1/meetings/{meeting['id']}/holding")
    return str(meeting["id"])


def _no_shows(demo: DemoContext) -> list[Row]:
    return [row for row in demo.scenario.rows("timeline") if row["type"] == NO_SHOW and "organisation" in row]


def record_no_show(demo: DemoContext, incident: Row, reason: str) -> None:
    """Mark the meeting of a no-show; note it if there is no such meeting."""
    meetings = [one for one in demo.meetings() if one["status"] in ACTIVE_STATUSES]
    found = find_missed_meeting(incident, meetings, demo.ids.references)
    if found is None:
        demo.note(demo.output.text("no_meeting"))
        return
    demo.platform.matching.transition(
        f"/v1/meetings/{found['id']}/no-show", {"reason": reason or TITLES["no_show"][demo.output.language]}
    )
    guest, host = (demo.ids.reference(found[key]) for key in ("guest_id", "host_id"))
    demo.output.add_line("missed", guest=demo.organisation_name(guest), host=demo.organisation_name(host))


def finish_meetings(demo: DemoContext, at: datetime) -> None:
    """Mark the last meetings as held."""
    with demo.step(at, "end"):
        demo.wait_until_idle()
        demo.output.add_line("held", meetings=(mark_meetings_held(demo), "meeting"))


def find_missed_meeting(
    incident: Row, meetings: Sequence[dict[str, Any]], file_ids: dict[str, str]
) -> dict[str, Any] | None:
    """Return the meeting of a no-show: the one in the named slot, else the last that had begun.

    Args:
        incident: The row of the incident.
        meetings: The meetings, as the API returns them.
        file_ids: Ids of organisations in the file, by those on the platform.

    """
    wanted = {incident["organisation"], incident.get("partner")} - {None}
    begun = [
        meeting
        for meeting in meetings
        if wanted <= {file_ids[meeting["guest_id"]], file_ids[meeting["host_id"]]}
        and incident.get("slot") in (None, meeting["slot"])
        and datetime.fromisoformat(meeting["starts_at"]) <= instant(incident["at"])
    ]
    return max(begun, key=lambda meeting: str(meeting["starts_at"]), default=None)
