"""Whoever is named somewhere reads it, declines messages and is forgotten with the browser alone, speaker or not."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from access.roles import Role
from browsers import said, sign_in
from builders.registration import a_consent, a_delegate
from registration.identity import accounts
from registration.identity.token_issue import MOST_PERSONS
from registration.models import Delegate
from signed_in import bearer
from unconfirmed import another_mission, applies, ask

ANNA, BORIS = "anna@example.org", "boris@example.org"


@pytest.fixture
def people(desk):
    """Anna and Boris, whom an organiser named for a company that phoned: neither speaks for it."""
    mission = desk.open_mission()
    organisation = desk.organisation("klu-1")
    organiser = bearer({Role.ORGANISER: {mission}})
    named = [a_delegate("x/anna", email=ANNA), a_delegate("x/boris", email=BORIS)]
    body = {"mission_id": mission, "organisation_id": organisation, "side": "guest", "submit": True, "delegates": named}
    answer = ask(desk, "POST", "/v1/applications", organiser, body)
    assert answer.status_code == 201, answer.text
    assert [one["speaks_since"] for one in answer.json["delegates"]] == [None, None]
    return [one["id"] for one in answer.json["delegates"]]


@pytest.fixture
def anna(desk, people):
    return sign_in(desk.app, desk.runtime, ANNA)


def account_of(desk, email):
    with desk.runtime.database.read() as session:
        return accounts.known_by(session, email).id


def exported(desk, person):
    return desk.made("GET", f"/v1/people/{person}/export")["records"]


def told(desk):
    """Return of each contact that was told of who it is, and whether the person may be written to."""
    return [(event.data.email, event.data.may_be_written_to) for event in desk.events("contact.changed")]


def test_who_is_named_finds_and_reads_what_is_held_without_speaking_for_the_company(anna, people):
    mine, colleagues = (f"/people/{person}" for person in people)

    found = anna.page("/me").get_data(as_text=True)
    page = anna.page(mine)

    assert mine in found
    assert colleagues not in found
    assert (page.status_code, anna.page(colleagues).status_code) == (200, 404)
    assert ANNA in page.get_data(as_text=True)


def test_who_has_no_role_is_led_to_the_own_page_and_who_has_one_to_the_first(desk, anna, people):
    company = desk.made("GET", f"/v1/delegates/{people[0]}")["organisation_id"]

    without = anna.page("/sign-in").location
    own = anna.page(without).status_code
    desk.made("POST", "/v1/members", {"email": ANNA, "role": "delegate", "scope": company, "language": "ru"})

    assert (without, own) == ("/me", 200)
    assert (anna.page("/sign-in").location, anna.page("/sign-in?next=/me").location) == ("/", "/me")


def persons_in(browser):
    """Return whom the token of a browser says that its owner is named as."""
    token = browser.get_cookie("caravan-token").value
    return [str(UUID(person)) for person in said(token).get("persons", [])]


def test_token_says_who_a_person_is_named_as_once_the_page_was_opened(desk, anna, people):
    mission = another_mission(desk)
    assert persons_in(anna) == [people[0]]
    company, organiser = desk.organisation("klu-2"), bearer({Role.ORGANISER: {mission}})
    answer = applies(desk, mission, (company, organiser), [a_delegate("x/again", email=ANNA.upper())])

    anna.page("/me")

    assert set(persons_in(anna)) == {people[0], answer.json["delegates"][0]["id"]}


def test_token_names_nobody_of_whom_its_owner_may_read_by_a_role(desk, anna, people):
    company = desk.made("GET", f"/v1/delegates/{people[0]}")["organisation_id"]
    desk.made("POST", "/v1/members", {"email": ANNA, "role": "delegate", "scope": company, "language": "ru"})

    assert persons_in(sign_in(desk.app, desk.runtime, ANNA)) == []


def test_nobody_pushes_a_person_out_of_the_token_by_naming_the_address_often(desk, people):
    company = desk.organisation("klu-2")
    for number in range(MOST_PERSONS):
        mission = another_mission(desk, f"m{number}")
        organiser = bearer({Role.ORGANISER: {mission}})
        answer = applies(desk, mission, (company, organiser), [a_delegate("x/often", email=ANNA)])
        assert answer.status_code == 201, answer.text
    with desk.runtime.database.write() as session:
        session.execute(update(Delegate).where(Delegate.id != UUID(people[0])).values(is_vouched_for=False))

    told = persons_in(sign_in(desk.app, desk.runtime, ANNA))

    assert (people[0] in told, len(told)) == (True, MOST_PERSONS)


def test_colleague_takes_no_word_back_that_somebody_wants_no_messages(desk, anna, people):
    mine = people[0]
    anna.send(f"/me/people/{mine}/silence", form_of="/me")
    company = desk.made("GET", f"/v1/delegates/{mine}")["organisation_id"]
    again = {"consents": [a_consent(purpose="mailing")]}

    def status(who):
        return ask(desk, "POST", f"/v1/delegates/{mine}/consents", who, again).status_code

    colleague = bearer({Role.DELEGATE: {company}}, actor_id=f"person:{uuid4()}")
    assert (status(colleague), told(desk)[-1]) == (403, (ANNA, False))
    account = account_of(desk, ANNA)
    assert status(bearer({Role.DELEGATE: {company}}, actor_id=f"person:{account}")) == 201
    assert told(desk)[-1] == (ANNA, True)


def test_agency_takes_down_that_somebody_wants_messages_again_after_all(desk, anna, people):
    mine = people[0]
    anna.send(f"/me/people/{mine}/silence", form_of="/me")

    desk.made("POST", f"/v1/delegates/{mine}/consents", {"consents": [a_consent(purpose="mailing")]})

    assert told(desk)[-1] == (ANNA, True)


def test_who_is_named_declines_messages_by_a_button_and_nobody_elses(desk, anna, people):
    mine, colleagues = (f"/me/people/{person}/silence" for person in people)

    declined = anna.send(mine, form_of="/me")
    of_boris = anna.send(colleagues, form_of="/me")

    last = exported(desk, people[0])["consent"][-1]
    assert (declined.status_code, of_boris.status_code) == (303, 404)
    assert (last["purpose"], last["is_withdrawal"], last["channel"]) == ("mailing", True, "page")
    assert all(consent["purpose"] != "mailing" for consent in exported(desk, people[1])["consent"])
    assert told(desk) == [(ANNA, True), (BORIS, True), (ANNA, False)]
    assert mine not in anna.page("/me").get_data(as_text=True)


def test_who_is_named_is_forgotten_by_a_button_and_signed_out(desk, anna, people):
    answer = anna.send("/me/erasure", form_of="/me")

    entry = desk.made("GET", "/v1/journal?limit=1")["items"][0]
    assert (answer.status_code, answer.location.endswith("/sign-in")) == (303, True)
    assert entry["actor"] == f"person:{entry['subjects']['person_id']}"
    assert anna.page("/me").status_code == 303
    assert "delegate" not in exported(desk, people[0])
    assert exported(desk, people[1])["delegate"][0]["email"] == BORIS
