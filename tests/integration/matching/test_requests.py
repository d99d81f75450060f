"""Meeting requests: one that stands a pair, answered once, given up in time."""

from datetime import timedelta

import pytest

from builders.matching import EARLY, MISSION, mission
from contracts import matching as events
from contracts.registration import ParticipantWithdrawn, Side
from servicekit import identifiers, worker


@pytest.fixture
def pair(office):
    office.announce()
    return office.admit("klu-1", "guest"), office.admit("kya-1", "host")


def ask(office, one, other, **headers):
    body = {"mission_id": str(MISSION), "from_organisation_id": str(one), "to_organisation_id": str(other)}
    return office.post("meeting-requests", body, **headers)


def test_request_is_told_when_it_is_sent_and_answered(office, pair):
    request = ask(office, *pair).json

    answer = office.post(f"meeting-requests/{request['id']}/acceptance").json

    assert (answer["status"], answer["version"]) == ("accepted", 2)
    assert len(office.recorded(events.MeetingRequestSent)) == len(office.recorded(events.MeetingRequestAccepted)) == 1


def test_second_request_of_a_pair_is_refused_from_either_side(office, pair):
    first = ask(office, *pair).json

    second = ask(office, *reversed(pair))

    assert second.status_code == 409
    assert first["id"] in second.json["detail"]


def test_declined_pair_may_ask_again(office, pair):
    first = ask(office, *pair).json
    office.post(f"meeting-requests/{first['id']}/refusal")

    assert ask(office, *pair).status_code == 201


def test_second_answer_is_refused_and_tells_nobody(office, pair):
    request = ask(office, *pair).json
    office.post(f"meeting-requests/{request['id']}/refusal")

    second = office.post(f"meeting-requests/{request['id']}/acceptance")

    assert second.status_code == 409
    assert office.recorded(events.MeetingRequestAccepted) == []


def test_pending_request_expires_when_its_time_is_over(office, pair):
    request = ask(office, *pair).json
    worker.tick(office.runtime)
    assert office.recorded(events.MeetingRequestExpired) == []

    office.set_clock(EARLY + timedelta(days=15))
    worker.tick(office.runtime)

    assert [str(event.request_id) for event in office.recorded(events.MeetingRequestExpired)] == [request["id"]]
    assert office.get(f"meeting-requests?mission_id={MISSION}&status=expired")["items"][0]["id"] == request["id"]


def test_same_key_makes_one_request(office, pair):
    first = ask(office, *pair, **{"Idempotency-Key": "k"})

    second = ask(office, *pair, **{"Idempotency-Key": "k"})

    assert (second.status_code, second.json) == (201, first.json)
    assert len(office.recorded(events.MeetingRequestSent)) == 1


def test_60_61_wish_that_cannot_be_is_refused_and_told_to_nobody(office, pair):
    guest, _host = pair
    other, gone = office.admit("klu-2", "guest"), office.admit("kya-2", "host")
    office.participate(gone, ParticipantWithdrawn)
    of_another_mission = elsewhere(office)

    answers = [ask(office, guest, to) for to in (guest, other, gone, of_another_mission, identifiers.fresh())]
    answers.append(ask(office, gone, guest))

    refusals = [(answer.status_code, answer.json["type"].rpartition(":")[2]) for answer in answers]
    assert refusals == [
        (422, "same-side"),
        (422, "same-side"),
        (422, "not-a-participant"),
        (404, "participant-not-found"),
        (404, "participant-not-found"),
        (422, "not-a-participant"),
    ]
    assert office.recorded(events.MeetingRequestSent) == []


def elsewhere(office):
    """Admit an organisation to another mission."""
    there, organisation = identifiers.derived("elsewhere"), identifiers.derived("organisation", "elsewhere")
    office.hear(there, mission(mission_id=there, reference="elsewhere"))
    office.sides[organisation] = Side.HOST
    office.participate(organisation, mission_id=there)
    return organisation


def test_state_that_no_request_can_have_is_refused(office):
    answer = office.client.get("/v1/meeting-requests?status=%00")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "#/status")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("meeting-requests", "message"),
        ("agreements", "subject"),
        (f"meetings/{MISSION}/no-show", "reason"),
        (f"meetings/{MISSION}/cancellation", "reason"),
    ],
)
def test_text_that_everybody_may_read_names_no_way_to_reach_people(desk, path, field):
    answer = desk.post(path, {field: "Пишите: ivan.petrov@example.org"}, **{"Accept-Language": "ru"})

    told = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert (answer.status_code, told[f"#/{field}"].split(":")[0]) == (422, "Уберите адрес почты")
