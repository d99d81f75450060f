"""The gravest acts in the journal: which role, key, mission or consent, for what, from which state to which."""

import base64

import pytest

from access.roles import Role
from builders.registration import a_consent, a_mission
from signed_in import bearer
from trespass.world import IN_A_MONTH

EMAIL = "organiser@example.org"


@pytest.fixture
def entries(desk):
    """List the entries that somebody reads, the newest first, without those of opening the mission."""

    def of_somebody(claims=None, action=""):
        found = desk.client.get("/v1/journal", headers=bearer(claims)).json["items"]
        return [one for one in found if action in one["action"]]

    return of_somebody


def invited(desk, scope, role="organiser"):
    return desk.made("POST", "/v1/members", {"email": EMAIL, "role": role, "scope": scope})


def a_key(desk, scope):
    body = {"name": "board", "role": "organiser", "scope": scope, "scopes": ["people:read", "missions:read"]}
    return desk.made("POST", "/v1/api-keys", body | {"expires_at": IN_A_MONTH})


def became(entry, kind):
    return [(one["subject"], one["before"], one["after"]) for one in entry["changes"] if one["type"] == kind]


def test_entry_of_an_invitation_names_role_scope_account_and_grant(desk, mission, entries):
    grant = invited(desk, mission)

    (entry,) = entries(action="members.invite")

    assert entry["subjects"] == {
        "role": "organiser",
        "scope": mission,
        "account_id": grant["account_id"],
        "role_grant_id": grant["id"],
    }
    assert became(entry, "role_grant") == [(grant["id"], "", "there")]
    assert (entry["context"], entry["home"]) == (mission, "RU-KLU")  # of the guests: the host reads by the mission


def test_invitation_that_changes_nothing_says_so(desk, mission, entries):
    invited(desk, mission)
    invited(desk, mission)

    newest = entries(action="members.invite")[0]

    assert newest["subjects"]["scope"] == mission
    assert became(newest, "role_grant") == []


def test_entry_of_a_role_that_was_taken_says_which_it_was(desk, mission, entries):
    grant = invited(desk, mission)
    desk.made("DELETE", f"/v1/members/{grant['id']}")

    (entry,) = entries(action="members.revoke_role")

    assert (entry["subjects"]["role"], entry["subjects"]["scope"]) == ("organiser", mission)
    assert entry["subjects"]["account_id"] == grant["account_id"]
    assert became(entry, "role_grant") == [(grant["id"], "there", "revoked")]


def test_entries_of_a_key_name_what_it_may_and_where(desk, mission, entries):
    key = a_key(desk, mission)
    desk.made("DELETE", f"/v1/api-keys/{key['id']}")

    revoked, made = entries(action="api_keys.")

    assert made["subjects"]["api_key_id"] == revoked["subjects"]["key_id"] == key["id"]
    for entry in (made, revoked):
        assert {name: entry["subjects"][name] for name in ("role", "scope", "scopes")} == {
            "role": "organiser",
            "scope": mission,
            "scopes": "people:read missions:read",
        }
    assert became(made, "api_key") == [(key["id"], "", "there")]
    assert became(revoked, "api_key") == [(key["id"], "there", "revoked")]


def test_key_that_is_exchanged_is_named(desk, mission, entries):
    key = a_key(desk, mission)
    basic = base64.b64encode(f"key:{key['secret']}".encode()).decode()
    desk.client.post("/v1/tokens", headers={"Authorization": f"Basic {basic}"})

    (entry,) = entries(action="tokens.exchange")

    assert entry["subjects"] == {"key_id": key["id"]}


def test_entries_of_a_mission_tell_its_states(desk, entries):
    desk.regions()
    mission = desk.made("POST", "/v1/missions", a_mission())["id"]
    for deed in ("opening", "closing"):
        desk.made("POST", f"/v1/missions/{mission}/{deed}")

    closed, opened, planned = entries({Role.ORGANISER: [mission]})

    assert [became(entry, "mission") for entry in (planned, opened, closed)] == [
        [(mission, "", "draft")],
        [(mission, "draft", "open")],
        [(mission, "open", "closed")],
    ]
    assert [entry["subjects"] for entry in (planned, opened, closed)] == [{"mission_id": mission}] * 3


def test_entry_of_a_consent_tells_what_was_said_and_not_the_words(desk, mission, entries):
    person = desk.applied(mission)["delegates"][0]["id"]
    end = a_consent(purpose="mailing", is_withdrawal=True, text="Больше не пишите.")
    (_first, kept) = desk.made("POST", f"/v1/delegates/{person}/consents", {"consents": [end]})["items"]

    entry = entries({Role.ORGANISER: [mission]}, "record_consents")[0]

    assert became(entry, "consent") == [(kept["id"], "", "mailing: withdrawn")]
    assert entry["subjects"] == {"delegate_id": person, "consent_id": kept["id"]}
    assert "Больше" not in str(entry)


def test_host_agency_and_organiser_read_of_roles_and_keys_and_others_do_not(desk, mission, entries):
    grant = invited(desk, mission)
    desk.made("DELETE", f"/v1/members/{grant['id']}")
    key = a_key(desk, mission)
    desk.made("DELETE", f"/v1/api-keys/{key['id']}")

    def read_by(claims):
        return {one["action"] for one in entries(claims)} & grave

    grave = {"members.invite", "members.revoke_role", "api_keys.make_key", "api_keys.revoke_key"}
    assert read_by({Role.AGENCY: ["RU-KYA"]}) == read_by({Role.ORGANISER: [mission]}) == grave
    assert read_by({Role.AGENCY: ["RU-TVE"]}) == read_by({Role.ORGANISER: [grant["id"]]}) == set()


def test_agency_reads_who_speaks_for_its_region_and_for_its_organisations(desk, entries):
    desk.regions()
    invited(desk, "RU-KLU", "agency")
    invited(desk, desk.organisation(), "delegate")

    found = entries({Role.AGENCY: ["RU-KLU"]}, "members.invite")

    assert [entry["subjects"]["role"] for entry in found] == ["delegate", "agency"]
    assert entries({Role.AGENCY: ["RU-KYA"]}, "members.invite") == []


def test_journal_holds_no_address_of_who_was_invited(desk, mission, entries):
    invited(desk, mission)

    assert EMAIL not in str(entries())


def test_application_that_is_reviewed_tells_both_states(desk, mission, entries):
    application = desk.applied(mission)["id"]
    desk.made("POST", f"/v1/applications/{application}/approval", {})

    reviewed, applied = entries({Role.ORGANISER: [mission]})[:2]

    assert became(applied, "application") == [(application, "", "submitted")]
    assert became(reviewed, "application") == [(application, "submitted", "approved")]
