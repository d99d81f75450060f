"""Handling of `sign_in.requested`, also if it is expired, replayed, repeated or out of date."""

import pytest

from builders.accounts import ACCOUNT, ADDRESS, a_sign_in, an_invitation, contact, other_factors
from builders.notifications import Bus, a_delivery, deliveries
from servicekit import identifiers
from servicekit.app import create_app
from servicekit.bus import inbox
from servicekit.data.clock import machine_now
from signed_in import bearer


@pytest.mark.parametrize("event", [a_sign_in, an_invitation, other_factors])
def test_letter_about_an_account_is_critical_and_about_no_mission(bus, runtime, event):
    bus.send(event())

    delivery = a_delivery(runtime)
    assert (delivery.is_critical, delivery.mission_id, delivery.organisation_id) == (True, None, None)
    assert (delivery.person_id, delivery.channel) == (ACCOUNT, "mail")


def test_spent_link_is_not_written_about(bus, runtime):
    bus.send(a_sign_in(expires_at=machine_now()))

    assert deliveries(runtime) == []
    assert contact(runtime).email == ADDRESS


def test_request_of_another_kind_is_passed_over(bus, runtime):
    bus.send(a_sign_in(kind="passkey_added"))

    assert deliveries(runtime) == []


def test_replayed_request_is_kept_and_not_written_about(bus, runtime):
    bus.replay(bus.body(a_sign_in()))

    assert deliveries(runtime) == []
    assert (contact(runtime).email, contact(runtime).language) == (ADDRESS, "ru")


def test_request_that_comes_twice_is_written_about_once(bus, runtime):
    body = bus.send(a_sign_in())

    inbox.receive(runtime, [body, body])

    a_delivery(runtime)


def test_older_request_does_not_change_the_address(bus, runtime):
    bus.send(a_sign_in(email="new@example.org"), version=3)
    bus.send(a_sign_in(email="old@example.org"), version=2)

    assert contact(runtime).email == "new@example.org"


def test_whoever_signs_in_reads_what_is_held_of_the_account_and_nobody_else_does(runtime):
    Bus(runtime).send(a_sign_in())
    client = create_app(runtime).test_client()

    def read_by(account):
        shown = bearer({}, actor_id=f"person:{account}")
        return client.get(f"/v1/people/{ACCOUNT}/export", headers=shown)

    own = read_by(ACCOUNT)

    assert own.json["records"]["contact"][0]["email"] == contact(runtime).email
    assert read_by(identifiers.random()).status_code == 404
