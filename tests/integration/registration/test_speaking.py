"""Who may speak for an organisation, and until when: numbers are those of the list of hostile inputs."""

from contextlib import suppress

import pytest

from access.roles import Role
from browsers import browser_of, said, sign_in
from builders.registration import a_delegate, a_mission, an_organisation
from registration.errors import TooManyRolesError
from registration.handlers import contacts
from registration.identity import accounts, roles
from registration.identity.commands import GiveRole
from registration.identity.token_issue import MOST_PERSONS
from servicekit import identifiers
from servicekit.auth.actors import OPERATOR
from signed_in import bearer
from trespass.world import IN_A_MONTH

STRANGER, CONTACT = "stranger@example.org", "contact@example.org"
HOME, THIRD = (bearer({Role.AGENCY: {region}}) for region in ("RU-KLU", "RU-SVE"))


def api(desk, method, path, headers, body=None):
    """Ask as somebody else than the admin."""
    return browser_of(desk.app, use_cookies=False).open(path, method=method, headers=headers, json=body)


def came_in(desk, email=STRANGER):
    """Sign in by a letter; return the header that the browser's token makes."""
    return shown(sign_in(desk.app, desk.runtime, email))


def shown(browser):
    return {"Authorization": f"Bearer {browser.get_cookie('caravan-token').value}"}


def may(desk, who, application):
    """Tell whether somebody may see the application, its organisation's people, and change the organisation."""
    organisation = f"/v1/organisations/{application['organisation_id']}"
    seen = [api(desk, "GET", f"/v1/applications/{application['id']}", who).status_code]
    seen += [api(desk, "GET", f"/v1/delegates/{one['id']}", who).status_code for one in application["delegates"]]
    return {*seen, api(desk, "PATCH", organisation, who, {"about": {"ru": "О себе"}}).status_code} == {200}


def a_draft(desk, mission, organisation, email=STRANGER):
    body = {"mission_id": mission, "organisation_id": organisation, "side": "guest", "submit": False}
    return body | {"delegates": [a_delegate("x/1", email=email)]}


def claims(desk, email):
    with desk.runtime.database.write() as session:
        return dict(roles.claims_of(session, accounts.known_by(session, email)))


def test_128_agency_of_a_third_region_takes_no_company_over_by_naming_a_delegate(desk):
    application = desk.approved(desk.open_mission())
    desk.made("PUT", "/v1/regions/RU-SVE", {"names": {"en": "S"}, "timezone": "Asia/Yekaterinburg"})
    other = a_mission(reference="other", host_region="RU-SVE", timezone="Asia/Yekaterinburg")
    mission = api(desk, "POST", "/v1/missions", THIRD, other).json["id"]
    api(desk, "POST", f"/v1/missions/{mission}/opening", THIRD)

    draft = api(desk, "POST", "/v1/applications", THIRD, a_draft(desk, mission, application["organisation_id"]))
    stranger = came_in(desk)

    assert draft.status_code == 201, draft.text
    assert draft.json["delegates"][0]["speaks_since"] is None
    assert api(desk, "GET", f"/v1/delegates/{application['delegates'][0]['id']}", stranger).status_code == 404
    assert api(desk, "DELETE", f"/v1/people/{application['delegates'][0]['id']}", stranger).status_code == 404
    assert api(desk, "POST", f"/v1/applications/{application['id']}/withdrawal", stranger, {}).status_code == 404
    assert not may(desk, stranger, application)
    assert claims(desk, STRANGER) == {}


@pytest.mark.parametrize("way", ["named", "address changed"])
@pytest.mark.parametrize("who", ["organiser", "key"])
def test_129_who_only_runs_the_mission_lets_nobody_speak_for_a_company(quick_desk, who, way):
    desk = quick_desk
    mission = desk.open_mission()
    application = desk.approved(mission)
    staff = bearer({Role.ORGANISER: {mission}}) if who == "organiser" else a_key(desk, mission)

    if way == "named":
        path, body = f"/v1/applications/{application['id']}/delegates", a_delegate("x/1", email=STRANGER)
        answer = api(desk, "POST", path, staff, body)
    else:
        path = f"/v1/delegates/{application['delegates'][0]['id']}"
        answer = api(desk, "PATCH", path, staff, {"email": STRANGER})

    assert answer.status_code in (200, 201), answer.text
    assert answer.json["speaks_since"] is None
    assert not may(desk, came_in(desk), application)


