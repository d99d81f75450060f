"""Keys to the API end with the standing of whoever made them, and give nothing away."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import update

from access.actor import Actor
from access.matrix import Deed
from access.roles import Role
from at_once import at_once
from registration.identity import api_keys, key_rules, roles
from registration.identity.commands import MakeKey
from registration.identity.forgetting import forget_account
from registration.models import Account, ApiKey
from servicekit.auth.actors import OPERATOR
from servicekit.data.tables import journal
from servicekit.problems import ForbiddenError, NotFoundError
from signed_in import bearer

IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).isoformat()
OLGA = "olga@example.org"


def made_staff(desk, role, scope):
    return desk.made("POST", "/v1/members", {"email": OLGA, "role": role, "scope": scope})


def olga(grant, **claims):
    """Return how she asks who was given a role."""
    held = {Role(role): [scope] for role, scope in claims.items()} or {Role(grant["role"]): [grant["scope"]]}
    return bearer(held, actor_id=f"person:{grant['account_id']}")


def a_key(desk, scope, headers, **changes):
    body = {"name": "n", "role": "organiser", "scope": scope, "scopes": ["missions:read"], "expires_at": IN_A_MONTH}
    return desk.client.post("/v1/api-keys", json=body | changes, headers=headers)


def opens(desk, secret, mission):
    shown = {"Authorization": f"Bearer {secret}"}
    return desk.client.get(f"/v1/missions/{mission}", headers=shown).status_code


def exchanged(desk, secret):
    answer = desk.client.post("/v1/tokens", headers={"Authorization": f"Bearer {secret}"})
    return answer.get_json().get("access_token", "")


def test_126_key_of_a_dismissed_organiser_holds_no_more_and_neither_do_its_tokens(desk, mission):
    grant = made_staff(desk, "organiser", mission)
    secret = a_key(desk, mission, olga(grant)).get_json()["secret"]
    token = exchanged(desk, secret)
    before = [opens(desk, text, mission) for text in (secret, token)]

    desk.made("DELETE", f"/v1/members/{grant['id']}")

    assert (before, [opens(desk, text, mission) for text in (secret, token)]) == ([200, 200], [401, 401])
    assert exchanged(desk, secret) == ""
    assert desk.made("GET", f"/v1/api-keys?scope={mission}")["items"][0]["revoked_at"] is not None


def test_126_exchange_at_the_same_time_as_the_key_is_revoked_leaves_no_token(desk, mission):
    made = a_key(desk, mission, bearer({Role.ORGANISER: [mission]})).get_json()
    given, _before = [], exchanged(desk, made["secret"])
    other = threading.Thread(target=lambda: given.append(exchanged(desk, made["secret"])))

    with desk.runtime.database.write() as session:
        key_rules.end(session, session.get_one(ApiKey, UUID(made["id"]), with_for_update=True))
        session.flush()
        other.start()
        other.join(0.3)
    other.join(10)

    assert [opens(desk, token, mission) for token in given if token] == []


@pytest.mark.parametrize("is_first", [True, False])
def test_126_key_made_at_the_same_time_as_the_role_of_its_maker_is_taken_does_not_stay(desk, mission, is_first):
    grant = made_staff(desk, "organiser", mission)
    ends_at = datetime.now(UTC) + timedelta(days=30)

    def make(session):
        maker = Actor(
            id=f"person:{grant['account_id']}",
            claims={Role.ORGANISER: frozenset({mission})},
            deed=Deed.KEYS_MANAGE,
        )
        wanted = MakeKey(name="n", role=Role.ORGANISER, scope=mission, deeds=(Deed.MISSIONS_READ,), expires_at=ends_at)
        with suppress(ForbiddenError, NotFoundError):
            api_keys.make(session, wanted, maker)

    def take(session):
        roles.revoke(session, UUID(grant["id"]), OPERATOR)

    def meanwhile():
        with desk.runtime.database.write() as session:
            (take if is_first else make)(session)

    other = threading.Thread(target=meanwhile)
    with desk.runtime.database.write() as session:
        (make if is_first else take)(session)
        session.flush()
        other.start()
        other.join(0.3)
    other.join(10)

    held = desk.made("GET", f"/v1/api-keys?scope={mission}")["items"]
    assert [key["id"] for key in held if key["revoked_at"] is None] == []


def test_126_other_services_hear_that_the_key_of_a_dismissed_organiser_has_ended(desk, mission):
    grant = made_staff(desk, "organiser", mission)
    made = a_key(desk, mission, olga(grant)).get_json()

    desk.made("DELETE", f"/v1/members/{grant['id']}")

    assert made["id"] in [event.data.session_id for event in desk.events("session.revoked")]


def test_126_key_of_a_region_ends_with_the_agency_that_made_it(desk, mission):
    grant = made_staff(desk, "agency", "RU-KYA")
    secret = a_key(desk, "RU-KYA", olga(grant), role="agency").get_json()["secret"]
    before = opens(desk, secret, mission)

    desk.made("DELETE", f"/v1/members/{grant['id']}")

    assert (before, opens(desk, secret, mission)) == (200, 401)


def test_key_stays_while_its_maker_may_still_make_it(desk, mission):
    grant = made_staff(desk, "organiser", mission)
    made_staff(desk, "agency", "RU-KYA")
    secret = a_key(desk, mission, olga(grant)).get_json()["secret"]

    desk.made("DELETE", f"/v1/members/{grant['id']}")

    assert opens(desk, secret, mission) == 200


def test_key_that_somebody_else_made_stays(desk, mission):
    grant = made_staff(desk, "organiser", mission)
    secret = a_key(desk, mission, bearer()).get_json()["secret"]

    desk.made("DELETE", f"/v1/members/{grant['id']}")

    assert opens(desk, secret, mission) == 200


def test_journal_tells_of_the_keys_that_have_ended_with_a_role(desk, mission):
    grant = made_staff(desk, "organiser", mission)
    made = a_key(desk, mission, olga(grant)).get_json()

    desk.made("DELETE", f"/v1/members/{grant['id']}")

    with desk.runtime.database.read() as session:
        last = session.execute(journal.select().order_by(journal.c.seq.desc())).first()
    assert {"type": "api_key", "subject": made["id"], "before": "there", "after": "revoked"} in last.changes


def test_journal_tells_the_end_of_a_role_as_that_of_its_mission(desk, mission):
    other = desk.open_mission(reference="other")
    grant, of_other = made_staff(desk, "organiser", mission), made_staff(desk, "reader", other)
    a_key(desk, other, olga(grant, organiser=other))
    colleague = bearer({Role.ORGANISER: [mission]})

    assert desk.client.delete(f"/v1/members/{grant['id']}", headers=colleague).status_code == 204

    with desk.runtime.database.read() as session:
        last = session.execute(journal.select().order_by(journal.c.seq.desc())).first()
    assert of_other["account_id"] == grant["account_id"]
    assert last.context == mission


def test_key_of_somebody_who_is_forgotten_ends(desk, mission):
    grant = made_staff(desk, "organiser", mission)
    secret = a_key(desk, mission, olga(grant)).get_json()["secret"]

    with desk.runtime.database.write() as session:
        forget_account(session, session.get_one(Account, UUID(grant["account_id"])))

    assert opens(desk, secret, mission) == 401


@pytest.mark.parametrize("deed", ["members:manage", "keys:manage"])
def test_126_key_from_before_has_lost_what_gives_away(desk, mission, deed):
    made = a_key(desk, mission, bearer()).get_json()
    with desk.runtime.database.write() as session:
        session.execute(update(ApiKey).values(deeds=("missions:read", deed)))
    shown = {"Authorization": f"Bearer {made['secret']}"}
    invitation = {"email": OLGA, "role": "organiser", "scope": mission}

    invites = desk.client.post("/v1/members", json=invitation, headers=shown)
    makes = a_key(desk, mission, shown)

    assert opens(desk, made["secret"], mission) == 200
    assert (invites.status_code, makes.status_code) == (403, 403)


def test_of_eight_keys_that_are_made_at_once_two_hold(desk, mission):
    answers = at_once([partial(a_key, desk, mission, bearer())] * 8)

    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 6
