"""What an incident of the file means: who is away when, who leaves the mission, who did not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caravan.client import Answer, at_once
from caravan.demo.context import Stage
from caravan.demo.meetings import NO_SHOW, hold_meetings, miss_meeting
from caravan.demo.result import Document, changes, timetable
from caravan.demo.texts import reason as reason_in_words
from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row, instant, text


@dataclass(frozen=True)
class Absence:
    """A person is not there for some time."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Withdrawal:
    """An organisation and all its people leave the mission."""

    organisation: str
    withdrawn_from: datetime


@dataclass(frozen=True)
class Missed:
    """Somebody did not come to a meeting."""

    incident: Row


Consequence = Absence | Withdrawal | Missed


def consequences(incident: Row, scenario: Scenario, ends_at: datetime) -> list[Consequence]:
    """Return what an incident does; nothing where its type and effect are not understood."""
    organisation = concerned(incident, scenario)
    if organisation is None:
        return []
    if incident["type"] == NO_SHOW:
        return [Missed({**incident, "organisation": organisation})]
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
    return found or _by_type({**incident, "organisation": organisation}, people, ends_at)


def concerned(incident: Row, scenario: Scenario) -> str | None:
    """Return the organisation that an incident is about: the one it names, else that of its person."""
    if incident.get("organisation"):
        return str(incident["organisation"])
    theirs = (
        str(row["id"])
        for row in scenario.rows("organisations")
        if any(person["id"] == incident.get("person") for person in row["staff"])
    )
    return next(theirs, None)


def _by_type(incident: Row, people: Sequence[str], ends_at: datetime) -> list[Consequence]:
    """Return what the bare type says of an incident without effect."""
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


def upset(stage: Stage, at: datetime, incident: Row) -> None:
    """Let an incident happen, and see what the platform makes of it."""
    with stage.step(at, incident["type"]):
        held = hold_meetings(stage)
        if held:
            stage.teller.line("held", meetings=(held, "meeting"))
        stage.rest()
        reason = text(incident, "reason", stage.scenario.language)
        organisation = concerned(incident, stage.scenario)
        if organisation:
            told = text(incident, "reason", stage.teller.language) or reason
            name = stage.name(organisation)
            stage.teller.line("who" if told else "whom", who=name, reason=told)
        known = {row["id"] for row in _deliveries(stage)}
        before = stage.record.timetables[-1]["version"]
        _let_happen(stage, incident, reason)
        stage.rest()
        versions = stage.timetables(after=before)
        told_of = [row for row in _deliveries(stage) if row["id"] not in known]
        _keep(stage, incident, versions, told_of)


def _let_happen(stage: Stage, incident: Row, reason: str) -> None:
    """Do what the incident means."""
    meant = consequences(incident, stage.scenario, stage.plan.ends_at)
    found = [one for one in meant if not isinstance(one, Absence) or _is_missed(stage, one)]
    if not found:
        key = "outside" if meant else "not_understood"
        stage.note(stage.teller.say(key, incident=incident["id"], type=incident["type"]))
    at_once(lambda one: stage.attempt(lambda: _apply(stage, one, reason)), found)


def _is_missed(stage: Stage, absence: Absence) -> bool:
    """Tell whether an absence has a length, and lies in the mission's days at least in part."""
    first, last = stage.scenario.span
    return max(absence.starts_at, first) < min(absence.ends_at, last)


def _apply(stage: Stage, one: Consequence, reason: str) -> None:
    registration = stage.platform.registration
    match one:
        case Absence(person, starts_at, ends_at):
            body = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": reason}
            registration.post(f"/v1/delegates/{stage.cast.people[person]}/absences", body)
        case Withdrawal(organisation, withdrawn_from):
            body = {"withdrawn_from": withdrawn_from.isoformat(), "reason": reason}
            participant = _participant(stage, organisation)
            if participant["status"] == "withdrawn":
                stage.note(stage.teller.say("gone", who=stage.name(organisation)))
            else:
                registration.act(f"/v1/participants/{participant['id']}/withdrawal", body)
        case Missed(incident):
            miss_meeting(stage, incident, reason)


def _participant(stage: Stage, organisation: str) -> Answer:
    wanted = stage.cast.organisations[organisation]
    rows = stage.platform.registration.items("/v1/participants", mission_id=stage.mission_id)
    return next(row for row in rows if row["organisation_id"] == wanted)


def _deliveries(stage: Stage) -> list[Answer]:
    return list(stage.platform.notifications.items("/v1/deliveries", mission_id=stage.mission_id))


def _keep(stage: Stage, incident: Row, versions: list[Answer], told_of: list[Answer]) -> None:
    """Record and tell what an incident changed."""
    cast, record = stage.cast, stage.record
    now = stage.timetables(after=record.timetables[-1]["version"] - 1)[-1]
    record.timetables.append(timetable(now, cast))
    changed = changes(versions, cast)
    people = sorted({cast.reference(row["person_id"]) for row in told_of})
    record.incidents.append({"id": incident["id"], **changed, "notified": people})
    teller = stage.teller
    if any(changed.values()):
        teller.line("changed", **{name: len(changed[name]) for name in ("moved", "dropped", "added")})
    teller.some("moved", [_moved(stage, one) for one in changed["moved"]])
    teller.some("dropped", [_dropped(stage, one) for one in changed["dropped"]])
    if people:
        teller.line("told", people=(len(people), "person"), letters=(len(told_of), "letter"))
    elif not any(changed.values()):
        teller.line("told_nobody")


def _names(stage: Stage, one: Document) -> dict[str, Any]:
    return {"guest": stage.name(one["guest"]), "host": stage.name(one["host"])}


def _dropped(stage: Stage, one: Document) -> dict[str, Any]:
    return {**_names(stage, one), "reason": reason_in_words(one["reason"], stage.teller.language)}


def _moved(stage: Stage, one: Document) -> dict[str, Any]:
    before, after = (_start(stage, one[end]) for end in ("from", "to"))
    same_day = before.date() == after.date()
    tell = stage.teller.hour if same_day else stage.teller.moment
    return {
        **_names(stage, one),
        "before": stage.teller.say("place", when=tell(before), table=one["from"]["table"]),
        "after": stage.teller.say("place", when=tell(after), table=one["to"]["table"]),
    }


def _start(stage: Stage, place: Document) -> datetime:
    """Return when the slot of a place begins, on the clocks of the mission."""
    slot = next(row for row in stage.scenario.rows("slots") if row["id"] == place["slot"])
    return instant(slot["start"]).astimezone(stage.plan.zone)
