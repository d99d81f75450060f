"""Whoever is named somewhere reads it, declines messages and is forgotten with the browser alone, speaker or not."""

import pytest

from access.roles import Role
from browsers import sign_in
from builders.registration import a_delegate
from signed_in import bearer
from unconfirmed import ask

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
