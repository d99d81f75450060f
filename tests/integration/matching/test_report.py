"""The report of a mission, from facts that are only ever added to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from builders.matching import DAY, MISSION, NINE
from builders.matching_scenarios import hear_scenario, read_scenario
from contracts import matching as events
from contracts import registration as told
from matching.models import FollowUpAnswer
from servicekit import worker

SCENARIO = Path(__file__).parents[3] / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"


def sign(office, guest, host, **changes):
    body = {
        "mission_id": str(MISSION),
        "guest_id": str(guest),
        "host_id": str(host),
        "type": "supply_contract",
        "subject": "Поставка",
        "expected_amount": 100,
        "signed_at": "2030-11-30T20:00:00+00:00",
    }
    return office.post("agreements", body | changes)


def answer(office, agreement, months, status, amount=None):
    body = {"checked_on": "2031-03-01", "status": status, "realised_amount": amount}
    return office.post(f"agreements/{agreement}/checks/{months}", body)


@pytest.fixture
def pair(office):
    office.announce()
    office.set_clock(datetime(2030, 12, 1, tzinfo=UTC))
    return office.admit("klu-1", "guest"), office.admit("kya-1", "host")


def test_report_of_the_kaluga_mission_equals_what_is_expected_in_every_figure(desk):
    scenario = read_scenario(SCENARIO)
    ids = hear_scenario(desk, scenario)
    for row in scenario["agreements"]:
        facts = {"type": row["type"], "subject": row["subject_ru"], "signed_at": row["signed_at"]}
        amount = {"expected_amount": row["expected_amount_rub"], "currency": "RUB"}
        signed = sign(desk, ids[row["guest"]], ids[row["host"]], **facts, **amount).json
        for check in row["follow_up"]:
            answer(desk, signed["id"], check["check_months"], check["status"], check["realised_amount_rub"])

    report = desk.get(f"missions/{MISSION}/report")

    expected = scenario["expected_report"]
    assert {name: report[name] for name in expected if name in report} == {
        name: value for name, value in expected.items() if name in report
    }
    assert report["expected_amount"] == expected["expected_amount_rub"]
    for months in ("3", "6", "12"):
        wanted = dict(expected[f"at_{months}_months"])
        wanted["realised_amount"] = wanted.pop("realised_amount_rub")
        assert report["at_months"][months] == wanted | {"other_currencies": {}}


def test_checks_are_planned_for_local_days_of_later_months(office, pair):
    agreement = sign(office, *pair).json

    assert [check["due_on"] for check in agreement["checks"]] == ["2031-03-01", "2031-06-01", "2031-12-01"]


def test_check_is_announced_once_when_its_day_has_come_at_the_mission(office, pair):
    sign(office, *pair)
    office.set_clock(datetime(2031, 2, 28, 16, 59, tzinfo=UTC))
    worker.tick(office.runtime)
    before = office.recorded(events.FollowUpDue)

    office.set_clock(datetime(2031, 2, 28, 17, 1, tzinfo=UTC))
    worker.tick(office.runtime)
    office.set_clock(datetime(2031, 3, 2, tzinfo=UTC))
    worker.tick(office.runtime)

    assert before == []
    assert [(event.months, event.status) for event in office.recorded(events.FollowUpDue)] == [(3, "due")]


def test_63_check_that_was_due_before_its_agreement_was_entered_is_asked_for_once(office, pair):
    sign(office, *pair, signed_at="2030-08-15T10:00:00Z")

    for _ in range(3):
        worker.tick(office.runtime)

    assert [event.months for event in office.recorded(events.FollowUpDue)] == [3]


def test_64_clock_that_goes_ahead_and_back_announces_no_check_early_and_none_twice(office, pair):
    sign(office, *pair)
    due = datetime(2031, 2, 28, 17, tzinfo=UTC)
    for minutes in (-60, 60, -120, 180):
        office.set_clock(due + timedelta(minutes=minutes))
        worker.tick(office.runtime)
        if minutes == -60:
            assert office.recorded(events.FollowUpDue) == []

    assert [event.months for event in office.recorded(events.FollowUpDue)] == [3]


def test_correction_is_a_further_fact_and_the_newest_counts(office, pair):
    agreement = sign(office, *pair).json["id"]
    answer(office, agreement, 3, "no_response")

    answer(office, agreement, 3, "realised", 40)

    report = office.get(f"missions/{MISSION}/report")
    assert (report["at_months"]["3"]["realised"], report["at_months"]["3"]["realised_amount"]) == (1, 40)
    assert report["not_recorded"] == {"3": 0, "6": 1, "12": 1}
    with office.runtime.database.read() as session:
        assert session.scalar(select(func.count()).select_from(FollowUpAnswer)) == 2
    assert [event.status for event in office.recorded(events.FollowUpRecorded)] == ["no_response", "realised"]


def test_organisation_that_left_in_the_middle_took_part_and_one_that_never_came_did_not(office, pair):
    _guest, host = pair
    absent = office.admit("kya-2", "host")
    office.participate(host, told.ParticipantWithdrawn, withdrawn_from=NINE)
    office.participate(absent, told.ParticipantWithdrawn)

    assert office.get(f"missions/{MISSION}/report")["host_organisations"] == 1


def test_sums_of_two_currencies_are_never_added_up(office, pair):
    sign(office, *pair)
    sign(office, *pair)
    sign(office, *pair, currency="KZT", expected_amount=7)

    report = office.get(f"missions/{MISSION}/report")

    assert (report["currency"], report["expected_amount"], report["other_currencies"]) == ("RUB", 200, {"KZT": 7})


def test_amounts_realised_in_another_currency_stand_apart(office, pair):
    sign(office, *pair)
    sign(office, *pair)
    foreign = sign(office, *pair, currency="KZT", expected_amount=7).json["id"]

    answer(office, foreign, 3, "realised", 9)

    found = office.get(f"missions/{MISSION}/report")["at_months"]["3"]
    assert (found["realised"], found["realised_amount"], found["other_currencies"]) == (1, 0, {"KZT": 9})


def test_agreement_of_a_type_that_the_kind_does_not_list_is_signed_as_it_is_called(office, pair):
    signed = sign(office, *pair, type="handshake")

    assert (signed.status_code, signed.json["type"]) == (201, "handshake")
    assert [event.agreement_type for event in office.recorded(events.AgreementSigned)] == ["handshake"]


def test_check_that_was_not_planned_is_added_with_its_answer(office, pair):
    agreement = sign(office, *pair).json["id"]

    recorded = [answer(office, agreement, 9, status).status_code for status in ("in_progress", "realised")]

    report = office.get(f"missions/{MISSION}/report")
    assert recorded == [201, 201]
    assert list(report["at_months"]) == ["3", "6", "9", "12"]
    assert (report["at_months"]["9"]["realised"], report["not_recorded"]["9"]) == (1, 0)


def test_check_after_a_lifetime_is_refused(office, pair):
    agreement = sign(office, *pair).json["id"]

    assert answer(office, agreement, 121, "realised").json["type"].endswith("follow-up-check-not-found")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"signed_at": "0001-01-01T00:00:00+14:00"}, "signed_at", "Такой год невозможен."),
        ({"signed_at": "9999-12-31T23:59:59-14:00"}, "signed_at", "Такой год невозможен."),
        ({"signed_at": "2030-12-02T00:00:01+00:00"}, "signed_at", "Соглашение не может быть подписано в будущем."),
        ({"currency": "rub"}, "currency", "Напишите код валюты по ISO 4217, например RUB."),
    ],
)
def test_agreement_that_nobody_can_have_signed_is_refused(desk, changes, field, said):
    desk.announce()
    desk.set_clock(datetime(2030, 12, 1, tzinfo=UTC))
    ends = {"guest_id": str(desk.admit("klu-1", "guest")), "host_id": str(desk.admit("kya-1", "host"))}
    facts = {"type": "twinning", "subject": "Обмен", "signed_at": "2030-11-30T20:00:00Z"}
    body = {"mission_id": str(MISSION), **ends, **facts}

    refused = desk.post("agreements", body | changes, **{"Accept-Language": "ru"})

    assert refused.status_code == 422
    assert refused.json["errors"] == [{"pointer": f"#/{field}", "detail": said}]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("0001-01-01", "Такой год невозможен."),
        ("2030-11-30", "Соглашение подписано 2030-12-01: проверка не может быть раньше."),
    ],
)
def test_check_before_the_local_day_of_signing_is_refused(desk, day, said):
    desk.announce()
    desk.set_clock(datetime(2030, 12, 1, tzinfo=UTC))
    agreement = sign(desk, desk.admit("klu-1", "guest"), desk.admit("kya-1", "host")).json["id"]

    body = {"checked_on": day, "status": "realised"}
    refused = desk.post(f"agreements/{agreement}/checks/3", body, **{"Accept-Language": "ru"})

    assert refused.status_code == 422
    assert refused.json["errors"] == [{"pointer": "#/checked_on", "detail": said}]


def test_outcome_of_a_meeting_is_corrected_and_the_newest_counts(desk):
    desk.announce()
    desk.meet(desk.admit("klu-1", "guest"), desk.admit("kya-1", "host"))
    meeting = desk.publish_timetable()["meetings"][0]["meeting_id"]
    desk.set_clock(NINE + 2 * DAY)

    counted = []
    for step, body in (("holding", {}), ("no-show", {"reason": "Перепутали"}), ("holding", {})):
        assert desk.post(f"meetings/{meeting}/{step}", body).status_code == 200
        counted.append(desk.get(f"missions/{MISSION}/report")["meetings"])

    again = desk.post(f"meetings/{meeting}/holding", **{"Accept-Language": "ru"})
    assert [(found["held"], found["no_show"]) for found in counted] == [(1, 0), (0, 1), (1, 0)]
    outcomes = [len(desk.recorded(kind)) for kind in (events.MeetingHeld, events.MeetingMissed)]
    assert outcomes == [2, 1]
    assert (again.status_code, again.json["detail"]) == (409, f"Встреча {meeting} уже в состоянии «прошла».")
