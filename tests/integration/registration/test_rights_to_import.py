"""Who may hand in a list, and what it tells of others."""

import pytest

from access.roles import Role
from builders.registration import INN
from lists import a_list, a_row, hand_in, report
from servicekit.sheets import reading
from signed_in import anonymous, bearer

NOT_OPENED = "a file of somebody who may not send one was opened"


@pytest.mark.parametrize(
    ("headers", "status"), [(anonymous(), 401), (bearer({}), 404), (bearer({Role.READER: ["RU-KLU"]}), 404)]
)
def test_file_of_somebody_who_may_not_send_one_is_not_opened(quick_desk, monkeypatch, headers, status):
    mission = quick_desk.open_mission()
    monkeypatch.setattr(reading, "read", lambda *_: pytest.fail(NOT_OPENED))

    assert hand_in(quick_desk, mission, a_list(a_row(1)), **headers).status_code == status


def test_list_for_a_mission_of_others_is_not_found(quick_desk):
    mission = quick_desk.open_mission()
    other = quick_desk.open_mission(reference="second")

    with quick_desk.no_trace():
        answer = hand_in(quick_desk, mission, a_list(a_row(1)), **bearer({Role.ORGANISER: [other]}))

    assert answer.status_code == 404


def test_agency_brings_its_own_organisations_and_no_others(quick_desk):
    mission = quick_desk.open_mission()
    listed = a_list(a_row(1), a_row(2, Сторона="хозяин"))

    told = report(hand_in(quick_desk, mission, listed, "?skip_bad=true", **bearer({Role.AGENCY: ["RU-KLU"]})))

    assert [row["fate"] for row in told["rows"]] == ["new", "refused"]
    assert told["rows"][1]["errors"][0]["pointer"] == "#/rows/3"
    assert quick_desk.count("organisation") == 1


def test_list_tells_nothing_of_organisations_of_others(quick_desk):
    mission = quick_desk.open_mission()
    hand_in(quick_desk, mission, a_list(a_row(1, ИНН=INN, Сторона="хозяин")))
    agency = bearer({Role.AGENCY: ["RU-KLU"]})

    told = report(hand_in(quick_desk, mission, a_list(a_row(2, ИНН=INN)), "?skip_bad=true", **agency))

    assert (told["rows"][0]["fate"], told["rows"][0]["application_id"]) == ("refused", None)
    assert told["rows"][0]["errors"][0]["pointer"] == "#/rows/2/Код"
