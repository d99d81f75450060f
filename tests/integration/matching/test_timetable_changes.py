"""Timetables that are mended when somebody comes late, withdraws or is forgotten, so that nobody else notices."""

from builders.matching import DAY, HALF_HOUR, MISSION, NINE, delegate
from contracts import matching as events
from contracts import registration as told
from contracts.instance import PersonErased, PersonErasureRequested
from timetables_published import pin, places, publish, told_to

ALWAYS = (NINE - DAY, NINE + 3 * DAY)


def test_late_arrival_moves_that_guest_alone_and_tells_only_whom_it_concerns(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0), pin(guests[0], hosts[1], 1)))
    early = {host for (guest, host), (place, _) in before.items() if guest == str(guests[0]) and place < "slot-1-2"}
    office.forget()

    office.change(guests[0], [(NINE + 2 * HALF_HOUR, NINE + 3 * DAY)], "klu-1")
    office.work()

    after = office.timetable(2)
    assert after["cause"] == "late_arrival"
    changed = {pair for pair, place in before.items() if places(after).get(pair) != place}
    assert changed == {(str(guests[0]), host) for host in early}
    assert len(after["changes"]["moved"]) == len(early) >= 2
    assert {str(id_) for id_ in told_to(office)} == {str(guests[0]), *early}
    assert len(office.recorded(events.MeetingMoved)) == len(early)


def test_cancellation_frees_that_hosts_tables_and_books_nothing(office, town):
    guests, hosts = town
    before = places(publish(office, pin(guests[0], hosts[0], 0), pin(guests[1], hosts[0], 2, day=1)))
    office.set_clock(NINE + HALF_HOUR)
    held = next(m for m in office.get(f"missions/{MISSION}/meetings")["items"] if m["slot"] == "slot-1-0")
    office.post(f"meetings/{held['id']}/holding")
    first = {m["id"]: m for m in office.get(f"missions/{MISSION}/meetings")["items"]}
    office.forget()

    office.participate(hosts[0], told.ParticipantWithdrawn, withdrawn_from=NINE + HALF_HOUR, reason="Авария")
    office.work()

    after = office.timetable(2)
    dropped = [(row["guest_id"], row["host_id"]) for row in after["changes"]["dropped"]]
    assert dropped == [(str(guests[1]), str(hosts[0]))]
    assert after["cause"] == "cancellation"
    assert (after["changes"]["moved"], after["changes"]["added"]) == ([], [])
    assert set(before) - set(places(after)) == set(dropped)
    assert {str(id_) for id_ in told_to(office)} == {str(guests[1]), str(hosts[0])}
    assert {"guest_id": dropped[0][0], "host_id": dropped[0][1], "reason": "withdrawn"} in after["unplaced"]
    now = {m["id"]: m for m in office.get(f"missions/{MISSION}/meetings")["items"]}
    assert sum(now[id_] != first[id_] for id_ in first) == 1
    assert now[held["id"]]["status"] == "held"


def test_withdrawal_told_by_person_and_by_organisation_is_one_cancellation(office, town):
    _guests, hosts = town
    publish(office)
    person = office.people[hosts[0]][0]

    office.hear(person, delegate(told.DelegateRemoved, person, hosts[0], "kya-1/p0", windows=()))
    office.participate(hosts[0], told.ParticipantWithdrawn, withdrawn_from=NINE - DAY)
    office.work()

    versions = office.get(f"missions/{MISSION}/timetables")["items"]
    assert [row["cause"] for row in versions] == ["first", "cancellation"]
    assert versions[1]["meetings"] == 4


def test_137_meetings_of_a_forgotten_person_are_cancelled_and_the_other_sides_hear_of_it(office, town):
    guests, hosts = town
    publish(office)
    person = office.people[hosts[0]][0]
    office.forget()

    office.hear(person, PersonErasureRequested(person_id=person, requested_at=NINE - DAY))
    office.work()

    meetings = [m for m in office.get(f"missions/{MISSION}/meetings")["items"] if m["host_id"] == str(hosts[0])]
    assert {(m["status"], m["host_person_id"]) for m in meetings} == {("cancelled", str(person))}
    assert {str(id_) for id_ in told_to(office)} == {str(guests[0]), str(guests[1]), str(hosts[0])}
    assert [event.person_id for event in office.recorded(PersonErased)] == [person]


def test_137_meetings_of_a_forgotten_person_go_on_with_a_colleague(office):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host", people=2)
    office.meet(guest, host)
    (planned,) = publish(office)["meetings"]
    person = next(one for one in office.people[host] if str(one) == planned["host_person_id"])
    colleague = next(one for one in office.people[host] if one != person)

    office.hear(person, PersonErasureRequested(person_id=person, requested_at=NINE - DAY))
    office.work()

    (meeting,) = office.get(f"missions/{MISSION}/meetings")["items"]
    assert (meeting["status"], meeting["host_person_id"]) == ("moved", str(colleague))


def test_137_late_word_of_a_forgotten_person_changes_no_timetable(office, town):
    _guests, hosts = town
    publish(office)
    person = office.people[hosts[0]][0]
    office.hear(person, PersonErasureRequested(person_id=person, requested_at=NINE - DAY))
    office.work()

    office.change(hosts[0], [ALWAYS], "kya-1")
    office.work()

    assert [row["cause"] for row in office.get(f"missions/{MISSION}/timetables")["items"]] == ["first", "late_arrival"]


def test_two_incidents_make_two_versions_each_for_its_own_organisation(office, town):
    guests, hosts = town
    publish(office)

    office.change(guests[0], [(NINE + DAY, NINE + 2 * DAY)], "klu-1")
    office.participate(hosts[0], told.ParticipantWithdrawn, withdrawn_from=NINE - DAY)
    office.work()

    versions = office.get(f"missions/{MISSION}/timetables")["items"]
    assert [row["cause"] for row in versions] == ["first", "late_arrival", "cancellation"]
    assert all(row["host_id"] != str(hosts[0]) for row in office.timetable(2)["changes"]["dropped"])
    assert {row["host_id"] for row in office.timetable(3)["changes"]["dropped"]} == {str(hosts[0])}


def test_repeated_and_immaterial_changes_make_no_version(office, town):
    guests, _hosts = town
    publish(office)

    office.change(guests[0], [ALWAYS], "klu-1")
    office.work()

    assert len(office.get(f"missions/{MISSION}/timetables")["items"]) == 1


def test_pair_that_loses_its_place_waits_with_the_reason_and_comes_back_when_asked_for(office, town):
    guests, _hosts = town
    publish(office)
    office.change(guests[0], [(NINE + 3 * HALF_HOUR, NINE + 4 * HALF_HOUR)], "klu-1")
    office.work()
    waiting = [row for row in office.timetable(2)["unplaced"] if row["guest_id"] == str(guests[0])]
    assert len(waiting) == 2

    office.change(guests[0], [ALWAYS], "klu-1")
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()
    office.post(f"timetable-runs/{run['id']}/publication")

    last = office.timetable(4)
    assert last["cause"] == "by_hand"
    assert len(last["meetings"]) == 6
    assert (len(last["changes"]["added"]), last["unplaced"]) == (2, [])
