"""Whom a company invites that only registered itself is not written to; the number is of the hostile inputs."""

from access.roles import Role
from browsers import letters, sign_in
from signed_in import bearer
from unconfirmed import a_company, applies, ask

HOME = bearer({Role.AGENCY: {"RU-KLU"}})
VICTIM = "victim@example.org"


def invites(desk, company, email=VICTIM, who=None):
    """Invite somebody to speak for a company."""
    body = {"email": email, "role": "delegate", "scope": company[0]}
    answer = ask(desk, "POST", "/v1/members", who or company[1], body)
    assert answer.status_code == 201, answer.text


def approved(desk, mission, company):
    """Let the agency of the company's region approve an application of it."""
    application = applies(desk, mission, company, []).json
    answer = ask(desk, "POST", f"/v1/applications/{application['id']}/approval", HOME, {})
    assert answer.status_code == 200, answer.text


def invited(desk):
    """Return to whom an invitation was written."""
    return [letter["email"] for letter in letters(desk.runtime) if letter["kind"] == "invitation"]


def test_121_nobody_is_written_to_whom_a_company_invites_that_only_registered_itself(quick_desk):
    quick_desk.regions()
    company = a_company(quick_desk)

    invites(quick_desk, company)

    assert invited(quick_desk) == []
    assert sign_in(quick_desk.app, quick_desk.runtime, VICTIM).get("/me").status_code == 200


def test_121_invitation_waits_until_the_agency_has_confirmed_the_company(quick_desk):
    mission, company = quick_desk.open_mission(), a_company(quick_desk)
    invites(quick_desk, company)
    invites(quick_desk, company, "came@example.org")
    sign_in(quick_desk.app, quick_desk.runtime, "came@example.org")

    approved(quick_desk, mission, company)
    invites(quick_desk, company, "later@example.org")

    assert invited(quick_desk) == [VICTIM, "later@example.org"]


def test_whom_an_agency_invites_to_a_company_is_written_to_at_once_and_once(quick_desk):
    mission, company = quick_desk.open_mission(), a_company(quick_desk)

    invites(quick_desk, company, who=HOME)
    approved(quick_desk, mission, company)

    assert invited(quick_desk) == [VICTIM]
