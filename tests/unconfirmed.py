"""Companies that registered themselves, and what they ask for."""

from access.roles import Role
from builders.registration import a_delegate, a_mission, an_item, an_organisation
from registration.identity import accounts
from signed_in import bearer

STRANGER = "stranger@example.org"


def ask(desk, method, path, headers, body=None):
    """Ask as somebody else than the admin."""
    return desk.client.open(path, method=method, headers=headers, json=body)


def a_company(desk, reference="klu-77", email=STRANGER):
    """Register a company as anybody may; return its id, and the header of whoever did and speaks for it."""
    with desk.runtime.database.write() as session:
        actor = f"person:{accounts.open_account(session, email, 'ru').id}"
    answer = ask(desk, "POST", "/v1/organisations", bearer({}, actor_id=actor), an_organisation(reference))
    assert answer.status_code == 201, answer.text
    return answer.json["id"], bearer({Role.DELEGATE: {answer.json["id"]}}, actor_id=actor)


def applies(desk, mission, company, delegates, who=None):
    """Hand an application of a company in, by itself or by somebody else."""
    organisation, own = company
    body = {"mission_id": mission, "organisation_id": organisation, "side": "guest", "submit": True}
    body |= {"profile": {"offers": [an_item()], "needs": []}, "delegates": delegates}
    return ask(desk, "POST", "/v1/applications", who or own, body)


def people(count, prefix="v"):
    """Return the bodies of some people, each with an address of the person's own."""
    return [a_delegate(f"x/{prefix}{number}") for number in range(count)]


def another_mission(desk, reference="other"):
    """Open one more mission of the same regions; return its id."""
    mission = desk.made("POST", "/v1/missions", a_mission(reference=reference))["id"]
    desk.made("POST", f"/v1/missions/{mission}/opening")
    return mission
