"""Requests for what is others': lines 126 to 130 of what may come in."""

import base64
import logging

import pytest
from sqlalchemy import func, select

from access.roles import Role
from registration.models import RoleGrant
from signed_in import bearer
from trespass.world import IN_A_MONTH


def a_key(world, **changes):
    """Make a key; return its id and its secret."""
    body = {"name": "new", "role": "organiser", "scopes": ["meetings:read"], "expires_at": IN_A_MONTH}
    made = world.ask("registration", "POST", "/v1/api-keys", body | {"scope": world.ids["a.mission"]} | changes)
    return made["id"], made["secret"]


def exchanged(world, secret):
    """Return the header with the token for a key, once every service knows what signs it."""
    basic = base64.b64encode(f"key:{secret}".encode()).decode()
    client = world.apps["registration"].test_client()
    answer = client.post("/v1/tokens", headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.text
    world.carry()
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def asked(world, service, path, headers, method="GET", body=None):
    """Ask as somebody else than the admin; return the status."""
    return world.apps[service].test_client().open(path, method=method, headers=headers, json=body).status_code


def test_126_key_opens_its_own_mission_by_its_own_deeds_alone(world):
    shown = exchanged(world, a_key(world)[1])
    mine, others = world.ids["a.mission"], world.ids["b.mission"]

    assert asked(world, "matching", f"/v1/missions/{mine}", shown) == 200
    assert asked(world, "matching", f"/v1/missions/{others}", shown) == 404
    assert asked(world, "matching", f"/v1/missions/{mine}/report", shown) == 403
    assert asked(world, "registration", "/v1/applications", shown) == 403


def test_126_revoked_key_is_refused_everywhere(world):
    id_, secret = a_key(world)
    shown, mine = exchanged(world, secret), world.ids["a.mission"]
    world.ask("registration", "DELETE", f"/v1/api-keys/{id_}")
    world.carry()

    assert asked(world, "registration", "/v1/missions", {"Authorization": f"Bearer {secret}"}) == 401
    assert asked(world, "registration", "/v1/missions", shown) == 401
    assert asked(world, "matching", f"/v1/missions/{mine}", shown) == 401


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "key"])
@pytest.mark.parametrize("service", ["registration", "matching", "notifications"])
def test_126_key_in_the_address_is_refused(world, service, name):
    assert asked(world, service, f"/v1/clock?{name}=crv_x", bearer()) == 400


def test_127_what_is_anothers_is_not_there_and_the_try_is_logged(world, caplog):
    ids, delegate = world.ids, bearer({Role.DELEGATE: [world.ids["a.g2"]]})
    tried = [
        ("registration", f"/v1/applications/{ids['a.g1.application']}", ids["a.g1.application"]),
        ("registration", f"/v1/delegates/{ids['a.g1.delegate']}", ids["a.g1.delegate"]),
        ("registration", f"/v1/participants/{ids['a.g1.participant']}", ids["a.g1.participant"]),
        ("matching", f"/v1/missions/{ids['b.mission']}/meetings", ids["b.mission"]),
        ("notifications", f"/v1/deliveries/{ids['a.g1.delivery']}", ids["a.g1.delivery"]),
        ("notifications", f"/mails/{ids['a.g1.delivery']}/page", ids["a.g1.delivery"]),
    ]

    for service, path, id_ in tried:
        caplog.clear()
        cookie = {"Cookie": f"caravan-token={delegate['Authorization'].removeprefix('Bearer ')}"}
        with caplog.at_level(logging.INFO):
            app = world.apps[service]
            stranger = app.test_client_class.__base__(app, app.response_class, use_cookies=False)
            assert stranger.get(path, headers=delegate | cookie).status_code == 404
        (line,) = [record for record in caplog.records if record.message == "request refused"]
        assert id_ in line.subjects
        assert line.deed.endswith(":read") and line.cause.endswith("not-found")


def test_128_organiser_elsewhere_repairs_no_events_and_there_is_no_other_bulk_action(world, kept):
    """Every route with ids of others is walked in test_matrix; the replay of many events is the one bulk action."""
    organiser = bearer({Role.ORGANISER: [world.ids["b.mission"]]})

    for service in world.apps:
        body = {"reason": "why", "dry_run": False}
        assert asked(world, service, "/v1/events/dead/replay", organiser, "POST", body) == 403
        assert kept.is_as_it_was(service)


