"""Languages, interpreters and walks reach the timetable, and the timetable says who interprets."""

from dataclasses import fields
from datetime import timedelta

import pytest

from builders.matching import MISSION, NINE, delegate, mission, slot
from contracts import registration as told
from contracts.matching import ItineraryIssued, MeetingScheduled
from matching import loading
from matching.models import MissionCopy, TimetableRun
from matching.models.runs import Cause
from matching.queries.facts import facts_of
from matching.timetabling.model.objectives import Aim

WHOLE = (told.Window(starts_at=NINE - timedelta(days=1), ends_at=NINE + timedelta(days=3)),)
INTERPRETER = told.Interpreter(id="I1", languages=("ru", "zh"), availability=WHOLE)
WALK = told.Walk(from_location="hall", to_location="annexe", minutes=45)


def speaks(office, organisation_id, name, *languages, event=told.DelegateChanged):
    """Tell what the organisation's first delegate speaks."""
    person = office.people[organisation_id][0]
    office.hear(person, delegate(event, person, organisation_id, f"{name}/p0", languages=languages))


@pytest.fixture
def border(desk):
    """Two guests who speak Chinese and a host that speaks Russian, who have all agreed to meet."""
    desk.announce(interpreters=(INTERPRETER,))
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    host = desk.admit("kya-1", "host")
    for guest, name in zip(guests, ("klu-1", "klu-2"), strict=True):
        speaks(desk, guest, name, "zh")
        desk.meet(guest, host)
    speaks(desk, host, "kya-1", "ru")
    return guests, host


def test_events_reach_the_problem_that_is_solved(desk, border):
    hall, annexe = (
        told.HallTable(id=i, location=w, seats=4, video_kit=False) for i, w in (("T1", "hall"), ("T2", "annexe"))
    )
    desk.announce(interpreters=(INTERPRETER,), walking=(WALK,), tables=(hall, annexe))

    with desk.runtime.database.read() as session:
        mission = session.get_one(MissionCopy, MISSION)
        problem = facts_of(session, mission, loading.rules_for(session, mission), NINE - timedelta(days=9)).problem

    assert [(one.id, one.languages, one.windows) for one in problem.interpreters] == [
        ("I1", {"ru", "zh"}, ((WHOLE[0].starts_at, WHOLE[0].ends_at),))
    ]
    assert [(walk.ends, walk.minutes) for walk in problem.walking] == [({"hall", "annexe"}, 45)]
    assert sorted(sorted(person.languages) for person in problem.people) == [["ru"], ["zh"], ["zh"]]
    assert problem.aims == (Aim.VALUE, Aim.TARGET, Aim.COMFORT, Aim.TABLES)


def test_meetings_say_who_interprets(desk, border):
    timetable = desk.publish_timetable()

    assert [meeting["interpreter"] for meeting in timetable["meetings"]] == ["I1", "I1"]
    assert len({meeting["slot"] for meeting in timetable["meetings"]}) == 2
    assert {event.interpreter for event in desk.recorded(MeetingScheduled)} == {"I1"}
    lines = [line for event in desk.recorded(ItineraryIssued) for line in event.meetings]
    assert {line.interpreter for line in lines} == {"I1"}
    assert "interpreter I1" in desk.client.get(f"/missions/{MISSION}/timetable").text


def test_pair_without_an_interpreter_is_told_why_it_has_no_meeting(desk, border):
    desk.announce(interpreters=())

    timetable = desk.publish_timetable()

    assert timetable["meetings"] == []
    assert {row["reason"] for row in timetable["unplaced"]} == {"no_interpreter"}
    spoken = [{one["side"]: one["languages"] for one in row["facts"]["speaks"]} for row in timetable["unplaced"]]
    assert spoken == [{"guest": ["zh"], "host": ["ru"]}] * 2
    page = desk.client.get(f"/missions/{MISSION}/timetable?view=unplaced", headers={"Accept-Language": "ru"}).text
    assert "гость говорит на: zh; принимающая сторона говорит на: ru" in page


