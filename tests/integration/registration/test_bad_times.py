"""Times as no clock shows them, zones that no place has, and hours that cannot be."""

import json

import pytest

from builders.registration import (
    a_delegate,
    a_mission,
    a_slot,
    an_agenda_item,
    at,
    refusal,
)

NOBODY = "01a20a5c-0000-7000-8000-000000000000"
WINDOW = {"starts_at": at(10, 14), "ends_at": at(10, 16)}
BERLIN = {"timezone": "Europe/Berlin", "starts_on": "2027-03-27", "ends_on": "2027-03-29", "agenda": []}
BAD_ZONES = ["MSK", "GMT+3", "Etc/GMT+3", "Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "Europe/../Moscow", ""]


def case(number, words, *values):
    return pytest.param(*values, id=f"{number}_{words}".replace(" ", "_").strip("_"))


def slot(**times):
    return {"slots": [a_slot(**times)]}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        case(
            50, "local time that no clock shows", BERLIN | slot(starts_at="2027-03-28T02:30:00"), "#/slots/0/starts_at"
        ),
        case(
            50,
            "zone instead of an offset",
            BERLIN | slot(starts_at="2027-03-28T02:30:00[Europe/Berlin]"),
            "#/slots/0/starts_at",
        ),
        case(
            51,
            "local time that clocks show twice",
            BERLIN | {"starts_on": "2027-10-30", "ends_on": "2027-11-01"} | slot(starts_at="2027-10-31T02:30:00"),
            "#/slots/0/starts_at",
        ),
        case(
            55, "slot that ends before it begins", slot(starts_at=at(10, 11), ends_at=at(10, 10)), "#/slots/0/ends_at"
        ),
        case(55, "slot without length", slot(starts_at=at(10, 11), ends_at=at(10, 11)), "#/slots/0/ends_at"),
        case(55, "slot of a whole day", slot(starts_at=at(10, 1), ends_at=at(11, 1)), "#/slots/0/ends_at"),
        case(55, "year 1", slot(starts_at="0001-01-01T00:00:00+07:00"), "#/slots/0/starts_at"),
        case(55, "year 9999", slot(starts_at="9999-12-31T23:00:00-07:00"), "#/slots/0/starts_at"),
        case(55, "29 february 2027", {"starts_on": "2027-02-29"}, "#/starts_on"),
        case(55, "29 february 2027 as an instant", slot(starts_at="2027-02-29T10:00:00+07:00"), "#/slots/0/starts_at"),
        case(55, "mission that ends before it begins", {"ends_on": "2024-12-09"}, "#/ends_on"),
        case(
            55,
            "item that ends before it begins",
            {"agenda": [an_agenda_item(starts_at=at(10, 11), ends_at=at(10, 10))]},
            "#/agenda/0/ends_at",
        ),
        case(
            58,
            "same table a minute before",
            {"slots": [a_slot(), a_slot(2, starts_at=at(10, 14, 29))]},
            "#/slots/1/tables",
        ),
        case("", "slot after the mission", slot(starts_at=at(13, 10), ends_at=at(13, 11)), "#/slots/0/starts_at"),
        case("", "slot before the mission", slot(starts_at=at(9, 23), ends_at=at(10, 1)), "#/slots/0/starts_at"),
        case("", "no offset", slot(starts_at="2024-12-10T14:00:00"), "#/slots/0/starts_at"),
        case(
            "",
            "same id",
            {"slots": [a_slot(), a_slot(starts_at=at(10, 16), ends_at=at(10, 17))]},
            "#/slots/1/id",
        ),
        case("", "unknown table", {"slots": [a_slot(tables=["T9"])]}, "#/slots/0/tables"),
        case("", "item after the mission", {"agenda": [an_agenda_item(ends_at=at(13, 10))]}, "#/agenda/0/starts_at"),
        case(
            "",
            "item for nobody",
            {"agenda": [an_agenda_item(organisation_ids=[NOBODY])]},
            "#/agenda/0/organisation_ids",
        ),
        case("", "unknown online table", {"rules": {"online_tables": ["T7"]}}, "#/rules/online_tables"),
        case("", "unknown region", {"guest_region": "RU-OMS"}, "#/guest_region"),
        *(case(53 if "etc/p" in zone else 52, f"zone {zone}", {"timezone": zone}, "#/timezone") for zone in BAD_ZONES),
    ],
)
def test_bad_mission_is_refused_with_its_field(quick_desk, changes, pointer):
    quick_desk.regions()

    answers = [refusal(quick_desk, "POST", "/v1/missions", a_mission(**changes), language) for language in ("ru", "en")]

    assert [status for status, _problem in answers] == [422, 422]
    pointers = [[error["pointer"] for error in problem["errors"]] for _status, problem in answers]
    assert pointers == [[pointer], [pointer]]
    assert answers[0][1]["errors"] != answers[1][1]["errors"]


