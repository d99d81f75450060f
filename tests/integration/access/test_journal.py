"""Who did what is noted for whom it was done, and read by those whom it concerns."""

import pytest

from access.actor import Actor
from access.roles import Role
from signed_in import bearer
from trespass.actors import headers


def done(world, service, claims, method, path, body=None):
    """Let somebody do what must succeed; return the entry of it, as the admin reads it."""
    answer = world.apps[service].test_client().open(path, method=method, json=body, headers=bearer(claims))
    assert answer.status_code < 300, answer.text
    return entries(world, service)[0]


def entries(world, service, claims=None, **query):
    answer = world.apps[service].test_client().get("/v1/journal", query_string=query, headers=bearer(claims))
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def change_of_person(world, role, scope):
    path = f"/v1/delegates/{world.ids['a.g1.delegate']}"
    return done(world, "registration", {role: [scope]}, "PATCH", path, {"language": "en"})


@pytest.mark.parametrize(
    ("role", "scope", "acts_for"),
    [
        (Role.DELEGATE, "a.g1", ""),
        (Role.AGENCY, "RU-KLU", "a.g1"),
        (Role.ORGANISER, "a.mission", "a.g1"),
        (Role.ADMIN, "*", "a.g1"),
    ],
)
def test_entry_tells_for_whom_somebody_acts_who_is_none_of_its_own(world, role, scope, acts_for):
    entry = change_of_person(world, role, world.ids.get(scope, scope))

    assert entry["on_behalf_of"] == world.ids.get(acts_for, "")
    assert entry["deed"] == "people:write"
    assert entry["subjects"] == {"delegate_id": world.ids["a.g1.delegate"]}
    assert (entry["context"], entry["home"]) == (world.ids["a.mission"], "RU-KLU")


def test_answer_to_a_wish_is_noted_for_the_one_that_was_asked(world):
    path = f"/v1/meeting-requests/{world.ids['a.request']}/acceptance"

    by_organiser = done(world, "matching", {Role.ORGANISER: [world.ids["a.mission"]]}, "POST", path)

    assert by_organiser["on_behalf_of"] == world.ids["a.h1"]


def test_agreement_is_noted_for_the_side_that_somebody_speaks_for(world):
    path = f"/v1/agreements/{world.ids['a.agreement']}/checks/3"
    body = {"checked_on": "2030-06-04", "status": "in_progress"}

    own = done(world, "matching", {Role.DELEGATE: [world.ids["a.h1"]]}, "POST", path, body)
    by_agency = done(world, "matching", {Role.AGENCY: ["RU-KYA"]}, "POST", path, body)

    assert own["on_behalf_of"] == ""
    assert by_agency["on_behalf_of"] in (world.ids["a.g1"], world.ids["a.h1"])


def test_review_is_in_nobodys_name(world):
    path = f"/v1/applications/{world.ids['a.g1.application']}/withdrawal"
    withdrawn = done(world, "registration", {Role.AGENCY: ["RU-KLU"]}, "POST", path, {})
    closed = done(
        world,
        "registration",
        {Role.ORGANISER: [world.ids["a.mission"]]},
        "POST",
        f"/v1/missions/{world.ids['a.mission']}/closing",
    )

    assert (withdrawn["on_behalf_of"], closed["on_behalf_of"]) == (world.ids["a.g1"], "")


def test_each_reads_what_concerns_the_own_mission_or_region(world):
    ids = world.ids
    everything = entries(world, "registration", limit=500)
    organiser = entries(world, "registration", {Role.ORGANISER: [ids["b.mission"]]}, limit=500)
    agency = entries(world, "registration", {Role.AGENCY: ["RU-OMS"]}, limit=500)

    assert {one["context"] for one in everything} >= {ids["a.mission"], ids["b.mission"]}
    assert {one["context"] for one in organiser} == {ids["b.mission"]}
    assert {one["home"] for one in organiser} == {"RU-OMS", "RU-SVE"}
    assert {one["home"] for one in agency} == {"RU-OMS"}
    assert 0 < len(agency) < len(everything)


def test_journal_is_read_page_by_page_from_the_newest_on(world):
    everything = entries(world, "registration", limit=500)
    client, found, query = world.apps["registration"].test_client(), [], {"limit": 7}

    while query:
        page = client.get("/v1/journal", query_string=query).json
        found += page["items"]
        query = {"limit": 7, "before": page["next"]} if page["next"] else None

    assert found == everything
    assert [one["seq"] for one in found] == sorted((one["seq"] for one in found), reverse=True)


def test_page_shows_an_organiser_the_own_mission_alone(world):
    organiser = Actor(id="person:1", claims={Role.ORGANISER: frozenset({world.ids["b.mission"]})})
    app = world.apps["registration"]
    reader = app.test_client_class.__base__(app, app.response_class, use_cookies=False)

    page = reader.get("/journal", headers=headers(organiser, page=True)).get_data(as_text=True)

    assert world.ids["b.mission"] in page
    assert world.ids["a.mission"] not in page


@pytest.mark.parametrize("query", [{"before": 0}, {"before": "x"}, {"before": 2**63}, {"limit": 0}, {"limit": 501}])
def test_question_that_makes_no_sense_is_refused(world, query):
    assert world.apps["registration"].test_client().get("/v1/journal", query_string=query).status_code == 422


def test_feed_tells_an_organiser_the_events_of_the_mission_and_an_agency_those_of_its_region(world):
    def followed(claims):
        answer = world.apps["matching"].test_client().get("/v1/events?limit=500", headers=bearer(claims))
        return answer.json["events"]

    mission = world.ids["b.mission"]
    organiser = followed({Role.ORGANISER: [mission]})
    agency = followed({Role.AGENCY: ["RU-SVE"]})

    assert {event["mission"] for event in organiser} == {mission}
    assert {event["source"].split("/")[2] for event in organiser} == {"registration", "matching"}
    assert all(event.get("mission") == mission or event["source"].startswith("/ru-sve/") for event in agency)
    assert any("mission" not in event for event in agency)


@pytest.mark.parametrize(
    ("claims", "links"),
    [
        ({Role.ADMIN: frozenset("*")}, {"/journal", "/events/dead"}),
        ({Role.AGENCY: frozenset({"RU-KLU"})}, {"/journal"}),
        ({Role.READER: frozenset({"RU-KLU"})}, set()),
    ],
)
def test_foot_of_a_page_leads_where_the_reader_may_go(world, claims, links):
    app = world.apps["registration"]
    reader = app.test_client_class.__base__(app, app.response_class, use_cookies=False)

    page = reader.get("/", headers=headers(Actor(id="person:1", claims=claims), page=True)).get_data(as_text=True)

    assert {path for path in ("/journal", "/events/dead") if f'href="{path}"' in page} == links