def a_key(desk, mission):
    asked = {"name": "k", "role": "organiser", "scope": mission, "scopes": ["people:write"], "expires_at": IN_A_MONTH}
    return {"Authorization": f"Bearer {desk.made('POST', '/v1/api-keys', asked)['secret']}"}


def test_contact_of_a_company_that_phoned_speaks_for_it_once_its_agency_has_approved_the_application(desk):
    mission = desk.open_mission()
    body = desk.application(mission, delegates=[a_delegate(email=CONTACT)])
    application = api(desk, "POST", "/v1/applications", bearer({Role.ORGANISER: {mission}}), body).json
    contact = sign_in(desk.app, desk.runtime, CONTACT)

    before = may(desk, shown(contact), application)
    approved = api(desk, "POST", f"/v1/applications/{application['id']}/approval", HOME, {})
    contact.page("/sign-in")

    assert approved.status_code == 200
    assert (before, may(desk, shown(contact), application)) == (False, True)


def test_organisers_approval_lets_nobody_speak_not_even_that_of_one_who_is_a_delegate_too(quick_desk):
    desk = quick_desk
    mission = desk.open_mission()
    organiser = bearer({Role.ORGANISER: {mission}})
    body = desk.application(mission, delegates=[a_delegate(email=CONTACT)])
    application = api(desk, "POST", "/v1/applications", organiser, body).json
    both = bearer({Role.ORGANISER: {mission}, Role.DELEGATE: {application["organisation_id"]}})

    approved = api(desk, "POST", f"/v1/applications/{application['id']}/approval", both, {})

    assert approved.status_code == 200
    assert claims(desk, CONTACT) == {}


@pytest.mark.parametrize("by", ["home agency", "colleague"])
def test_whoever_may_write_for_a_company_confirms_a_person_by_giving_the_address_again(quick_desk, by):
    desk = quick_desk
    mission = desk.open_mission()
    body = desk.application(mission, delegates=[a_delegate(email=CONTACT)])
    application = api(desk, "POST", "/v1/applications", bearer({Role.ORGANISER: {mission}}), body).json
    path = f"/v1/delegates/{application['delegates'][0]['id']}"
    confirming = {"home agency": HOME, "colleague": bearer({Role.DELEGATE: {application["organisation_id"]}})}[by]

    api(desk, "PATCH", path, bearer({Role.ORGANISER: {mission}}), {"email": CONTACT})
    before = claims(desk, CONTACT)
    answer = api(desk, "PATCH", path, confirming, {"email": CONTACT})

    assert answer.status_code == 200
    assert (before, claims(desk, CONTACT)) == ({}, {Role.DELEGATE: {application["organisation_id"]}})


def test_129_delegate_who_is_taken_off_the_list_can_do_nothing_more_at_once(desk):
    application = desk.approved(desk.open_mission(), delegates=[a_delegate(email=CONTACT)])
    browser = sign_in(desk.app, desk.runtime, CONTACT)
    before = may(desk, shown(browser), application)

    desk.made("DELETE", f"/v1/delegates/{application['delegates'][0]['id']}")

    assert before
    assert api(desk, "GET", f"/v1/applications/{application['id']}", shown(browser)).status_code == 401
    assert browser.page(f"/missions/{application['mission_id']}").status_code == 303


@pytest.mark.parametrize("end", ["removal", "erasure", "change of address"])
def test_129_delegate_of_two_companies_loses_the_one_at_once_and_keeps_the_other(desk, end):
    mission = desk.open_mission()
    lost, kept = (desk.approved(mission, f"klu-{n}", delegates=[a_delegate(f"{n}", email=CONTACT)]) for n in (1, 2))
    browser = sign_in(desk.app, desk.runtime, CONTACT)
    old, id_ = shown(browser), lost["delegates"][0]["id"]

    if end == "change of address":
        desk.made("PATCH", f"/v1/delegates/{id_}", {"email": "new@example.org"})
    else:
        path = {"removal": f"/v1/delegates/{id_}", "erasure": f"/v1/people/{id_}"}[end]
        assert desk.send("DELETE", path).status_code in (202, 204)
    stale = api(desk, "GET", f"/v1/applications/{lost['id']}", old).status_code
    browser.page("/sign-in")

    assert stale == 401
    assert not may(desk, shown(browser), lost)
    assert may(desk, shown(browser), kept)