@pytest.mark.parametrize("zone", BAD_ZONES)
def test_53_zone_of_no_place_is_refused_for_regions_and_for_people(quick_desk, zone):
    body = quick_desk.application(quick_desk.open_mission()) | {"delegates": [a_delegate(timezone=zone)]}

    region = refusal(quick_desk, "PUT", "/v1/regions/RU-KLU", {"timezone": zone}, "ru")
    person = refusal(quick_desk, "POST", "/v1/applications", body, "ru")

    for status, _problem in (region, person):
        assert status == 422
    assert [error["pointer"] for error in region[1]["errors"]] == ["#/timezone"]
    assert [error["pointer"] for error in person[1]["errors"]] == ["#/delegates/0/timezone"]


def test_52_universal_time_is_a_zone(quick_desk):
    assert quick_desk.open_mission(timezone="UTC")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("delegates/{delegate}/absences", {"starts_at": "2027-03-28T02:30:00", "ends_at": at(10, 15)}),
        ("participants/{participant}/withdrawal", {"withdrawn_from": "2027-03-28T02:30:00"}),
        ("organisations/{organisation}/consents", {"given_at": "2027-03-28T02:30:00"}),
    ],
)
def test_50_time_without_an_offset_is_refused_wherever_one_is_given(quick_desk, path, body):
    application = quick_desk.approved(quick_desk.open_mission())
    ids = {"organisation": application["organisation_id"], "delegate": application["delegates"][0]["id"]}
    ids["participant"] = quick_desk.participant(application)["id"]
    if "given_at" in body:
        body = {"consents": [{"purpose": "p", "text": "t", "language": "ru", "channel": "c"} | body]}

    status, problem = refusal(quick_desk, "POST", "/v1/" + path.format(**ids), body, "ru")

    assert status == 422
    (wrong,) = problem["errors"]
    assert wrong["pointer"].rpartition("/")[2] in ("starts_at", "withdrawn_from", "given_at")


def test_51_two_instants_of_one_local_time_are_kept_apart(desk):
    first, second = ("2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00")
    slots = [
        a_slot(1, starts_at=first, ends_at="2027-10-31T02:50:00+02:00"),
        a_slot(2, starts_at=second, ends_at="2027-10-31T02:50:00+01:00"),
    ]
    days = {"starts_on": "2027-10-30", "ends_on": "2027-11-01"}

    mission = desk.open_mission(**BERLIN | days, slots=slots)

    kept = [one["starts_at"] for one in desk.made("GET", f"/v1/missions/{mission}")["slots"]]
    assert kept == ["2027-10-31T00:30:00+00:00", "2027-10-31T01:30:00+00:00"]


@pytest.mark.parametrize(
    ("windows", "pointer", "words"),
    [
        case(55, "no length", [WINDOW | {"ends_at": at(10, 14)}], "/0/ends_at", "позже начала"),
        case(55, "backwards", [WINDOW | {"ends_at": at(10, 13)}], "/0/ends_at", "позже начала"),
        case(56, "overlap", [WINDOW, WINDOW | {"starts_at": at(10, 15)}], "", "пересекаются"),
        case(56, "same twice", [WINDOW, WINDOW], "", "пересекаются"),
        case(57, "after the mission", [WINDOW | {"ends_at": at(13, 1)}], "/0/starts_at", "за пределами миссии"),
    ],
)
def test_bad_hours_of_a_person_are_refused_with_their_field(quick_desk, windows, pointer, words):
    body = quick_desk.application(quick_desk.open_mission()) | {"delegates": [a_delegate(availability=windows)]}

    status, problem = refusal(quick_desk, "POST", "/v1/applications", body, "ru")
    _status, english = refusal(quick_desk, "POST", "/v1/applications", body, "en")

    assert status == 422
    assert [error["pointer"] for error in problem["errors"]] == [f"#/delegates/0/availability{pointer}"]
    assert words in problem["errors"][0]["detail"]
    assert problem["errors"] != english["errors"]


def test_58_windows_and_slots_may_begin_where_others_end(desk):
    back_to_back = [a_slot(1, ends_at=at(10, 15)), a_slot(2, starts_at=at(10, 15), ends_at=at(10, 15, 30))]
    hours = [WINDOW, {"starts_at": at(10, 16), "ends_at": at(10, 17)}]

    mission = desk.open_mission(slots=back_to_back)
    application = desk.applied(mission, delegates=[a_delegate(availability=hours)])

    assert len(application["delegates"][0]["availability"]) == 2


def test_54_programme_that_is_entered_again_after_a_change_of_zone_rules_is_told_with_its_new_instants(desk):
    mission = desk.open_mission()
    later = json.loads(json.dumps([a_slot(1), a_slot(2)]).replace("+07:00", "+08:00"))
    programme = {"tables": [{"id": "T1"}], "slots": later, "agenda": []}

    desk.made("PUT", f"/v1/missions/{mission}/programme", programme)

    told = desk.events("mission")[-1]
    assert [one.starts_at.isoformat() for one in told.data.slots] == [
        "2024-12-10T06:00:00+00:00",
        "2024-12-10T07:00:00+00:00",
    ]
