"""How far locations are apart, who interprets, and what delegates speak: taken in, refused, and told."""

import pytest

from builders.registration import a_delegate, a_slot, an_agenda_item, at
from contracts.registration import DelegateChanged, DelegateRegistered, MissionAnnounced, MissionChanged

TABLES = [{"id": "T1", "location": "hall"}, {"id": "T2", "location": "annexe", "video_kit": True}]
AGENDA = [an_agenda_item(location="theatre")]
WALKS = [{"from": "hall", "to": "annexe", "minutes": 10}, {"from": "theatre", "to": "hall", "minutes": 25}]
MORNING = {"starts_at": at(10, 9), "ends_at": at(10, 13)}
INTERPRETERS = [
    {"id": "I1", "languages": ["ru", "zh"], "availability": [MORNING]},
    {"id": "I2", "languages": ["ru", "en"]},
]


def a_programme(**changes):
    parts = {"tables": TABLES, "slots": [a_slot(1), a_slot(2)], "agenda": AGENDA}
    return parts | {"walking": WALKS, "interpreters": INTERPRETERS} | changes


def told_by(desk, kind):
    return [envelope.data for envelope in desk.events() if envelope.type == kind.type]


def pointers(answer):
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    return sorted(error["pointer"] for error in answer.get_json()["errors"])


def test_mission_tells_how_far_its_locations_are_apart_and_who_interprets(quick_desk):
    mission = quick_desk.open_mission(**a_programme())

    shown = quick_desk.made("GET", f"/v1/missions/{mission}")
    (told,) = told_by(quick_desk, MissionAnnounced)

    assert shown["walking"] == WALKS
    assert [one["id"] for one in shown["interpreters"]] == ["I1", "I2"]
    assert [(w.from_location, w.to_location, w.minutes) for w in told.walking] == [
        ("hall", "annexe", 10),
        ("theatre", "hall", 25),
    ]
    assert [one.languages for one in told.interpreters] == [("ru", "zh"), ("ru", "en")]


def test_interpreter_without_hours_is_there_in_the_mission_s_own(quick_desk):
    mission = quick_desk.open_mission(**a_programme())

    hours = quick_desk.made("GET", f"/v1/missions/{mission}")["interpreters"][1]["availability"]

    assert [(window["starts_at"], window["ends_at"]) for window in hours] == [
        ("2024-12-10T07:00:00+00:00", "2024-12-10T08:30:00+00:00")
    ]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"walking": [{"from": "hall", "to": "moon", "minutes": 5}]}, ["#/walking/0/to"]),
        ({"walking": [{"from": "mars", "to": "moon", "minutes": 5}]}, ["#/walking/0/from", "#/walking/0/to"]),
        ({"walking": [{"from": "hall", "to": "hall", "minutes": 5}]}, ["#/walking/0/to"]),
        ({"walking": [*WALKS, {"from": "annexe", "to": "hall", "minutes": 9}]}, ["#/walking/2"]),
        ({"walking": [{"from": "hall", "to": "annexe", "minutes": 241}]}, ["#/walking/0/minutes"]),
        ({"walking": [{"from": "hall", "to": "annexe", "minutes": -1}]}, ["#/walking/0/minutes"]),
        ({"walking": [{"from": "hall", "to": "annexe"}]}, ["#/walking/0/minutes"]),
        ({"interpreters": [INTERPRETERS[0], INTERPRETERS[0]]}, ["#/interpreters/1/id"]),
        ({"interpreters": [{"id": "Ivan Petrov", "languages": ["ru", "zh"]}]}, ["#/interpreters/0/id"]),
        ({"interpreters": [{"id": "I1", "languages": ["ru"]}]}, ["#/interpreters/0/languages"]),
        ({"interpreters": [{"id": "I1", "languages": ["ru", "Chinese"]}]}, ["#/interpreters/0/languages/1"]),
        (
            {"interpreters": [{**INTERPRETERS[0], "availability": [{**MORNING, "starts_at": at("09", 9)}]}]},
            ["#/interpreters/0/availability/0/starts_at"],
        ),
        (
            {"interpreters": [{**INTERPRETERS[0], "availability": [{**MORNING, "ends_at": at(10, 8)}]}]},
            ["#/interpreters/0/availability/0/ends_at"],
        ),
        (
            {"interpreters": [{**INTERPRETERS[0], "availability": [MORNING, MORNING]}]},
            ["#/interpreters/0/availability"],
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_programme_that_cannot_be_is_refused_and_changes_nothing(quick_desk, changes, found):
    mission = quick_desk.open_mission(**a_programme())

    answer = quick_desk.send("PUT", f"/v1/missions/{mission}/programme", a_programme(**changes))

    assert pointers(answer) == found
    assert quick_desk.made("GET", f"/v1/missions/{mission}")["walking"] == WALKS
    assert told_by(quick_desk, MissionChanged) == []


def test_new_programme_replaces_ways_and_interpreters(quick_desk):
    mission = quick_desk.open_mission(**a_programme())

    quick_desk.made("PUT", f"/v1/missions/{mission}/programme", a_programme(walking=WALKS[:1], interpreters=[]))

    (told,) = told_by(quick_desk, MissionChanged)
    assert (len(told.walking), told.interpreters) == (1, ())


def test_delegate_s_languages_are_told_and_kept(quick_desk):
    mission = quick_desk.open_mission()
    people = [a_delegate("klu-01/p1", languages=["ru", "zh", "ru"])]
    application = quick_desk.applied(mission, delegates=people)
    (person,) = quick_desk.made("GET", f"/v1/delegates?application_id={application['id']}")["items"]

    (told,) = told_by(quick_desk, DelegateRegistered)
    quick_desk.made("PATCH", f"/v1/delegates/{person['id']}", {"languages": ["en"]})
    quick_desk.made("PATCH", f"/v1/delegates/{person['id']}", {"languages": ["en"]})

    assert person["languages"] == ["ru", "zh"]
    assert told.languages == ("ru", "zh")
    assert [one.languages for one in told_by(quick_desk, DelegateChanged)] == [("en",)]


def test_language_that_is_no_code_is_refused(quick_desk):
    mission = quick_desk.open_mission()
    body = quick_desk.application(mission, delegates=[a_delegate("klu-01/p1", languages=["Russian"])])

    assert pointers(quick_desk.send("POST", "/v1/applications", body)) == ["#/delegates/0/languages/0"]


def test_delegate_who_was_removed_speaks_nothing_any_more(quick_desk):
    mission = quick_desk.open_mission()
    application = quick_desk.applied(mission, delegates=[a_delegate("klu-01/p1", languages=["ru"])])
    (person,) = quick_desk.made("GET", f"/v1/delegates?application_id={application['id']}")["items"]

    quick_desk.made("DELETE", f"/v1/delegates/{person['id']}")

    assert quick_desk.made("GET", f"/v1/delegates/{person['id']}")["languages"] == []


def test_mission_without_any_of_it_is_as_it_was(quick_desk):
    mission = quick_desk.made("GET", f"/v1/missions/{quick_desk.open_mission()}")

    assert (mission["walking"], mission["interpreters"]) == ([], [])
