"""Incidents of the scenario: what each means (absence, withdrawal, no-show), its requests, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caravan.client import JsonObject, run_in_parallel
from caravan.demo.context import DemoContext
from caravan.demo.meetings import NO_SHOW, mark_meetings_held, record_no_show
from caravan.demo.result import Document, combined_changes, timetable_document
from caravan.demo.texts import reason_text
from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row, instant, text


@dataclass(frozen=True)
class Absence:
    """A person is absent for some time."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Withdrawal:
    """An organisation and all its people leave the mission."""

    organisation: str
    withdrawn_from: datetime


@dataclass(frozen=True)
class NoShow:
    """Somebody did not come to a meeting."""

    incident: Row


Consequence = Absence | Withdrawal | NoShow


def consequences(incident: Row, scenario: Scenario, ends_at: datetime) -> list[Consequence]:
    """Return the consequences of an incident; empty if its type and effect are not understood."""
    organisation = organisation_of(incident, scenario)
    if organisation is None:
        return []
    if incident["type"] == NO_SHOW:
        return [NoShow({**incident, "organisation": organisation})]
    effect = incident.get("effect") or {}
    people = _people(incident, scenario)
    removed = effect.get("availability_removed") or ()
    found: list[Consequence] = [
        Absence(person, instant(window["from"]), instant(window["to"])) for person in people for window in removed
    ]
    if "available_from" in effect:
        found += [Absence(person, scenario.span[0], instant(effect["available_from"])) for person in people]
    if "unavailable_from" in effect:
        found += [Absence(person, instant(effect["unavailable_from"]), ends_at) for person in people]
    if "all_staff_unavailable_from" in effect:
        found.append(Withdrawal(organisation, instant(effect["all_staff_unavailable_from"])))
    return found or _consequences_of_type({**incident, "organisation": organisation}, people, ends_at)


def organisation_of(incident: Row, scenario: Scenario) -> str | None:
    """Return the organisation of an incident: the one it names, else that of its person."""
    if incident.get("organisation"):
        return str(incident["organisation"])
    theirs = (
        str(row["id"])
        for row in scenario.rows("organisations")
        if any(person["id"] == incident.get("person") for person in row["staff"])
    )
    return next(theirs, None)


def _consequences_of_type(incident: Row, people: Sequence[str], ends_at: datetime) -> list[Consequence]:
    """Return the consequences of an incident without effect, by its type."""
    at = instant(incident["at"])
    if incident["type"] == "cancellation" and not incident.get("person"):
        return [Withdrawal(incident["organisation"], at)]
    if incident["type"] in ("cancellation", "early_leave"):
        return [Absence(person, at, ends_at) for person in people]
    return []


def _people(incident: Row, scenario: Scenario) -> list[str]:
    if incident.get("person"):
        return [incident["person"]]
    return [
        person["id"]
        for organisation in scenario.rows("organisations")
        if organisation["id"] == incident["organisation"]
        for person in organisation["staff"]
    ]


def apply_incident(demo: DemoContext, at: datetime, incident: Row) -> None:
    """Apply an incident, and record and print how the timetable changed."""
    with demo.step(at, incident["type"]):
        held = mark_meetings_held(demo)
        if held:
            demo.output.add_line("held", meetings=(held, "meeting"))
        demo.wait_until_idle()
        reason = text(incident, "reason", demo.scenario.language)
        organisation = organisation_of(incident, demo.scenario)
        if organisation:
            shown = text(incident, "reason", demo.output.language) or reason
            name = demo.organisation_name(organisation)
            demo.output.add_line("who" if shown else "whom", who=name, reason=shown)
        known = {row["id"] for row in _deliveries(demo)}
        before = demo.result.timetables[-1]["version"]
        _apply_consequences(demo, incident, reason)
        demo.wait_until_idle()
        versions = demo.timetables(after=before)
        new_deliveries = [row for row in _deliveries(demo) if row["id"] not in known]
        _record_changes(demo, incident, versions, new_deliveries)


