"""What an incident of the file means: who is away when, who leaves the mission, who did not come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caravan.scenario.reading import Scenario
from caravan.scenario.values import Row, instant


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


NO_SHOW = "no_show"
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
