"""Invitations: how often, to whom, and what is written."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import select

from access.roles import Role
from at_once import at_once
from browsers import letters
from registration.identity import accounts, roles
from registration.models import RoleGrant
from signed_in import bearer

VICTIM = "victim@example.org"
NOBODY = "00000000-0000-4000-8000-0000000000cc"


@pytest.fixture
def organisation(desk):
    desk.regions()
    return desk.organisation("evil")


@pytest.fixture
def inviter(desk):
    """Somebody who registered a company of the own accord, as anybody may."""
    with desk.runtime.database.write() as session:
        return f"person:{accounts.open_account(session, 'attacker@example.org', 'ru').id}"


def invited(desk, inviter, organisation, email=VICTIM):
    body = {"email": email, "role": "delegate", "scope": organisation}
    headers = bearer({Role.DELEGATE: [organisation]}, actor_id=inviter)
    return desk.client.post("/v1/members", json=body, headers=headers)


def status_of_invitation(desk, inviter, organisation):
    return invited(desk, inviter, organisation).status_code


def taken_back(desk, grant):
    assert desk.send("DELETE", f"/v1/members/{grant.get_json()['id']}").status_code == 204


def test_who_is_invited_again_to_what_they_have_gets_no_letter(desk, inviter, organisation):
    answers = [invited(desk, inviter, organisation) for _ in range(50)]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert [letter["email"] for letter in letters(desk.runtime)] == [VICTIM]


def test_121_five_invitations_an_hour_go_to_one_address_from_companies_and_offices_still_invite(
    desk, inviter, organisation
):
    mission = desk.open_mission()
    for _ in range(5):
        taken_back(desk, invited(desk, inviter, organisation))

    sixth = invited(desk, inviter, organisation)
    of_other = invited(desk, f"person:{NOBODY}", desk.organisation("other"))
    by_office = desk.send("POST", "/v1/members", {"email": VICTIM.upper(), "role": "reader", "scope": mission})

    assert (sixth.status_code, of_other.status_code, by_office.status_code) == (429, 429, 201)
    assert 3000 < int(sixth.headers["Retry-After"]) <= 3600
    assert len(letters(desk.runtime)) == 6
    with time_machine.travel(datetime.now(UTC) + roles.WINDOW + timedelta(seconds=1)):
        assert invited(desk, inviter, organisation).status_code == 201


def test_121_five_invitations_an_hour_go_to_one_address_from_offices(desk):
    missions = [desk.open_mission(reference=f"m-{number}") for number in range(6)]
    invitation = {"email": VICTIM, "role": "organiser"}

    statuses = [desk.send("POST", "/v1/members", invitation | {"scope": mission}).status_code for mission in missions]

    assert statuses == [201] * 5 + [429]


def test_121_inviter_who_sprays_over_addresses_is_slowed_down(desk, inviter, organisation):
    statuses = [invited(desk, inviter, organisation, f"a{number}@example.org").status_code for number in range(31)]

    assert statuses == [201] * 30 + [429]
    assert (
        desk.send("POST", "/v1/members", {"email": VICTIM, "role": "delegate", "scope": organisation}).status_code
        == 201
    )


def test_121_of_invitations_that_are_sent_at_once_no_more_go_than_may(desk, inviter):
    desk.regions()
    scopes = [desk.organisation(f"org-{number}") for number in range(8)]

    statuses = at_once([partial(status_of_invitation, desk, inviter, scope) for scope in scopes])

    with desk.runtime.database.read() as session:
        kept = session.scalars(select(RoleGrant)).all()
    assert sorted(statuses) == [201] * 5 + [429] * 3
    assert len(kept) == len(letters(desk.runtime)) == 5


def test_invitation_that_is_sent_several_times_at_once_gives_one_role_and_one_letter(desk, inviter, organisation):
    statuses = at_once([partial(status_of_invitation, desk, inviter, organisation)] * 8)

    assert statuses == [201] * 8
    assert len(letters(desk.runtime)) == 1
