"""Bodies of requests to the registration API, made from the rows of a scenario."""

from collections.abc import Mapping, Sequence

from caravan.scenario.programme import Body, agenda_body, slot_body
from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row, instant, language_of_tag, text, texts

Ids = Mapping[str, str]
"""The platform's ids by the ids of the file."""

CHANNEL = "import"
PURPOSES = {"organisation": ("processing", "publication"), "person": ("processing",)}
"""Purposes for which consent is recorded if the file lists no consents."""
CONSENT_TEXTS = {
    "ru": "Согласие получил организатор миссии «{mission}»; данные загружены из его файла.",
    "en": "The organiser of the mission “{mission}” obtained consent; the data come from the organiser's file.",
}


def region(scenario: Scenario, row: Row) -> Body:
    """Return the body of a region."""
    languages = [language_of_tag(one) for one in row.get("languages") or [scenario.language]]
    return {"names": texts(row, "name", scenario.language), "timezone": row["timezone"], "languages": languages}


def mission(scenario: Scenario) -> Body:
    """Return the body of the mission with its hall; without the agenda, which needs the ids of organisations."""
    row, language = scenario.mission, scenario.language
    organiser = row.get("organiser") or {}
    guest_region = next(one for one in scenario.rows("regions") if one["code"] == row["guest_region"])
    body = {
        "reference": scenario.id,
        "titles": texts(row, "title", language),
        "kind": row.get("type") or "interregional",
        "guest_region": row["guest_region"],
        "host_region": row["host_region"],
        "starts_on": row["start"],
        "ends_on": row["end"],
        "timezone": row["timezone"],
        "venue": texts(row, "venue", language),
        "organiser": texts(organiser, "name", language) or texts(guest_region, "name", language),
        "organiser_phone": organiser.get("phone") or _phone_of(scenario, row.get("delegation_coordinator")),
        "rules": _rules(row.get("rules") or {}),
        **_hall(scenario),
        "agenda": [],
    }
    return _without_empty(body)


def _phone_of(scenario: Scenario, organisation: str | None) -> str:
    """Return the phone of the organisation that coordinates the delegation; empty if the file has none."""
    found = (one.get("contact") or {} for one in scenario.rows("organisations") if one["id"] == organisation)
    return str(next(found, {}).get("phone") or "")


def _without_empty(body: Body) -> Body:
    """Return a body without empty values."""
    return {name: value for name, value in body.items() if value not in ({}, "", None)}


_RULES = {
    "max_meetings_per_staff_per_day": "max_meetings_per_person_per_day",
    "min_meetings_per_guest_company_target": "min_meetings_per_guest",
    "online_tables": "online_tables",
}


def _rules(row: Row) -> Body:
    return {name: row[given] for given, name in _RULES.items() if given in row}


def _hall(scenario: Scenario) -> Body:
    every = [table["id"] for table in scenario.rows("tables")]
    return {
        "tables": [
            {
                "id": row["id"],
                "location": row.get("location") or "",
                "seats": row.get("seats", 4),
                "video_kit": row.get("video_kit", False),
            }
            for row in scenario.rows("tables")
        ],
        "slots": [slot_body(row, every) for row in scenario.rows("slots")],
    }


def programme(scenario: Scenario, organisations: Ids) -> Body:
    """Return the body of the programme: hall, agenda, walking times and interpreters."""
    return {
        **_hall(scenario),
        "agenda": [_agenda(scenario, row, organisations) for row in scenario.rows("agenda")],
        "walking": [{name: row[name] for name in ("from", "to", "minutes")} for row in scenario.rows("walking")],
        "interpreters": [_interpreter(scenario, row) for row in scenario.rows("interpreters")],
    }


def _interpreter(scenario: Scenario, row: Row) -> Body:
    body = {"id": row["id"], "languages": [language_of_tag(one) for one in row["languages"]]}
    return body | ({"availability": _clip_to_mission(scenario, row["availability"])} if "availability" in row else {})


