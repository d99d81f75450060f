"""Longer walks, tables that stand elsewhere, another programme: mended by themselves, for as few people as possible."""

from dataclasses import fields, replace

import pytest

from builders.matching import HALF_HOUR, MISSION, NINE, mission, slot
from contracts import matching as events
from contracts import registration as told
from drafting import draft, lock, publish_draft
from matching.models import MissionCopy
from timetables_published import a_calm_office, pin, places, publish, told_to

SLOTS = tuple(slot(number) for number in range(4))
IN_THE_HALL, IN_THE_ANNEXE = (
    tuple(told.HallTable(id=id_, location=where, seats=4, video_kit=False) for id_, where in (("T1", "hall"), second))
    for second in (("T2", "hall"), ("T2", "annexe"))
)
WALK = told.Walk(from_location="hall", to_location="annexe", minutes=20)
OPENING = told.AgendaItem(
    id="opening",
    type="plenary",
    starts_at=NINE - HALF_HOUR,
    ends_at=NINE,
    titles={"ru": "Открытие", "en": "Opening"},
    location="hall",
    binds=True,
    organisations=None,
)
LATER = replace(OPENING, starts_at=NINE, ends_at=NINE + HALF_HOUR)
FAR = replace(OPENING, location="annexe")


def change_mission(office, **changes):
    said = mission(**changes)
    office.hear(MISSION, told.MissionChanged(**{field.name: getattr(said, field.name) for field in fields(said)}))


def small_town(office, **facts):
    """Let one guest meet two hosts one after the other, the first at T1 and the second at T2; return all three."""
    office.announce(**facts)
    guest = office.admit("klu-1", "guest")
    hosts = [office.admit(name, "host") for name in ("kya-1", "kya-2")]
    for host in hosts:
        office.meet(guest, host)
    pins = [pin(guest, host, number) | {"table": f"T{number + 1}"} for number, host in enumerate(hosts)]
    before = places(publish(office, *pins))
    assert list(before.values()) == [("slot-1-0", "T1"), ("slot-1-1", "T2")]
    office.forget()
    return before, guest, hosts


def unpinned(office):
    """Free all meetings that stood where the organiser wanted them."""
    for row in draft(office)["meetings"]:
        lock(office, row, free=True)
    publish_draft(office)
    office.forget()


def runs(office):
    return office.get(f"missions/{MISSION}/timetable-runs")["items"]


CHANGES = {
    "longer walk": ({"tables": IN_THE_ANNEXE}, {"tables": IN_THE_ANNEXE, "walking": (WALK,)}),
    "table elsewhere": (
        {"tables": IN_THE_HALL, "walking": (WALK,)},
        {"tables": IN_THE_ANNEXE, "walking": (WALK,)},
    ),
    "item added": ({}, {"agenda": (LATER,)}),
    "item moved": ({"agenda": (OPENING,)}, {"agenda": (LATER,)}),
    "item elsewhere": (
        {"tables": IN_THE_HALL, "walking": (WALK,), "agenda": (OPENING,)},
        {"tables": IN_THE_HALL, "walking": (WALK,), "agenda": (FAR,)},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_of_the_programme_moves_one_meeting_and_no_more(office, change):
    before_facts, after_facts = CHANGES[change]
    before, _guest, _hosts = small_town(office, slots=SLOTS, **before_facts)
    unpinned(office)

    change_mission(office, slots=SLOTS, **after_facts)
    office.work()

    after = office.timetable(3)
    moved = {pair for pair, place in places(after).items() if place != before[pair]}
    assert (after["cause"], len(places(after)), len(moved)) == ("hall_changed", 2, 1)
    assert runs(office)[0]["progress"]["proven"] is True
    if change != "table elsewhere":
        assert {str(id_) for id_ in told_to(office)} == {end for pair in moved for end in pair}


@pytest.mark.parametrize("change", ["shorter walk", "item cancelled"])
def test_change_that_frees_time_makes_a_version_that_nobody_is_told_of(office, change):
    walk = replace(WALK, minutes=5)
    facts = {"slots": SLOTS, "tables": IN_THE_HALL, "walking": (WALK,), "agenda": (OPENING,)}
    before, _, _ = small_town(office, **facts)

    change_mission(office, **facts | ({"walking": (walk,)} if change == "shorter walk" else {"agenda": ()}))
    office.work()

    after = office.timetable(2)
    assert (after["cause"], places(after)) == ("hall_changed", before)
    assert told_to(office) == []


def test_who_sits_at_a_table_that_stands_elsewhere_is_told_so_though_nothing_moves(office):
    before, guest, hosts = small_town(office, slots=SLOTS, tables=IN_THE_HALL)

    change_mission(office, slots=SLOTS, tables=IN_THE_ANNEXE)
    office.work()

    assert places(office.timetable(2)) == before
    assert set(told_to(office)) == {guest, hosts[1]}
    lines = {line.table: line.table_location for e in office.recorded(events.ItineraryIssued) for line in e.meetings}
    assert lines == {"T1": "hall", "T2": "annexe"}
    assert office.recorded(events.MeetingMoved) == []


def test_change_that_decides_nothing_queues_nothing(office):
    coffee = replace(LATER, id="coffee", binds=False)
    small_town(office, slots=SLOTS, agenda=(OPENING, coffee))

    change_mission(office, slots=SLOTS, agenda=(replace(OPENING, titles={"en": "Welcome"}),), venue={"en": "Palace"})
    office.work()

    assert len(runs(office)) == 1


def test_change_before_the_first_timetable_queues_nothing(office):
    office.announce(slots=SLOTS)

    change_mission(office, slots=SLOTS, agenda=(OPENING,))

    assert runs(office) == []


def test_second_change_is_taken_in_by_the_repair_that_waits(office):
    small_town(office, slots=SLOTS)

    change_mission(office, slots=SLOTS, agenda=(OPENING,))
    change_mission(office, slots=SLOTS, agenda=(LATER,))
    office.work()

    assert [run["status"] for run in runs(office)] == ["published", "published"]
    assert "slot-1-0" not in {place for place, _ in places(office.timetable(2)).values()}


def test_repair_after_a_change_of_the_programme_waits_for_a_look_where_the_kind_says_so(runtime_of, tmp_path):
    office = a_calm_office(runtime_of, tmp_path)
    facts = {"kind": "calm", "slots": SLOTS, "walking": (WALK,)}
    _, guest, hosts = small_town(office, **facts, tables=IN_THE_HALL)

    change_mission(office, **facts, tables=IN_THE_ANNEXE, agenda=(LATER,))
    office.work()

    run = runs(office)[0]
    assert (run["status"], run["cause"]) == ("solved", "hall_changed")
    preview = office.get(f"timetable-runs/{run['id']}/preview")
    assert set(preview["told"]["organisations"]) == {str(guest), *map(str, hosts)}
    assert told_to(office) == []
    office.post(f"timetable-runs/{run['id']}/publication")
    assert set(told_to(office)) == {guest, *hosts}


def test_timetable_of_before_the_plans_is_mended_where_a_meeting_lost_its_place(office):
    small_town(office, slots=SLOTS)
    with office.runtime.database.write() as session:
        session.get_one(MissionCopy, MISSION).planned = None

    change_mission(office, slots=SLOTS, walking=(WALK,))
    office.work()
    change_mission(office, slots=SLOTS, agenda=(LATER,))
    office.work()

    assert office.timetable(2)["cause"] == "hall_changed"
    assert len(runs(office)) == 2