def test_pair_whose_interpreter_sits_elsewhere_is_told_who_is_engaged(desk, border):
    guests, _ = border
    other = desk.admit("kya-2", "host")
    speaks(desk, other, "kya-2", "ru")
    desk.meet(guests[1], other)
    desk.announce(interpreters=(INTERPRETER,), slots=(slot(0, tables=("T1", "T2")), slot(1, tables=("T1", "T2"))))

    timetable = desk.publish_timetable()

    (row,) = timetable["unplaced"]
    assert row["reason"] == "no_interpreter"
    assert {one["interpreter"] for one in row["facts"]["engaged"]} == {"I1"}
    assert "engaged: I1" in desk.client.get(f"/missions/{MISSION}/timetable?view=unplaced").text


def test_pair_too_far_away_is_told_from_where_and_how_long_the_walk_is(desk):
    hall, annexe = (
        told.HallTable(id=i, location=w, seats=4, video_kit=False) for i, w in (("T1", "hall"), ("T2", "annexe"))
    )
    slots = slot(0, tables=("T1",)), slot(1, tables=("T2",))
    desk.announce(walking=(WALK,), tables=(hall, annexe), slots=slots)
    guest = desk.admit("klu-1", "guest")
    for name in ("kya-1", "kya-2"):
        desk.meet(guest, desk.admit(name, "host"))

    (row,) = desk.publish_timetable()["unplaced"]

    assert row["reason"] == "too_far"
    (away,) = row["facts"]["away"]
    assert {away["slot_id"], away["other_slot_id"]} == {one.id for one in slots}
    assert ({away["location"], away["other_location"]}, away["minutes"]) == ({"hall", "annexe"}, 45)
    page = desk.client.get(f"/missions/{MISSION}/timetable?view=unplaced", headers={"Accept-Language": "ru"}).text
    assert "до или после у гостя встреча" in page
    assert "идти 45 мин" in page


def test_interpreter_who_goes_home_queues_a_repair(desk, border):
    desk.publish_timetable()
    said = mission(interpreters=())

    desk.hear(MISSION, told.MissionChanged(**{field.name: getattr(said, field.name) for field in fields(said)}))
    desk.work()

    timetable = desk.timetable(2)
    assert (timetable["cause"], timetable["meetings"]) == ("hall_changed", [])
    assert {row["reason"] for row in timetable["changes"]["dropped"]} == {"no_interpreter"}


def test_run_tells_how_far_each_aim_is_reached(desk, border):
    desk.publish_timetable()

    (run,) = desk.get(f"missions/{MISSION}/timetable-runs")["items"]

    assert [one["aim"] for one in run["aims"]] == ["value", "target", "comfort", "tables"]
    assert [one["proven"] for one in run["aims"]] == [True, True, False, True]
    assert all(one["pursued"] for one in run["aims"])
    assert run["aims"][2]["bound"] is None


def test_new_languages_of_a_delegate_queue_a_repair(desk, border):
    desk.publish_timetable()
    guest = border[0][0]

    speaks(desk, guest, "klu-1", "fr")
    with desk.runtime.database.read() as session:
        causes = [run.cause for run in session.query(TimetableRun)]
    desk.work()

    assert Cause.LATE_ARRIVAL in causes
    timetable = desk.timetable(2)
    assert [row["reason"] for row in timetable["unplaced"]] == ["no_interpreter"]


def test_timetable_that_was_made_before_languages_were_known_stays(desk):
    desk.announce()
    guest, host = desk.admit("klu-1", "guest"), desk.admit("kya-1", "host")
    desk.meet(guest, host)
    desk.publish_timetable()

    speaks(desk, guest, "klu-1")

    with desk.runtime.database.read() as session:
        assert [run.cause for run in session.query(TimetableRun)] == [Cause.FIRST]
