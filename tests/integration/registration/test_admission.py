"""Admission at the mission's home: what follows from approvals and withdrawals, in any order."""

import pytest
from sqlalchemy import select

from servicekit.data.tables import outbox


def approve(desk, application, **body):
    desk.made("POST", f"/v1/applications/{application['id']}/approval", body)
    desk.carry()


def wire(desk, fact):
    """Return the bodies of the events of a type, as the bus carries them."""
    with desk.runtime.database.read() as session:
        return session.scalars(
            select(outbox.c.body).where(outbox.c.routing_key.contains(fact)).order_by(outbox.c.seq)
        ).all()


def test_approved_organisation_is_admitted_under_the_missions_home(desk):
    application = desk.approved(desk.open_mission())

    participant = desk.participant(application)
    (told,) = desk.events("participant.admitted")

    assert (participant["status"], participant["version"]) == ("admitted", 1)
    assert (told.source, str(told.data.participant_id)) == ("/ru-kya/registration", participant["id"])
    assert told.mission == application["mission_id"]


def test_77_approval_that_comes_again_changes_nothing(desk):
    application = desk.approved(desk.open_mission())
    (approval,) = wire(desk, "application.approved")
    other_id = approval.replace('"id":"0', '"id":"1', 1)

    with desk.no_trace():
        desk.hear(approval, approval)
    desk.hear(other_id)

    assert desk.participant(application)["version"] == 1
    assert desk.facts().count("participant.admitted") == 1


def test_71_approval_after_withdrawal_admits_nobody(desk):
    mission = desk.open_mission()
    application = desk.applied(mission)
    for step in ("approval", "withdrawal"):
        desk.made("POST", f"/v1/applications/{application['id']}/{step}", {})
    (approval,), (withdrawal,) = wire(desk, "application.approved"), wire(desk, "application.withdrawn")

    desk.hear(withdrawal)
    desk.hear(approval)

    assert desk.made("GET", f"/v1/participants?mission_id={mission}")["items"] == []
    assert not [fact for fact in desk.facts() if fact.startswith("participant")]


def test_withdrawn_organisation_leaves_the_mission_once(desk):
    application = desk.approved(desk.open_mission())

    desk.made("POST", f"/v1/applications/{application['id']}/withdrawal", {"reason": "Заболели"})
    desk.carry()

    participant = desk.participant(application)
    assert (participant["status"], participant["reason"]) == ("withdrawn", "Заболели")
    assert participant["withdrawn_from"] is not None
    assert desk.facts().count("participant.withdrawn") == 1


def test_side_without_places_puts_the_next_on_the_waiting_list_until_the_organiser_admits_it(desk):
    mission = desk.open_mission(rules={"places": {"guest": 1}})
    desk.approved(mission, "klu-01")
    second, host = desk.approved(mission, "klu-02"), desk.approved(mission, "kya-01")

    waiting = desk.participant(second)
    admitted = desk.made("POST", f"/v1/participants/{waiting['id']}/admission")

    assert (waiting["status"], waiting["reason"]) == ("waitlisted", "Все места этой стороны заняты.")
    assert desk.participant(host)["status"] == "admitted"
    assert (admitted["status"], admitted["version"]) == ("admitted", 2)


@pytest.mark.parametrize(("late", "status"), [(False, "refused"), (True, "admitted")])
def test_approval_for_a_closed_mission_lets_in_only_whom_the_organiser_lets_come_late(desk, late, status):
    mission = desk.open_mission()
    application = desk.applied(mission)
    desk.made("POST", f"/v1/missions/{mission}/closing")

    approve(desk, application, late=late)

    assert desk.participant(application)["status"] == status


def test_waitlisted_application_can_be_approved(quick_desk):
    application = quick_desk.applied(quick_desk.open_mission())
    quick_desk.made("POST", f"/v1/applications/{application['id']}/waitlisting", {"reason": "Мест пока нет"})

    approve(quick_desk, application)

    assert quick_desk.participant(application)["status"] == "admitted"


def test_corrected_application_comes_in_after_the_mission_has_closed(quick_desk):
    mission = quick_desk.open_mission()
    application = quick_desk.applied(mission)
    quick_desk.made("POST", f"/v1/applications/{application['id']}/changes-request", {"reason": "Уточните"})
    quick_desk.made("POST", f"/v1/missions/{mission}/closing")

    answer = quick_desk.made("POST", f"/v1/applications/{application['id']}/submission")

    assert (answer["status"], answer["reason"]) == ("submitted", "")
    assert quick_desk.facts().count("profile.published") == 1


def test_cancellation_tells_from_when_on_nobody_is_there(quick_desk):
    application = quick_desk.approved(quick_desk.open_mission())
    participant = quick_desk.participant(application)
    body = {"withdrawn_from": "2024-12-10T18:05:00+07:00", "reason": "Авария"}

    quick_desk.made("POST", f"/v1/participants/{participant['id']}/withdrawal", body)
    again = quick_desk.send("POST", f"/v1/participants/{participant['id']}/withdrawal", body)

    (told,) = quick_desk.events("participant.withdrawn")
    assert told.data.withdrawn_from.isoformat() == "2024-12-10T11:05:00+00:00"
    assert (told.subjectversion, told.data.reason, again.status_code) == (2, "Авария", 409)


def test_check_in_is_told_once(quick_desk):
    participant = quick_desk.participant(quick_desk.approved(quick_desk.open_mission()))

    first = quick_desk.made("POST", f"/v1/participants/{participant['id']}/check-in")
    second = quick_desk.made("POST", f"/v1/participants/{participant['id']}/check-in")

    assert first == second
    assert quick_desk.facts().count("participant.checked_in") == 1


def test_changed_avoid_list_reaches_the_participant(quick_desk):
    mission = quick_desk.open_mission()
    host = quick_desk.approved(mission, "kya-01")
    application = quick_desk.approved(mission)
    body = {"organisation_ids": [host["organisation_id"]]}

    quick_desk.made("PUT", f"/v1/applications/{application['id']}/avoids", body)

    assert quick_desk.participant(application)["avoids"] == body["organisation_ids"]
    assert [str(id_) for id_ in quick_desk.events("participant.changed")[-1].data.avoids] == body["organisation_ids"]


def test_changed_avoid_list_of_one_that_waits_is_told_under_a_number_of_its_own(quick_desk):
    mission = quick_desk.open_mission(rules={"places": {"guest": 0}})
    host = quick_desk.approved(mission, "kya-01")
    application = quick_desk.approved(mission)
    body = {"organisation_ids": [host["organisation_id"]]}

    quick_desk.made("PUT", f"/v1/applications/{application['id']}/avoids", body)

    told = quick_desk.events("participant.changed")[-1]
    assert (told.data.status, told.subjectversion) == ("waitlisted", 2)
    assert [str(id_) for id_ in told.data.avoids] == body["organisation_ids"]
