"""Accounts of people who are forgotten: they go with the person, and nobody forgets another's by naming an address."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from access.roles import Role
from browsers import sign_in
from builders.registration import a_delegate, an_organisation
from erased import MARKS, PERSON, erase, whole_text
from registration.identity import accounts, sessions
from registration.models import Account, Delegate, RoleGrant
from servicekit import identifiers
from servicekit.data import clock
from signed_in import bearer


@pytest.fixture
def account(desk, person):
    """The account of the person, signed in once; returns the id."""
    with desk.runtime.database.write() as session:
        found = accounts.known_by(session, PERSON["email"])
        sessions.begin(session, found, "link", "Снегирин-браузер", is_staff=False)
        return str(found.id)


def test_account_of_the_person_is_forgotten_and_its_sessions_end(desk, person, account):
    erase(desk, person)

    assert [mark for mark in MARKS if mark in whole_text(desk)] == []
    with desk.runtime.database.read() as session:
        left = session.get_one(Account, identifiers.UUID(account))
        assert left.disabled_at is not None
        assert sessions.of_account(session, left.id) == []
    assert desk.facts().count("session.revoked") == 1
    assert desk.made("GET", f"/v1/people/{account}/erasure")["person_id"] == account


SIGN_IN = {"account", "role", "session", "passkey", "authenticator", "external_identity"}


def test_what_is_held_of_a_sign_in_is_told_to_its_owner_alone_and_not_beside_a_delegate(desk, person, account):
    owner = bearer({}, actor_id=f"person:{account}")

    of_delegate = desk.made("GET", f"/v1/people/{person}/export")["records"]
    own = desk.send("GET", f"/v1/people/{account}/export", **owner).get_json()["records"]
    others = [
        desk.send("GET", f"/v1/people/{account}/export", **bearer(claims)).status_code
        for claims in ({}, {Role.DELEGATE: {of_delegate["delegate"][0]["organisation_id"]}}, {Role.AGENCY: {"RU-KLU"}})
    ]

    assert not SIGN_IN & of_delegate.keys()
    assert [one["browser"] for one in own["session"]] == ["Снегирин-браузер"]
    assert own["account"][0]["email"] == PERSON["email"]
    assert others == [404, 404, 404]


def test_page_of_ones_sign_ins_leads_whoever_has_no_role_to_what_is_held(quick_desk):
    desk = quick_desk
    opened(desk, "reader@example.org")
    browser = sign_in(desk.app, desk.runtime, "reader@example.org")

    (link,) = re.findall(r'href="[^"]*(/people/[^"]+)"', browser.page("/me").get_data(as_text=True))

    assert "reader@example.org" in browser.page(link).get_data(as_text=True)


def opened(desk, email):
    with desk.runtime.database.write() as session:
        return str(accounts.open_account(session, email, "ru").id)


def named_by_a_stranger(desk, email):
    """Let a company of its own name somebody; return the company's bearer and the delegate's id."""
    desk.regions()
    mission = desk.open_mission(reference="of-a-stranger")
    who = {"actor_id": f"person:{opened(desk, 'stranger@example.org')}"}
    made = desk.send("POST", "/v1/organisations", an_organisation("evil"), **bearer({}, **who)).get_json()["id"]
    stranger = bearer({Role.DELEGATE: {made}}, **who)
    body = {"mission_id": mission, "organisation_id": made, "side": "guest", "submit": False}
    draft = desk.send("POST", "/v1/applications", body | {"delegates": [a_delegate("evil/1", email=email)]}, **stranger)
    return stranger, draft.get_json()["delegates"][0]["id"]


@pytest.mark.parametrize("ground", ["opened it", "speaks for a company", "was named by another company"])
def test_129_nobody_erases_an_account_by_naming_its_address(desk, ground):
    email = "victim@example.org"
    if ground == "was named by another company":
        desk.applied(desk.open_mission(), "klu-77", delegates=[a_delegate("klu-77/p", email=email)])
        stranger, person = named_by_a_stranger(desk, email)
    else:
        stranger, person = named_by_a_stranger(desk, email)
        if ground == "speaks for a company":
            invited = {"email": email, "role": "delegate", "scope": desk.organisation("klu-77")}
            desk.made("POST", "/v1/members", invited)
        else:
            with desk.runtime.database.write() as session:
                accounts.open_account(session, email, "ru")
    browser = sign_in(desk.app, desk.runtime, email)

    erased = desk.send("DELETE", f"/v1/people/{person}", **stranger)

    assert erased.status_code == 202
    browser.page("/sign-in")
    assert email in browser.page("/me").get_data(as_text=True)
    assert email in whole_text(desk)


def test_erasure_of_an_account_that_its_owner_asks_for_forgets_the_delegates_whose_address_it_has(
    desk, person, account
):
    asked = desk.send("DELETE", f"/v1/people/{account}", **bearer({}, actor_id=f"person:{account}"))
    desk.carry()

    assert asked.status_code == 202
    assert [mark for mark in MARKS if mark in whole_text(desk)] == []
    with desk.runtime.database.read() as session:
        assert session.get_one(Delegate, identifiers.UUID(person)).is_removed
        assert accounts.known_by(session, PERSON["email"]) is None


@pytest.mark.parametrize("end", ["removed", "another address, then erased"])
def test_account_that_came_of_a_delegate_goes_with_the_address(desk, person, account, end):
    if end == "removed":
        desk.made("DELETE", f"/v1/delegates/{person}")
    else:
        desk.made("PATCH", f"/v1/delegates/{person}", {"email": "anew@example.org"})
        erase(desk, person)
    desk.carry()

    assert [mark for mark in MARKS if mark in whole_text(desk)] == []
    assert {one["person_id"] for one in desk.made("GET", "/v1/erasures")["items"]} == {person, account}


def test_account_goes_with_the_last_of_two_delegates_of_its_address(desk, person, account):
    mission = desk.made("GET", "/v1/missions")["items"][0]["id"]
    other = desk.applied(mission, "klu-02", delegates=[a_delegate("klu-02/p", email=PERSON["email"])])

    erase(desk, person)
    between = account in everybody_forgotten(desk)
    erase(desk, other["delegates"][0]["id"])

    assert (between, account in everybody_forgotten(desk)) == (False, True)


def test_erasure_removal_and_a_new_address_at_once_end_in_one_erasure_and_no_account(desk, person, account):
    ways = ("DELETE", "people"), ("DELETE", "delegates"), ("PATCH", "delegates")

    def go(method, where):
        body = {"email": "anew@example.org"} if method == "PATCH" else None
        return desk.send(method, f"/v1/{where}/{person}", body).status_code

    with ThreadPoolExecutor(len(ways) * 2) as pool:
        statuses = {one.result() for one in [pool.submit(go, *way) for way in ways * 2]}

    assert statuses <= {200, 202, 204, 409}
    assert everybody_forgotten(desk) == {person, account}


def everybody_forgotten(desk):
    return {one["person_id"] for one in desk.made("GET", "/v1/erasures")["items"]}


def test_account_of_staff_stays_when_the_delegate_is_forgotten(desk, person, account):
    grant = {"role": Role.ORGANISER, "scope": str(identifiers.fresh()), "granted_by": "operator"}
    with desk.runtime.database.write() as session:
        row = RoleGrant(id=identifiers.fresh(), account_id=identifiers.UUID(account), granted_at=clock.machine_now())
        for name, value in grant.items():
            setattr(row, name, value)
        session.add(row)

    erase(desk, person)

    with desk.runtime.database.read() as session:
        assert session.get_one(Account, identifiers.UUID(account)).email == PERSON["email"]
