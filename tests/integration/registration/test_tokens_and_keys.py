"""Keys to the API, and the tokens that they are exchanged for."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from access.roles import Role
from registration.identity import signing_keys
from registration.models import ApiKey
from servicekit.auth import tokens
from signed_in import bearer

IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).isoformat()


def a_key(desk, scope, **changes):
    body = {"name": "board", "role": "reader", "scope": scope, "scopes": ["missions:read"], "expires_at": IN_A_MONTH}
    return desk.made("POST", "/v1/api-keys", body | changes)


def told(secret):
    return {"Authorization": f"Bearer {secret}"}


def exchanged(desk, secret):
    basic = base64.b64encode(f"key:{secret}".encode()).decode()
    return desk.client.post(
        "/v1/tokens", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )


def test_key_reads_what_it_was_made_for(desk, mission):
    secret = a_key(desk, mission)["secret"]

    read = desk.client.get(f"/v1/missions/{mission}", headers=told(secret))
    wrong_deed = desk.client.get("/v1/applications", headers=told(secret))
    written = desk.client.post(f"/v1/missions/{mission}/closing", headers=told(secret))

    assert read.status_code == 200
    assert (wrong_deed.status_code, written.status_code) == (403, 403)


def test_secret_of_a_key_is_told_once_and_kept_as_a_hash(desk, mission):
    made = a_key(desk, mission)

    listed = desk.made("GET", f"/v1/api-keys?scope={mission}")["items"]
    with desk.runtime.database.read() as session:
        kept = session.scalars(select(ApiKey)).one()

    assert made["secret"].startswith("crv_")
    assert "secret" not in listed[0]
    assert made["secret"] not in str(vars(kept))
    assert made["secret"].split("_", 2)[2] not in str(vars(kept))


def test_last_use_of_a_key_is_shown(desk, mission):
    secret = a_key(desk, mission)["secret"]
    before = desk.made("GET", f"/v1/api-keys?scope={mission}")["items"][0]["last_used_at"]

    assert exchanged(desk, secret).status_code == 200

    after = desk.made("GET", f"/v1/api-keys?scope={mission}")["items"][0]["last_used_at"]
    assert before is None
    assert after is not None


def test_two_keys_of_one_name_hold_at_a_time(desk, mission):
    first, _second = a_key(desk, mission), a_key(desk, mission)
    body = {"name": "board", "role": "reader", "scope": mission, "scopes": ["missions:read"], "expires_at": IN_A_MONTH}

    third = desk.send("POST", "/v1/api-keys", body)
    desk.made("DELETE", f"/v1/api-keys/{first['id']}")

    assert third.status_code == 409
    assert a_key(desk, mission)["name"] == "board"


def test_revoked_key_and_its_tokens_hold_no_more(desk, mission):
    made = a_key(desk, mission)
    token = exchanged(desk, made["secret"]).get_json()["access_token"]
    path = f"/v1/missions/{mission}"
    before = [desk.client.get(path, headers=told(text)).status_code for text in (made["secret"], token)]

    desk.made("DELETE", f"/v1/api-keys/{made['id']}")

    after = [desk.client.get(path, headers=told(text)).status_code for text in (made["secret"], token)]
    assert (before, after) == ([200, 200], [401, 401])


def test_key_ends(desk, mission):
    secret = a_key(desk, mission, expires_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())["secret"]

    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, seconds=1)):
        late = exchanged(desk, secret)

    assert late.status_code == 401


def test_token_ends_with_its_key_and_holds_an_hour_at_most(desk, mission):
    now = datetime.now(UTC)
    soon = (now + timedelta(minutes=5)).isoformat()
    short = exchanged(desk, a_key(desk, mission, expires_at=soon)["secret"]).get_json()
    long = exchanged(desk, a_key(desk, mission)["secret"]).get_json()

    with time_machine.travel(now + timedelta(minutes=5, seconds=1) + tokens.LEEWAY):
        answers = [
            desk.client.get(f"/v1/missions/{mission}", headers=told(given["access_token"])).status_code
            for given in (short, long)
        ]

    assert answers == [401, 200]
    assert 270 < short["expires_in"] <= 300
    assert long["expires_in"] == 3600


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"scopes": ["missions:run"]}, 422),
        ({"scopes": []}, 422),
        ({"scopes": ["everything"]}, 422),
        ({"role": "organiser", "scopes": ["members:manage"]}, 422),
        ({"role": "organiser", "scopes": ["missions:read", "keys:manage"]}, 422),
        ({"role": "admin"}, 422),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"expires_at": "2099-01-01T00:00:00Z"}, 422),
    ],
    ids=str,
)
def test_key_that_would_open_more_is_refused(desk, mission, changes, status):
    body = {"name": "x", "role": "reader", "scope": mission, "scopes": ["missions:read"], "expires_at": IN_A_MONTH}

    answer = desk.send("POST", "/v1/api-keys", body | changes)

    assert answer.status_code == status


def test_organiser_makes_keys_for_the_own_mission_alone(desk, mission):
    organiser = bearer({Role.ORGANISER: {mission}})
    stranger = bearer({Role.ORGANISER: {"6b1c7a4e-8f3d-4a52-9c61-0d7e5b2f4a19"}})
    body = {"name": "x", "role": "reader", "scope": mission, "scopes": ["missions:read"], "expires_at": IN_A_MONTH}

    own = desk.client.post("/v1/api-keys", json=body, headers=organiser)
    foreign = desk.client.post("/v1/api-keys", json=body, headers=stranger)

    assert (own.status_code, foreign.status_code) == (201, 404)


def test_rotation_interrupts_nobody(desk, mission):
    """A token of the old key, and one of the new, are good wherever the announcement was heard."""
    old = exchanged(desk, a_key(desk, mission)["secret"]).get_json()["access_token"]
    with desk.runtime.database.write() as session:
        signing_keys.announce(session, datetime.now(UTC))

    new = exchanged(desk, a_key(desk, mission, name="other")["secret"]).get_json()["access_token"]

    answers = [desk.client.get(f"/v1/missions/{mission}", headers=told(token)).status_code for token in (old, new)]
    assert answers == [200, 200]
    assert old.split(".")[0] != new.split(".")[0]


@pytest.mark.parametrize("shown", [{"Authorization": "Basic a2V5Om5vbmU="}, told("none"), {"Authorization": ""}])
def test_token_is_refused_as_oauth_refuses(desk, shown):
    answer = desk.client.post("/v1/tokens", headers=shown | {"Accept-Language": "ru"})

    assert (answer.status_code, answer.mimetype, answer.json["error"]) == (401, "application/json", "invalid_client")
    assert answer.json["error_description"].isascii()
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_token_is_given_for_a_key_alone(desk, mission):
    shown = f"key:{a_key(desk, mission)['secret']}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(shown).decode()}"}

    asked = {"grant_type": "password", "username": "a", "password": "b"}
    refused = desk.client.post("/v1/tokens", data=asked, headers=headers)
    given = desk.client.post("/v1/tokens", data={"grant_type": "client_credentials", "more": "1"}, headers=headers)

    assert (refused.status_code, refused.json["error"]) == (400, "unsupported_grant_type")
    assert given.status_code == 200