def test_address_in_other_letters_is_the_same_and_ends_no_session(quick_desk):
    desk = quick_desk
    mission = desk.open_mission()
    application = desk.approved(mission, delegates=[a_delegate(email=CONTACT)])
    who, organiser = came_in(desk, CONTACT), bearer({Role.ORGANISER: {mission}})

    api(desk, "PATCH", f"/v1/delegates/{application['delegates'][0]['id']}", organiser, {"email": CONTACT.upper()})

    assert may(desk, who, application)


@pytest.fixture
def flood(monkeypatch):
    """Call it to let companies that strangers have registered invite and name somebody, as fast as in many days."""
    monkeypatch.setattr(contacts, "NAMINGS_OF_ADDRESS", "1000/hour")
    return flooded


def flooded(desk, number):
    mission = desk.made("GET", "/v1/missions")["items"][0]["id"]
    for n in range(number):
        with desk.runtime.database.write() as session:
            stranger = accounts.open_account(session, f"stranger-{n}@example.org", "ru").id
        body, person = an_organisation(f"evil-{n}", region="RU-KLU"), {"actor_id": f"person:{stranger}"}
        made = api(desk, "POST", "/v1/organisations", bearer({}, **person), body).json["id"]
        owner = bearer({Role.DELEGATE: {made}}, **person)
        api(desk, "POST", "/v1/members", owner, {"email": CONTACT, "role": "delegate", "scope": made})
        draft = a_draft(desk, mission, made, CONTACT)
        draft["delegates"][0]["reference"] = f"evil/{n}"
        assert api(desk, "POST", "/v1/applications", owner, draft).status_code == 201


def test_129_nobody_pushes_out_what_somebody_has_by_inviting_and_naming_without_end(quick_desk, flood):
    desk = quick_desk
    mission = desk.open_mission()
    invited = desk.organisation("klu-50")
    desk.made("POST", "/v1/members", {"email": CONTACT, "role": "delegate", "scope": invited})
    named = desk.approved(mission, "klu-51", delegates=[a_delegate("klu-51/p", email=CONTACT)])["organisation_id"]

    flood(desk, roles.MOST + 5)
    held = claims(desk, CONTACT)
    organiser = desk.send("POST", "/v1/members", {"email": CONTACT, "role": "organiser", "scope": mission})
    after = claims(desk, CONTACT)

    assert {invited, named} <= held[Role.DELEGATE]
    assert sum(map(len, held.values())) == roles.MOST
    assert organiser.status_code == 201, organiser.text
    assert after[Role.ORGANISER] == {mission}
    assert {invited, named} <= after[Role.DELEGATE]
    assert sum(map(len, after.values())) == roles.MOST


def test_token_of_whoever_has_the_most_roles_and_names_fits_into_a_cookie_with_its_attributes(quick_desk, flood):
    desk = quick_desk
    desk.open_mission()
    with desk.runtime.database.write() as session:
        account = accounts.open_account(session, CONTACT, "ru").id
        for _ in range(roles.MOST):
            given = GiveRole(account_id=account, role=Role.DELEGATE, scope=str(identifiers.random()))
            with suppress(TooManyRolesError):
                roles.give(session, given, OPERATOR)
    flood(desk, roles.MOST // 2 + MOST_PERSONS)
    object.__setattr__(desk.runtime.settings, "instance", "a-very-long-name-of-an-instance.of-an-agency.example.org")
    browser = sign_in(desk.app, desk.runtime, CONTACT)
    again = browser.page("/sign-in")

    cookie = next(one for one in again.headers.getlist("Set-Cookie") if one.startswith("caravan-token="))
    assert len("__Host-") + len(cookie) <= 4000
    assert len(claims(desk, CONTACT)[Role.DELEGATE]) == roles.MOST
    assert len(said(browser.get_cookie("caravan-token").value)["persons"]) == MOST_PERSONS


def test_offices_leave_room_for_what_somebody_has_of_companies(quick_desk):
    desk = quick_desk
    mission = desk.open_mission()
    named = desk.approved(mission, delegates=[a_delegate(email=CONTACT)])["organisation_id"]
    with desk.runtime.database.write() as session:
        account = accounts.known_by(session, CONTACT).id
        for _ in range(roles.MOST_OF_STAFF):
            given = GiveRole(account_id=account, role=Role.READER, scope=str(identifiers.random()))
            roles.give(session, given, OPERATOR)

    refused = desk.send("POST", "/v1/members", {"email": CONTACT, "role": "reader", "scope": mission})

    assert refused.status_code == 409
    assert claims(desk, CONTACT)[Role.DELEGATE] == {named}
