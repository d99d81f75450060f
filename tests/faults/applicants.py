"""A small mission on a running platform: organisations that apply, are approved, meet and are written to."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import requests

from builders.registration import a_delegate, a_mission, an_item, an_organisation
from faults.platform_stage import Platform
from instances import wait_for


def open_a_mission(platform: Platform) -> str:
    """Make two regions and a mission that takes applications; return the mission's id."""
    for region in ("RU-KLU", "RU-KYA"):
        platform.made("registration", "PUT", f"/v1/regions/{region}", {})
    ahead = json.loads(json.dumps(a_mission()).replace("2024-12", "2034-12"))
    mission: str = platform.made("registration", "POST", "/v1/missions", ahead)["id"]
    platform.made("registration", "POST", f"/v1/missions/{mission}/opening")
    return mission


def apply(platform: Platform, mission: str, reference: str) -> str:
    """Register an organisation and let it apply with one delegate; return the application's id."""
    ledger = platform.evidence.ledger
    organisation = platform.made("registration", "POST", "/v1/organisations", an_organisation(reference))["id"]
    ledger.promised("registration", "organisation", reference=reference)
    body = {
        "mission_id": mission,
        "organisation_id": organisation,
        "side": "host" if reference.startswith("kya") else "guest",
        "submit": True,
        "profile": {"offers": [an_item()], "needs": [an_item("Стеклопластиковые настилы для мостов")]},
        "delegates": [a_delegate(f"{reference}/p1", email=f"{reference}@example.org")],
    }
    application: str = platform.made("registration", "POST", "/v1/applications", body)["id"]
    ledger.promised("registration", "application", mission_id=mission, organisation_id=organisation)
    return application


def gather(platform: Platform, mission: str, each: int = 3) -> list[str]:
    """Let so many organisations of each side apply and be approved; return the applications."""
    references = [f"{side}-{number}" for side in ("klu", "kya") for number in range(each)]
    applications = [apply(platform, mission, reference) for reference in references]
    for application in applications:
        platform.made("registration", "POST", f"/v1/applications/{application}/approval", {})
    return applications


def wait_until_known(platform: Platform, mission: str, applications: Sequence[str]) -> None:
    """Wait until matching knows all who applied, and has recommended whom to whom."""
    address = f"{platform.urls['matching']}/matching/v1/missions/{mission}"

    def is_ready() -> bool:
        answer = requests.get(address, timeout=30)
        known = answer.json() if answer.ok else {"participants": 0}
        return known["participants"] == len(applications) and known["recommendations"]["fresh"]

    wait_for(is_ready, 90)


def ask_for_a_timetable(platform: Platform, mission: str, applications: Sequence[str]) -> str:
    """Wait until all who applied are known and recommended, and queue a run of the solver; return its id."""
    wait_until_known(platform, mission, applications)
    body = {"time_limit_seconds": 5}
    run: str = platform.made("matching", "POST", f"/v1/missions/{mission}/timetable-runs", body)["id"]
    return run


def ask_and_agree(platform: Platform, mission: str) -> None:
    """Let the guest of a mission ask its host for a meeting, and sign an agreement with him today."""
    found = platform.made("registration", "GET", f"/v1/participants?mission_id={mission}")["items"]
    ends = {participant["side"]: participant["organisation_id"] for participant in found}
    wish = {"from_organisation_id": ends["guest"], "to_organisation_id": ends["host"]}
    platform.made("matching", "POST", "/v1/meeting-requests", {"mission_id": mission} | wish)
    agreement = {"type": "supply", "subject": "Настилы", "signed_at": datetime.now(UTC).isoformat()}
    sides = {"guest_id": ends["guest"], "host_id": ends["host"]}
    platform.made("matching", "POST", "/v1/agreements", {"mission_id": mission} | sides | agreement)


def solved(platform: Platform, run: str) -> bool:
    """Tell whether a run has a solution."""
    return bool(platform.made("matching", "GET", f"/v1/timetable-runs/{run}")["status"] in ("solved", "published"))
