"""Early leaves, another hall, newcomers: mended by themselves, and only those hear of it whom it concerns."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

from builders.matching import DAY, HALF_HOUR, MISSION, NINE, delegate, mission, slot
from contracts import matching as events
from contracts import registration as told
from servicekit import identifiers
from timetables_published import pin, places, publish, told_to


def change_mission(office, **changes):
    said = mission(**changes)
    office.hear(MISSION, told.MissionChanged(**{field.name: getattr(said, field.name) for field in fields(said)}))


def slots_with(tables):
    return tuple(slot(number, day=day, tables=tables) for day in (0, 1) for number in range(4))


def newest_run(office):
    return office.get(f"missions/{MISSION}/timetable-runs")["items"][0]


def test_early_leave_moves_the_late_meetings_of_that_guest_alone(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 3, day=1), pin(guests[1], hosts[0], 0)))
    late = {host for (guest, host), (place, _) in before.items() if guest == str(guests[0]) and place >= "slot-2"}
    office.forget()

    office.change(guests[0], [(NINE - DAY, NINE + 3 * HALF_HOUR)], "klu-1")
    office.work()

    after = office.timetable(2)
    assert after["cause"] == "early_leave"
    changed = {pair for pair, place in before.items() if places(after).get(pair) != place}
    assert changed == {(str(guests[0]), host) for host in late}
    assert {str(id_) for id_ in told_to(office)} == {str(guests[0]), *late}


def test_lost_table_moves_its_meetings_and_tells_their_people_alone(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0)))
    there = {pair for pair, (_, table) in before.items() if table == "T1"}
    office.forget()

    change_mission(office, slots=slots_with(("T2",)))
    office.work()

    after = office.timetable(2)
    assert after["cause"] == "hall_changed"
    assert len(after["meetings"]) == len(before)
    assert {table for _, table in places(after).values()} == {"T2"}
    assert there <= {pair for pair, place in before.items() if places(after)[pair] != place}
    assert {str(id_) for id_ in told_to(office)} == {end for pair in there for end in pair}
    assert (newest_run(office)["progress"]["proven"], newest_run(office)["aims"][2]["aim"]) == (True, "affected")


def test_session_cut_short_moves_what_stood_in_it_and_running_meetings_stay(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[1], 1)))
    running = {pair for pair, (place, _) in before.items() if place == "slot-1-0"}
    office.set_clock(NINE + HALF_HOUR / 3)

    change_mission(office, slots=tuple(slot(number, day=1) for number in range(4)))
    office.work()

    now = places(office.timetable(2))
    assert {pair: now[pair] for pair in running} == {pair: before[pair] for pair in running}
    assert all(place.startswith("slot-2") for pair, (place, _) in now.items() if pair not in running)
    assert len(now) == 6


def test_cancellation_leaves_meetings_whose_session_was_cut_to_the_run_for_the_hall(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[1], 1)))

    office.participate(hosts[2], told.ParticipantWithdrawn, withdrawn_from=NINE - DAY)
    change_mission(office, slots=tuple(slot(number, day=1) for number in range(4)))
    office.work()

    versions = [row["cause"] for row in office.get(f"missions/{MISSION}/timetables")["items"]]
    stays = {pair for pair in before if pair[1] != str(hosts[2])}
    assert versions == ["first", "cancellation", "hall_changed"]
    assert {pair: places(office.timetable(2))[pair] for pair in stays} == {pair: before[pair] for pair in stays}
    assert set(places(office.timetable(3))) == stays


def test_agenda_item_that_now_binds_frees_its_time(office, town):
    guests, hosts = town
    publish(office, pin(guests[0], hosts[0], 0))
    opening = told.AgendaItem(
        id="opening",
        type="plenary",
        starts_at=NINE,
        ends_at=NINE + HALF_HOUR,
        titles={"ru": "Открытие", "en": "Opening"},
        location="hall",
        binds=True,
        organisations=None,
    )

    change_mission(office, agenda=(opening,))
    office.work()

    after = office.timetable(2)
    assert after["cause"] == "hall_changed"
    assert "slot-1-0" not in {place for place, _ in places(after).values()}
    assert len(after["meetings"]) == 6


def test_change_of_words_alone_makes_no_version(office, town):
    publish(office)

    change_mission(office, titles={"ru": "Другое название", "en": "Another title"})
    office.work()

    assert len(office.get(f"missions/{MISSION}/timetables")["items"]) == 1


def test_newcomer_is_offered_free_places_and_nobody_moves(office, town):
    _guests, hosts = town
    before = places(publish(office))
    office.forget()

    newcomer = office.admit("klu-3", "guest")
    office.meet(newcomer, hosts[0])
    office.meet(newcomer, hosts[2])
    office.work()

    after = office.timetable(2)
    new = {pair: place for pair, place in places(after).items() if pair not in before}
    assert after["cause"] == "walk_in"
    assert set(new) == {(str(newcomer), str(hosts[0])), (str(newcomer), str(hosts[2]))}
    assert places(after) == before | new
    assert {str(id_) for id_ in told_to(office)} == {str(newcomer), str(hosts[0]), str(hosts[2])}
    assert office.recorded(events.MeetingMoved) == []


def test_another_delegate_of_an_organisation_that_has_meetings_changes_nothing(office, town):
    guests, _hosts = town
    publish(office)
    person = identifiers.derived("delegate", "klu-1", 7)

    office.hear(person, delegate(told.DelegateRegistered, person, guests[0], "klu-1/p7"))
    office.work()

    assert len(office.get(f"missions/{MISSION}/timetables")["items"]) == 1


def test_waiting_list_tells_the_facts_of_its_reasons(desk):
    desk.announce()
    guest, host = desk.admit("klu-1", "guest"), desk.admit("kya-1", "host")
    desk.meet(guest, host)
    publish(desk)

    desk.change(guest, [(NINE + 2 * HALF_HOUR, NINE + 3 * HALF_HOUR)], "klu-1")
    desk.change(host, [(NINE, NINE + HALF_HOUR)], "kya-1")
    desk.work()

    newest = desk.get(f"missions/{MISSION}/timetables")["items"][-1]["number"]
    (row,) = desk.timetable(newest)["unplaced"]
    assert (row["reason"], row["facts"]) == (
        "no_common_slot",
        {"guest_slots": ["slot-1-2"], "host_slots": ["slot-1-0"]},
    )
    page = desk.client.get(f"/missions/{MISSION}/timetable?view=unplaced", headers={"Accept-Language": "ru"}).text
    assert "гость: понедельник, 4" in page
    assert "17:00–17:30" in page
    assert "принимающая сторона: понедельник, 4" in page
    dropped = [row for n in range(2, newest + 1) for row in desk.timetable(n)["changes"]["dropped"]]
    assert [row["facts"]["guest_slots"] for row in dropped] == [["slot-1-2"]]


def test_lost_table_and_a_late_guest_at_once_both_take_effect(office, town):
    guests, hosts = town
    publish(office, pin(guests[0], hosts[0], 0))
    calls = (
        lambda: change_mission(office, slots=slots_with(("T2",))),
        lambda: office.change(guests[0], [(NINE + HALF_HOUR, NINE + 3 * DAY)], "klu-1"),
    )

    with ThreadPoolExecutor(len(calls)) as pool:
        for future in [pool.submit(call) for call in calls]:
            future.result()
    office.work()

    versions = office.get(f"missions/{MISSION}/timetables")["items"]
    now = places(office.timetable(versions[-1]["number"]))
    assert {row["cause"] for row in versions} == {"first", "hall_changed", "late_arrival"}
    assert {table for _, table in now.values()} == {"T2"}
    assert all(place != "slot-1-0" for (guest, _), (place, _) in now.items() if guest == str(guests[0]))
    assert len(now) == 6


def test_two_newcomers_at_once_share_the_free_places(office, town):
    _guests, hosts = town
    publish(office)
    newcomers = [office.admit(name, "guest") for name in ("klu-3", "klu-4")]
    for newcomer in newcomers:
        office.meet(newcomer, hosts[0])

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(office.work) for _ in newcomers]:
            future.result()
    office.work()

    versions = office.get(f"missions/{MISSION}/timetables")["items"]
    now = places(office.timetable(versions[-1]["number"]))
    assert [row["cause"] for row in versions] == ["first", "walk_in", "walk_in"]
    assert {(str(newcomer), str(hosts[0])) for newcomer in newcomers} <= set(now)
    assert len(set(now.values())) == len(now)
