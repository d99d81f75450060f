"""The result of a demo, with the ids of the file: the document of `caravan demo --json`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from caravan.client import JsonObject
from caravan.demo.id_mapping import IdMapping
from caravan.report.figures import Difference

Document = dict[str, Any]


@dataclass
class DemoResult:
    """Collects the answers of the platform."""

    scenario: str
    applications: Document = field(default_factory=lambda: {"guest": {}, "host": {}})
    recommendations: Document = field(default_factory=dict)
    timetables: list[Document] = field(default_factory=list)
    incidents: list[Document] = field(default_factory=list)
    deliveries: Document = field(default_factory=dict)
    report: Document = field(default_factory=dict)
    expected_report: Document | None = None
    differences: list[Difference] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    """What the platform refused."""
    notes: list[str] = field(default_factory=list)
    """What was not understood in the file, and other remarks."""

    @property
    def report_equal(self) -> bool | None:
        """Whether every figure is as expected; None if the file expects none."""
        return None if self.expected_report is None else bool(self.report) and not self.differences

    @property
    def is_success(self) -> bool:
        """Whether nothing was refused and the report is as expected."""
        return not self.troubles and self.report_equal is not False

    def document(self, seconds: float) -> Document:
        """Return the JSON document; `seconds` is the duration of the demo."""
        return {
            "scenario": self.scenario,
            "seconds": round(seconds, 2),
            "applications": self.applications,
            "recommendations": self.recommendations,
            "timetables": self.timetables,
            "incidents": self.incidents,
            "deliveries": self.deliveries,
            "report": self.report,
            "expected_report": self.expected_report,
            "report_equal": self.report_equal,
            "troubles": self.troubles,
            "notes": self.notes,
        }


def partner_documents(partners: list[JsonObject], ids: IdMapping) -> list[Document]:
    """Return the recommended partners of one organisation, best first, with the ids of the file."""
    return [
        {"with": ids.reference(one["organisation_id"]), "score": one["score"], "reasons": one["reasons"]}
        for one in partners
    ]


def timetable_document(answer: JsonObject, ids: IdMapping) -> Document:
    """Return a version of the timetable with the ids of the file."""
    return {
        "version": answer["number"],
        "value": answer["value"],
        "bound": answer["bound"],
        "proven": answer["proven"],
        "meetings": _sorted(_meeting(one, ids) for one in answer["meetings"]),
        "unplaced": _sorted({**_pair(one, ids), "reason": one["reason"]} for one in answer["unplaced"]),
    }


def _sorted(rows: Iterable[Document]) -> list[Document]:
    """Sort rows by their pairs, so that the order does not depend on the platform's ids."""
    return sorted(rows, key=lambda row: (row["guest"], row["host"]))


def _meeting(one: JsonObject, ids: IdMapping) -> Document:
    people = [ids.reference(one[key]) for key in ("guest_person_id", "host_person_id")]
    return {**_pair(one, ids), "slot": one["slot"], "table": one["table"], "people": people, "status": one["status"]}


def _pair(one: JsonObject, ids: IdMapping) -> Document:
    return {"guest": ids.reference(one["guest_id"]), "host": ids.reference(one["host_id"])}


def combined_changes(versions: list[JsonObject], ids: IdMapping) -> Document:
    """Return the combined changes of consecutive versions: moved, dropped and added meetings.

    A meeting is identified by its pair.
    """
    pairs = {one["meeting_id"]: _pair(one, ids) for version in versions for one in version["meetings"]}
    moved: dict[str, Document] = {}
    dropped: dict[str, Document] = {}
    added: dict[str, Document] = {}
    for version in versions:
        for one in version["changes"]["moved"]:
            start = moved.get(one["meeting_id"], {}).get("from") or _placement(one["from"], ids)
            moved[one["meeting_id"]] = {**pairs[one["meeting_id"]], "from": start, "to": _placement(one["to"], ids)}
        for one in version["changes"]["dropped"]:
            dropped[one["meeting_id"]] = {**_pair(one, ids), "reason": one["reason"]}
            moved.pop(one["meeting_id"], None)
            added.pop(one["meeting_id"], None)
        for meeting_id in version["changes"]["added"]:
            added[meeting_id] = pairs[meeting_id]
            dropped.pop(meeting_id, None)
    return {"moved": _sorted(moved.values()), "dropped": _sorted(dropped.values()), "added": _sorted(added.values())}


def _placement(place: JsonObject, ids: IdMapping) -> Document:
    people = [ids.reference(place[key]) for key in ("guest_person_id", "host_person_id") if place.get(key)]
    found: Document = {"slot": place["slot"], "table": place["table"]}
    return found | ({"people": people} if people else {})
