"""Who gives which roles and keys to whom, and who reads of it."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from access.roles import Role
from signed_in import bearer

IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).isoformat()
HOST, GUEST = "RU-KYA", "RU-KLU"
OLGA = "olga@example.org"


@pytest.fixture
def desk(quick_desk):
    return quick_desk


def appointed(desk, role, scope, email=OLGA, by=None):
    """Have somebody appointed; return the role as the API tells it."""
    body = {"email": email, "role": role, "scope": scope}
    answer = desk.client.post("/v1/members", json=body, headers=by or bearer())
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def holder(*grants):
    """Return how somebody asks who holds some roles."""
    claims = {}
    for grant in grants:
        claims.setdefault(Role(grant["role"]), []).append(grant["scope"])
    return bearer(claims, actor_id=f"person:{grants[0]['account_id']}")


def invites(desk, headers, role, scope, email=OLGA):
    body = {"email": email, "role": role, "scope": scope}
    return desk.client.post("/v1/members", json=body, headers=headers)


def makes_key(desk, headers, role, scope, *deeds):
    body = {"name": "n", "role": role, "scope": scope, "scopes": deeds, "expires_at": IN_A_MONTH}
    return desk.client.post("/v1/api-keys", json=body, headers=headers)


def journal_of(desk, region):
    answer = desk.client.get("/v1/journal?limit=500", headers=bearer({Role.AGENCY: [region]}))
    return answer.get_json()["items"]


def test_127_agency_makes_itself_no_organiser_to_change_delegates_of_the_other_region(desk, mission):
    guest = desk.applied(mission)
    delegate = desk.made("GET", f"/v1/delegates?organisation_id={guest['organisation_id']}")["items"][0]
    agency = holder(appointed(desk, "agency", HOST))

    itself = invites(desk, agency, "organiser", mission)
    members = desk.made("GET", f"/v1/members?scope={mission}")["items"]
    change = desk.client.patch(f"/v1/delegates/{delegate['id']}", json={"language": "en"}, headers=agency)

    assert (itself.status_code, change.status_code) == (403, 403)
    assert "own account" in itself.get_json()["detail"]
    assert members == []


def test_127_refused_appointment_of_oneself_is_noted(desk, mission, caplog):
    agency = holder(appointed(desk, "agency", HOST))

    with caplog.at_level(logging.INFO):
        invites(desk, agency, "organiser", mission, OLGA.upper())

    noted = [(one.deed, one.cause) for one in caplog.records if one.getMessage() == "request refused"]
    assert noted == [("members:manage", "forbidden")]


@pytest.mark.parametrize("role", ["organiser", "reader"])
def test_organiser_gives_nothing_to_the_own_account_and_all_of_it_to_others(desk, mission, role):
    organiser = holder(appointed(desk, "organiser", mission))

    statuses = [invites(desk, organiser, role, mission, email).status_code for email in (OLGA, "other@example.org")]

    assert statuses == [403, 201]


def test_administrator_may_be_the_agency_too(desk, mission):
    grant = appointed(desk, "admin", "*")

    assert invites(desk, holder(grant), "agency", HOST).status_code == 201


def test_agencies_of_both_regions_read_of_each_appointment_and_key_of_a_mission(desk, mission):
    agency = holder(appointed(desk, "agency", HOST, "agency@example.org"))
    organiser = holder(appointed(desk, "organiser", mission, by=agency))
    further = appointed(desk, "organiser", mission, "further@example.org", by=organiser)
    key = makes_key(desk, organiser, "reader", mission, "missions:read").get_json()
    desk.client.delete(f"/v1/members/{further['id']}", headers=organiser)

    for region in (HOST, GUEST):
        entries = [one for one in journal_of(desk, region) if one["subjects"].get("scope") == mission]
        assert [one["action"] for one in entries] == [
            "members.revoke_role",
            "api_keys.make_key",
            "members.invite",
            "members.invite",
        ]
        assert entries[1]["subjects"]["api_key_id"] == key["id"]
        assert {one["subjects"]["role"] for one in entries} == {"organiser", "reader"}


def test_agency_of_another_region_reads_nothing_of_it(desk, mission):
    appointed(desk, "organiser", mission)

    assert [one for one in journal_of(desk, "RU-OMS") if one["subjects"].get("scope") == mission] == []


@pytest.mark.parametrize(
    ("deed", "status"),
    [("missions:run", 201), ("people:read", 201), ("people:write", 422), ("applications:review", 422)],
)
def test_126_agency_makes_no_key_that_does_in_its_mission_what_itself_may_not(desk, mission, deed, status):
    agency = holder(appointed(desk, "agency", HOST))

    answer = makes_key(desk, agency, "organiser", mission, "missions:read", deed)

    assert answer.status_code == status
    if status == 422:
        assert [wrong["pointer"] for wrong in answer.get_json()["errors"]] == ["#/scopes/1"]


def test_126_right_in_one_mission_makes_no_key_for_another(desk, mission):
    other = desk.open_mission(reference="other")
    both = holder(appointed(desk, "agency", HOST), appointed(desk, "organiser", other))

    statuses = [makes_key(desk, both, "organiser", where, "people:write").status_code for where in (mission, other)]

    assert statuses == [422, 201]


def test_126_agency_makes_keys_with_all_that_it_may_in_its_region(desk, mission):
    agency = holder(appointed(desk, "agency", HOST))
    company = desk.organisation("kya-01")

    of_region = makes_key(desk, agency, "agency", HOST, "people:write", "missions:plan")
    of_company = makes_key(desk, agency, "delegate", company, "applications:write", "people:write")

    assert (of_region.status_code, of_company.status_code) == (201, 201)


def test_126_key_ends_with_the_role_that_gave_its_maker_the_deed(desk, mission):
    agency, organiser = appointed(desk, "agency", HOST), appointed(desk, "organiser", mission)
    secrets = [
        makes_key(desk, holder(agency, organiser), "organiser", mission, deed).get_json()["secret"]
        for deed in ("people:write", "missions:read")
    ]

    desk.made("DELETE", f"/v1/members/{organiser['id']}")

    opened = [desk.client.post("/v1/tokens", headers={"Authorization": f"Bearer {secret}"}) for secret in secrets]
    assert [answer.status_code for answer in opened] == [401, 200]


def dismissed(desk, headers, grant):
    return desk.client.delete(f"/v1/members/{grant['id']}", headers=headers).status_code


@pytest.fixture
def people(desk, mission):
    """An agency that an administrator appointed, organisers of the agency, and one whom an organiser invited."""
    admin = holder(appointed(desk, "admin", "*", "admin@example.org"))
    agency = appointed(desk, "agency", HOST, "agency@example.org", by=admin)
    colleague = appointed(desk, "agency", HOST, "colleague@example.org", by=holder(agency))
    first = appointed(desk, "organiser", mission, "first@example.org", by=holder(agency))
    invited = appointed(desk, "organiser", mission, "invited@example.org", by=holder(first))
    return {"admin": admin, "agency": agency, "colleague": colleague, "first": first, "invited": invited}


def test_127_organiser_whom_an_organiser_invited_does_not_dismiss_whom_the_agency_appointed(desk, people):
    refused = desk.client.delete(f"/v1/members/{people['first']['id']}", headers=holder(people["invited"]))

    assert refused.status_code == 403
    assert "stands above you" in refused.get_json()["detail"]
    assert desk.client.get("/v1/missions", headers=holder(people["first"])).status_code == 200


def test_organiser_dismisses_whom_an_organiser_invited_and_the_agency_anybody(desk, mission, people):
    other = appointed(desk, "organiser", mission, "other@example.org", by=holder(people["invited"]))
    by_admin = appointed(desk, "organiser", mission, "by-admin@example.org", by=people["admin"])

    by_peer = dismissed(desk, holder(people["invited"]), other)
    of_admin_by_peer = dismissed(desk, holder(people["first"]), by_admin)
    by_agency = [dismissed(desk, holder(people["colleague"]), grant) for grant in (people["first"], by_admin)]

    assert (by_peer, of_admin_by_peer, by_agency) == (204, 403, [204, 204])


def test_agency_dismisses_colleagues_of_its_own_and_an_administrator_those_whom_it_appointed(desk, people):
    by_colleague = dismissed(desk, holder(people["colleague"]), people["agency"])
    by_agency = dismissed(desk, holder(people["agency"]), people["colleague"])
    by_admin = dismissed(desk, people["admin"], people["agency"])

    assert (by_colleague, by_agency, by_admin) == (403, 204, 204)


@pytest.mark.parametrize("whose", ["agency", "first", "invited"])
def test_everybody_may_lay_down_the_own_role(desk, people, whose):
    assert dismissed(desk, holder(people[whose]), people[whose]) == 204


def test_whom_the_agency_appoints_once_more_peers_do_not_dismiss(desk, mission, people):
    other = appointed(desk, "organiser", mission, "other@example.org", by=holder(people["first"]))
    again = appointed(desk, "organiser", mission, "other@example.org", by=holder(people["agency"]))
    appointed(desk, "organiser", mission, "other@example.org", by=holder(people["first"]))

    assert again["id"] == other["id"]
    assert dismissed(desk, holder(people["first"]), other) == 403


def test_appointment_keeps_its_standing_when_whoever_made_it_has_left(desk, people):
    assert dismissed(desk, people["admin"], people["agency"]) == 204

    assert dismissed(desk, holder(people["invited"]), people["first"]) == 403


def test_delegate_does_not_dismiss_whom_the_agency_of_the_company_invited(desk, mission):
    company = desk.organisation("kya-01")
    agency = holder(appointed(desk, "agency", HOST, "agency@example.org"))
    first = appointed(desk, "delegate", company, "first@example.org", by=agency)
    second = appointed(desk, "delegate", company, "second@example.org", by=holder(first))
    third = appointed(desk, "delegate", company, "third@example.org", by=holder(second))

    assert [dismissed(desk, holder(second), grant) for grant in (first, third)] == [403, 204]
