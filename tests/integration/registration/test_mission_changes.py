"""Facts of a mission are corrected, and whoever relies on them is not harmed."""

import pytest

from access.roles import Role
from builders.registration import a_delegate, a_mission, at
from signed_in import bearer

BEFORE, MEANWHILE = "2024-11-20T03:00:00+00:00", "2024-12-11T03:00:00+00:00"
DESK = {
    "organiser": {"ru": "Штаб миссии"},
    "organiser_phone": "+7 391 200-00-00",
    "organiser_email": "desk@example.org",
}


def change(desk, mission, body, **headers):
    return desk.send("PATCH", f"/v1/missions/{mission}", body, **headers)


def pointers(answer):
    assert answer.status_code == 422, answer.get_data(as_text=True)
    return [error["pointer"] for error in answer.get_json()["errors"]]


@pytest.fixture
def before(quick_desk):
    """An open mission, three weeks before its first day."""
    mission = quick_desk.open_mission()
    quick_desk.made("PUT", "/v1/clock", {"now": BEFORE})
    return mission


def test_change_tells_the_others_once_and_leaves_the_rest(quick_desk, before):
    told = change(quick_desk, before, {"titles": {"ru": "Новое имя"}, **DESK}).get_json()
    change(quick_desk, before, DESK)

    events = quick_desk.events("mission.changed")
    assert (told["titles"], told["organiser_email"], told["venue"]) == (
        {"ru": "Новое имя"},
        "desk@example.org",
        {"ru": "Конгресс-зал"},
    )
    assert [one.data.organiser_phone for one in events] == ["+7 391 200-00-00"]
    assert [one.data.organiser_email for one in events] == ["desk@example.org"]


def test_change_of_a_draft_is_told_to_nobody(quick_desk):
    quick_desk.regions()
    mission = quick_desk.made("POST", "/v1/missions", a_mission())["id"]

    quick_desk.made("PATCH", f"/v1/missions/{mission}", DESK)

    assert quick_desk.events("mission.") == []
    assert quick_desk.made("GET", f"/v1/missions/{mission}")["organiser"] == {"ru": "Штаб миссии"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ends_on": "2024-12-09"}, "#/ends_on"),
        ({"ends_on": "2025-03-01"}, "#/ends_on"),
        ({"starts_on": "2024-12-11"}, "#/starts_on"),
        ({"timezone": "America/Los_Angeles", "ends_on": "2024-12-10", "starts_on": "2024-12-10"}, "#/starts_on"),
        ({"applications_until": "2024-12-13"}, "#/applications_until"),
        ({"organiser_email": "nobody"}, "#/organiser_email"),
        ({"titles": {}}, "#/titles"),
        ({"reference": "other"}, "#/reference"),
        ({"host_region": "RU-KLU"}, "#/host_region"),
    ],
)
def test_change_that_cannot_be_is_refused_beside_its_field(quick_desk, before, body, pointer):
    with quick_desk.no_trace():
        assert pointers(change(quick_desk, before, body)) == [pointer]


def test_days_stay_once_the_mission_has_begun_and_words_do_not(quick_desk, before):
    quick_desk.made("PUT", "/v1/clock", {"now": MEANWHILE})

    with quick_desk.no_trace():
        refused = change(quick_desk, before, {"ends_on": "2024-12-13"})
    same = change(quick_desk, before, {"ends_on": "2024-12-12", **DESK})

    assert (refused.status_code, refused.get_json()["type"].rpartition(":")[2]) == (409, "wrong-status")
    assert same.status_code == 200


def test_hours_of_people_follow_days_and_those_of_their_own_stop_them(quick_desk):
    mission = quick_desk.open_mission(slots=[], agenda=[])
    own = [{"starts_at": at(12, 14), "ends_at": at(12, 15)}]
    people = [a_delegate("klu-01/p1"), a_delegate("klu-01/p2", availability=own)]
    quick_desk.applied(mission, "klu-01", delegates=people)
    quick_desk.made("PUT", "/v1/clock", {"now": BEFORE})

    longer = change(quick_desk, mission, {"ends_on": "2024-12-13"})
    shorter = change(quick_desk, mission, {"ends_on": "2024-12-11"})

    hours = [row["availability"] for row in quick_desk.made("GET", "/v1/delegates")["items"]]
    assert longer.status_code == 200
    assert pointers(shorter) == ["#/starts_on"]
    assert sorted(one[-1]["ends_at"] for one in hours) == ["2024-12-12T08:00:00+00:00", "2024-12-13T17:00:00+00:00"]


def test_places_are_no_fewer_than_take_part(quick_desk, before):
    quick_desk.approved(before, "klu-01")
    quick_desk.approved(before, "klu-02", delegates=[a_delegate("klu-02/p1")])

    fewer = change(quick_desk, before, {"rules": {"places": {"guest": 1}}})
    enough = change(quick_desk, before, {"rules": {"places": {"guest": 2, "host": 1}}})

    assert pointers(fewer) == ["#/rules/places/guest"]
    assert enough.get_json()["rules"]["places"] == {"guest": 2, "host": 1}
    assert enough.get_json()["rules"]["min_meetings_per_guest"] == 4


def test_tables_of_a_change_are_in_the_hall(quick_desk, before):
    assert pointers(change(quick_desk, before, {"rules": {"online_tables": ["T9"]}})) == ["#/rules/online_tables"]


def test_last_day_for_applications_is_counted_where_the_mission_meets(quick_desk, before):
    change(quick_desk, before, {"applications_until": "2024-11-20"})

    quick_desk.made("PUT", "/v1/clock", {"now": "2024-11-20T16:59:00+00:00"})
    quick_desk.applied(before, "klu-01")
    quick_desk.made("PUT", "/v1/clock", {"now": "2024-11-20T17:01:00+00:00"})
    organisation = quick_desk.organisation("klu-02")
    body = {"mission_id": before, "organisation_id": organisation, "side": "guest"}
    late = quick_desk.send("POST", "/v1/applications", body)

    assert (late.status_code, late.get_json()["type"].rpartition(":")[2]) == (409, "mission-not-open")
    assert quick_desk.events("mission.changed")[-1].data.applications_until.isoformat() == "2024-11-20"


def test_who_does_not_run_the_mission_changes_nothing(quick_desk, before):
    agency, reader = bearer({Role.AGENCY: ["RU-KLU"]}), bearer({Role.READER: [before]})
    with quick_desk.no_trace():
        answers = [change(quick_desk, before, DESK, **who).status_code for who in (agency, reader)]

    assert answers == [403, 403]