def test_129_delegate_makes_nobody_an_organiser(world, kept):
    delegate = bearer({Role.DELEGATE: [world.ids["a.g1"]]})
    invited = {"email": "me@example.org", "role": "organiser", "scope": world.ids["a.mission"]}

    assert asked(world, "registration", "/v1/members", delegate, "POST", invited) == 403
    for role, scope in (("agency", "RU-KLU"), ("admin", "*"), ("reader", world.ids["a.mission"])):
        grasping = invited | {"role": role, "scope": scope}
        assert asked(world, "registration", "/v1/members", delegate, "POST", grasping) == 403
    assert kept.is_as_it_was("registration")


def test_129_role_in_a_body_that_has_none_is_refused(world, kept):
    delegate = bearer({Role.DELEGATE: [world.ids["a.g1"]]})
    changes = {"role": "organiser"}
    path = f"/v1/delegates/{world.ids['a.g1.delegate']}"

    assert asked(world, "registration", path, delegate, "PATCH", changes) == 422
    assert kept.is_as_it_was("registration")


def test_129_delegate_runs_no_mission(world, kept):
    delegate, mission = bearer({Role.DELEGATE: [world.ids["a.g1"]]}), world.ids["a.mission"]

    assert asked(world, "registration", f"/v1/missions/{mission}/closing", delegate, "POST") == 403
    assert asked(world, "registration", "/v1/missions", delegate, "POST", {}) == 403
    assert asked(world, "matching", f"/v1/missions/{mission}/timetable-runs", delegate, "POST", {}) == 403
    assert asked(world, "registration", "/v1/api-keys", delegate, "POST", {}) == 403
    assert kept.is_as_it_was("registration") and kept.is_as_it_was("matching")


def test_delegate_may_invite_a_colleague_and_no_stranger(world):
    delegate = bearer({Role.DELEGATE: [world.ids["a.g1"]]})
    invited = {"email": "colleague@example.org", "role": "delegate"}

    assert asked(world, "registration", "/v1/members", delegate, "POST", invited | {"scope": world.ids["a.g1"]}) == 201
    assert asked(world, "registration", "/v1/members", delegate, "POST", invited | {"scope": world.ids["a.g2"]}) == 404
    with world.runtimes["registration"].database.read() as session:
        given = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.DELEGATE)
        assert session.scalar(given) == 1


def test_organiser_cannot_get_to_know_an_organisation_by_applying_for_it(world, kept):
    """An organiser speaks for organisations of the mission's own regions, and for nobody else's."""
    organiser = bearer({Role.ORGANISER: [world.ids["a.mission"]]})
    body = {"mission_id": world.ids["a.mission"], "organisation_id": world.ids["b.spare"], "side": "guest"}
    body |= {"profile": {"offers": [], "needs": []}, "delegates": []}

    assert asked(world, "registration", "/v1/applications", organiser, "POST", body) == 422
    assert kept.is_as_it_was("registration")


def test_grant_that_one_may_not_take_is_not_there(world):
    other = bearer({Role.ORGANISER: [world.ids["b.mission"]]})
    client = world.apps["registration"].test_client()

    answer = client.delete(f"/v1/members/{world.ids['a.grant']}", headers=other)

    assert answer.status_code == 404
    assert world.ids["a.mission"] not in answer.text


def test_agency_makes_keys_for_its_own_region_alone(world):
    agency = bearer({Role.AGENCY: ["RU-KLU"]})
    body = {"name": "board", "role": "agency", "scopes": ["events:read"], "expires_at": IN_A_MONTH}

    assert asked(world, "registration", "/v1/api-keys", agency, "POST", body | {"scope": "RU-KLU"}) == 201
    assert asked(world, "registration", "/v1/api-keys", agency, "POST", body | {"scope": "RU-KYA"}) == 403


def test_programme_tells_nothing_of_strangers_that_it_names(world):
    mission, organiser = world.ids["a.mission"], bearer({Role.ORGANISER: [world.ids["a.mission"]]})
    when = {"starts_at": "2030-03-04T10:00:00Z", "ends_at": "2030-03-04T11:00:00Z"}
    visit = {"id": "v", "type": "site_visit", "titles": {"en": "Visit"}, "location": "b-g1"} | when
    programme = {"tables": [], "slots": [], "agenda": [visit]}
    client = world.apps["registration"].test_client()

    changed = client.put(f"/v1/missions/{mission}/programme", headers=organiser, json=programme)
    page = client.get(f"/missions/{mission}").get_data(as_text=True)

    assert changed.status_code == 200, changed.text
    assert "Visit" in page
    assert "Company b-g1" not in page