def _agenda(scenario: Scenario, row: Row, organisations: Ids) -> Body:
    named = row.get("required_organisations")
    required = [organisations[one] for one in named] if isinstance(named, list) else None
    return agenda_body(row, scenario.language, required)


def organisation(scenario: Scenario, row: Row) -> Body:
    """Return the body of an organisation."""
    language = scenario.language
    activities = [row.get("okved_main"), *(row.get("okved_extra") or ())]
    body = {
        "reference": row["id"],
        "region": row["region"],
        "names": texts(row, "name", language),
        "legal_name": texts(row, "legal_name", language),
        "legal_form": text(row, "legal_form", language),
        "role": row.get("role") or "company",
        "size": row.get("size") or "",
        "is_sme": row.get("is_sme", False),
        "activity_codes": [activity["code"] for activity in activities if activity],
        "city": texts(row, "city", language),
        "about": texts(row, "about", language),
        "contact": {name: row["contact"][name] for name in ("email", "phone") if (row.get("contact") or {}).get(name)},
        "consents": consents(scenario, row, "organisation"),
    }
    return _without_empty(body | {name: row.get(name) for name in ("inn", "ogrn", "ogrnip", "tax_id")})


def consents(scenario: Scenario, row: Row, subject: str) -> list[Body]:
    """Return the consents of an organisation or a person: those of the file, else the defaults for an import."""
    language = scenario.language if scenario.language in CONSENT_TEXTS else "en"
    default_text = CONSENT_TEXTS[language].format(mission=text(scenario.mission, "title", language))
    given = row.get("consents") or [{"purpose": purpose} for purpose in PURPOSES[subject]]
    return [
        {
            "purpose": consent["purpose"],
            "text": consent.get("text", "").strip() or default_text,
            "language": language_of_tag(consent.get("language") or language),
            "channel": CHANNEL,
            **({"given_at": consent["given_at"]} if consent.get("given_at") else {}),
        }
        for consent in given
    ]


def application(scenario: Scenario, row: Row, mission_id: str, organisations: Ids) -> Body:
    """Return the body of an organisation's application, submitted, with its profile and its people."""
    return {
        "mission_id": mission_id,
        "organisation_id": organisations[row["id"]],
        "side": row["side"],
        "avoids": [organisations[one] for one in row.get("does_not_want_to_meet") or ()],
        "profile": {part: [_item(scenario, item) for item in row.get(part) or ()] for part in ("offers", "needs")},
        "delegates": [_delegate(scenario, person, row) for person in row["staff"]],
        "submit": True,
    }


def _item(scenario: Scenario, row: Row) -> Body:
    body = {"partnership_type": row["partnership"], "texts": texts(row, "text", scenario.language)}
    return body | ({"id": row["id"]} if "id" in row else {})


def _delegate(scenario: Scenario, row: Row, organisation: Row) -> Body:
    body = {
        "reference": row["id"],
        "names": texts(row, "full_name", scenario.language),
        "positions": texts(row, "position", scenario.language),
        "email": row.get("email") or (organisation.get("contact") or {}).get("email"),
        "language": language_of_tag(row.get("language") or scenario.language),
        "attendance": row.get("attendance", "in_person"),
        "can_negotiate": row.get("can_negotiate", True),
        "languages": [language_of_tag(one) for one in row.get("languages", [])],
        "consents": consents(scenario, row, "person"),
    }
    if "availability" in row:
        body["availability"] = _clip_to_mission(scenario, row["availability"])
    return _without_empty(body | {name: row.get(name) for name in ("phone", "timezone")})


def _clip_to_mission(scenario: Scenario, windows: Sequence[Row]) -> list[Body]:
    """Return windows of availability, clipped to the days of the mission."""
    first, last = scenario.span
    cut = [(max(instant(one["from"]), first), min(instant(one["to"]), last)) for one in windows]
    return [{"starts_at": start.isoformat(), "ends_at": end.isoformat()} for start, end in cut if start < end]