def _apply_consequences(demo: DemoContext, incident: Row, reason: str) -> None:
    """Send the requests that an incident means."""
    meant = consequences(incident, demo.scenario, demo.schedule.ends_at)
    found = [one for one in meant if not isinstance(one, Absence) or _is_in_mission(demo, one)]
    if not found:
        key = "outside" if meant else "not_understood"
        demo.note(demo.output.text(key, incident=incident["id"], type=incident["type"]))
    run_in_parallel(lambda one: demo.attempt(lambda: _apply(demo, one, reason)), found)


def _is_in_mission(demo: DemoContext, absence: Absence) -> bool:
    """Return whether an absence overlaps the days of the mission."""
    first, last = demo.scenario.span
    return max(absence.starts_at, first) < min(absence.ends_at, last)


def _apply(demo: DemoContext, one: Consequence, reason: str) -> None:
    registration = demo.platform.registration
    match one:
        case Absence(person, starts_at, ends_at):
            body = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": reason}
            registration.post(f"/v1/delegates/{demo.ids.people[person]}/absences", body)
        case Withdrawal(organisation, withdrawn_from):
            body = {"withdrawn_from": withdrawn_from.isoformat(), "reason": reason}
            participant = _participant(demo, organisation)
            if participant["status"] == "withdrawn":
                demo.note(demo.output.text("gone", who=demo.organisation_name(organisation)))
            else:
                registration.transition(f"/v1/participants/{participant['id']}/withdrawal", body)
        case NoShow(incident):
            record_no_show(demo, incident, reason)


def _participant(demo: DemoContext, organisation: str) -> JsonObject:
    wanted = demo.ids.organisations[organisation]
    rows = demo.platform.registration.items("/v1/participants", mission_id=demo.mission_id)
    return next(row for row in rows if row["organisation_id"] == wanted)


def _deliveries(demo: DemoContext) -> list[JsonObject]:
    return list(demo.platform.notifications.items("/v1/deliveries", mission_id=demo.mission_id))


def _record_changes(
    demo: DemoContext, incident: Row, versions: list[JsonObject], new_deliveries: list[JsonObject]
) -> None:
    """Record and print what an incident changed."""
    ids, result = demo.ids, demo.result
    now = demo.timetables(after=result.timetables[-1]["version"] - 1)[-1]
    result.timetables.append(timetable_document(now, ids))
    changed = combined_changes(versions, ids)
    people = sorted({ids.reference(row["person_id"]) for row in new_deliveries})
    result.incidents.append({"id": incident["id"], **changed, "notified": people})
    output = demo.output
    if any(changed.values()):
        output.add_line("changed", **{name: len(changed[name]) for name in ("moved", "dropped", "added")})
    output.add_lines("moved", [_describe_move(demo, one) for one in changed["moved"]])
    output.add_lines("dropped", [_describe_drop(demo, one) for one in changed["dropped"]])
    if people:
        output.add_line("told", people=(len(people), "person"), letters=(len(new_deliveries), "letter"))
    elif not any(changed.values()):
        output.add_line("told_nobody")


def _organisation_names(demo: DemoContext, one: Document) -> dict[str, Any]:
    return {"guest": demo.organisation_name(one["guest"]), "host": demo.organisation_name(one["host"])}


def _describe_drop(demo: DemoContext, one: Document) -> dict[str, Any]:
    return {**_organisation_names(demo, one), "reason": reason_text(one["reason"], demo.output.language)}


def _describe_move(demo: DemoContext, one: Document) -> dict[str, Any]:
    before, after = (_slot_start(demo, one[end]) for end in ("from", "to"))
    same_day = before.date() == after.date()
    format_start = demo.output.format_hour if same_day else demo.output.format_time
    return {
        **_organisation_names(demo, one),
        "before": demo.output.text("place", when=format_start(before), table=one["from"]["table"]),
        "after": demo.output.text("place", when=format_start(after), table=one["to"]["table"]),
    }


def _slot_start(demo: DemoContext, place: Document) -> datetime:
    """Return the start of the slot of a place, in the zone of the mission."""
    slot = next(row for row in demo.scenario.rows("slots") if row["id"] == place["slot"])
    return instant(slot["start"]).astimezone(demo.schedule.zone)
