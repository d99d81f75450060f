"""What a world has to hold beside two finished missions, so that more can be done to it than be refused."""

import base64

from builders.registration import a_delegate, an_item
from trespass.world import IN_A_MONTH, NAMES, a_mission, an_organisation

INN = "7707083893"
"""Of all companies that are added: so there is something to tell of those that may be one."""
_HANDS = {"slow": False, "quick": True}


def stocked(world):
    """Add what is begun, what waits, somebody who is forgotten, and a key; return the world."""
    ids = world.ids
    ids["draft"] = world.ask("registration", "POST", "/v1/missions", a_mission("draft", "RU-KLU", "RU-KYA"))["id"]
    ids["full"] = world.ask("registration", "POST", "/v1/missions", _full())["id"]
    world.ask("registration", "POST", f"/v1/missions/{ids['full']}/opening")
    ids["begun"], ids["handed in"] = (_applied(world, "a.mission", name, is_done) for name, is_done in _HANDS.items())
    waits = _applied(world, "full", "late", is_done=True)
    world.ask("registration", "POST", f"/v1/applications/{waits}/approval", {})
    world.ask("registration", "DELETE", f"/v1/people/{ids['b.g1.delegate']}")
    world.carry()
    listed = world.ask("registration", "GET", f"/v1/participants?mission_id={ids['full']}")["items"]
    ids["waits"] = listed[0]["id"]
    ids["basic"] = _basic(world)
    for service in NAMES:
        world.ask(service, "POST", f"/v1/events/dead/{ids['letter']}/discard", {"reason": "only asking"})
    world.carry()
    return world


def _full():
    return a_mission("full", "RU-KLU", "RU-KYA") | {"rules": {"places": {"guest": 0}}}


def _applied(world, mission, name, is_done):
    """Let a company apply; return the application."""
    facts = an_organisation(name, "RU-KLU") | {"inn": INN}
    company = world.ids[name] = world.ask("registration", "POST", "/v1/organisations", facts)["id"]
    body = {
        "mission_id": world.ids[mission],
        "organisation_id": company,
        "side": "guest",
        "profile": {"offers": [an_item("Pumps for water")], "needs": [an_item("Water pumps")]},
        "delegates": [a_delegate(f"{name}/p")],
        "submit": is_done,
    }
    return world.ask("registration", "POST", "/v1/applications", body)["id"]


def _basic(world):
    """Return what shows a key where tokens are given."""
    key = {"name": "k", "role": "organiser", "scope": world.ids["a.mission"], "scopes": ["meetings:read"]}
    made = world.ask("registration", "POST", "/v1/api-keys", key | {"expires_at": IN_A_MONTH})
    return base64.b64encode(f"key:{made['secret']}".encode()).decode()
