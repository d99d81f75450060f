"""Whole missions from their files, told to matching as events."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from builders.matching import MISSION, Office, organisation
from contracts import registration as told
from servicekit import identifiers


def hear_scenario(office: Office, scenario: dict[str, Any]) -> dict[str, UUID]:
    """Tell of a whole mission from its file; return the organisations' ids by their keys."""
    head = scenario["mission"]
    ids = {row["id"]: identifiers.derived("organisation", row["id"]) for row in scenario["organisations"]}
    office.announce(**_of_scenario(scenario, ids))
    for row in scenario["organisations"]:
        id_ = ids[row["id"]]
        office.sides[id_] = told.Side(row["side"])
        office.hear(id_, organisation(id_, row["id"], role=row["role"], is_sme=row["is_sme"]))
        office.participate(id_, avoids=tuple(ids[key] for key in row["does_not_want_to_meet"]))
        office.hear(identifiers.derived("profile", id_), _profile(id_, row, office.sides[id_]))
        office.people[id_] = []
        for person in row["staff"]:
            person_id = identifiers.derived("delegate", person["id"])
            office.people[id_].append(person_id)
            office.hear(person_id, _delegate(person_id, id_, person))
    assert head["type"] == "interregional"
    return ids


def _profile(id_: UUID, row: dict[str, Any], side: told.Side) -> told.ProfilePublished:
    def items(rows: list[dict[str, Any]]) -> tuple[told.ProfileItem, ...]:
        return tuple(
            told.ProfileItem(id=i["id"], partnership_type=i["partnership"], texts={"ru": i["text_ru"]}) for i in rows
        )

    return told.ProfilePublished(
        profile_id=identifiers.derived("profile", id_),
        mission_id=MISSION,
        organisation_id=id_,
        side=side,
        offers=items(row["offers"]),
        needs=items(row["needs"]),
    )


def _delegate(person_id: UUID, id_: UUID, person: dict[str, Any]) -> told.DelegateRegistered:
    return told.DelegateRegistered(
        delegate_id=person_id,
        mission_id=MISSION,
        organisation_id=id_,
        reference=person["id"],
        attendance=told.Attendance(person["attendance"]),
        can_negotiate=person["can_negotiate"],
        availability=tuple(
            told.Window(starts_at=instant(window["from"]), ends_at=instant(window["to"]))
            for window in person["availability"]
        ),
        is_removed=False,
    )


def _of_scenario(scenario: dict[str, Any], ids: dict[str, UUID]) -> dict[str, Any]:
    head, rules = scenario["mission"], scenario["mission"]["rules"]
    return {
        "reference": head["id"],
        "starts_on": date.fromisoformat(head["start"]),
        "ends_on": date.fromisoformat(head["end"]),
        "timezone": head["timezone"],
        "max_meetings_per_person_per_day": rules["max_meetings_per_staff_per_day"],
        "min_meetings_per_guest": rules["min_meetings_per_guest_company_target"],
        "online_tables": tuple(rules["online_tables"]),
        "tables": tuple(told.HallTable(**table) for table in scenario["tables"]),
        "slots": tuple(
            told.MeetingSlot(
                id=s["id"],
                session=s["session"],
                starts_at=instant(s["start"]),
                ends_at=instant(s["end"]),
                tables=tuple(s["tables"]),
            )
            for s in scenario["slots"]
        ),
        "agenda": tuple(_agenda_item(item, ids) for item in scenario["agenda"]),
    }


def _agenda_item(item: dict[str, Any], ids: dict[str, UUID]) -> told.AgendaItem:
    named = item.get("required_organisations", "all")
    return told.AgendaItem(
        id=item["id"],
        type=item["type"],
        titles={"ru": item["title_ru"]},
        location=item["location"],
        starts_at=instant(item["start"]),
        ends_at=instant(item["end"]),
        binds="required_organisations" in item,
        organisations=None if named == "all" else tuple(ids[key] for key in named),
    )


def instant(text: str) -> datetime:
    """Read an instant of a mission's file."""
    return datetime.fromisoformat(text)


def read_scenario(path: Any) -> dict[str, Any]:
    """Read a mission's file."""
    scenario: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return scenario
