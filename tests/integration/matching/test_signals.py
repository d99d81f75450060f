"""Signals: heard at once, and taken back as easily."""

import pytest

from builders.matching import MISSION
from contracts import matching as events

PUMPS, COATS = "Насосы для водоканала", "Зимние рабочие костюмы"


@pytest.fixture
def market(office):
    """Two guests and two hosts who fit one another."""
    office.announce()
    guests = [office.admit(name, "guest", needs=PUMPS) for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host", offers=PUMPS) for name in ("kya-1", "kya-2")]
    office.work()
    return office, guests, hosts


def say(office, one, other, kind="not_for_us"):
    body = {"mission_id": str(MISSION), "organisation_id": str(one), "partner_id": str(other), "kind": kind}
    return office.post("signals", body)


def shown(office, organisation_id):
    answer = office.get(f"missions/{MISSION}/recommendations?organisation_id={organisation_id}")
    return {row["organisation_id"] for row in answer["items"][0]["partners"]}


def names(ids):
    return {str(id_) for id_ in ids}


def test_partner_who_does_not_fit_leaves_that_list_at_once_and_no_other(market):
    office, (guest, _other), hosts = market

    answer = say(office, guest, hosts[0])
    at_once = shown(office, guest)
    office.work()

    assert (answer.status_code, answer.json["status"]) == (201, "given")
    assert at_once == shown(office, guest) == names(hosts[1:])
    assert str(guest) in shown(office, hosts[0])


def test_partners_who_know_each_other_leave_both_lists_at_once(market):
    office, (guest, _other), hosts = market

    say(office, hosts[0], guest, "known")
    at_once = shown(office, guest), shown(office, hosts[0])
    office.work()

    assert at_once == (shown(office, guest), shown(office, hosts[0]))
    assert str(hosts[0]) not in at_once[0]
    assert str(guest) not in at_once[1]


def test_signal_that_is_taken_back_lets_the_partner_come_back(market):
    office, (guest, _other), hosts = market
    signal = say(office, guest, hosts[0]).json["id"]
    office.work()

    taken = office.post(f"signals/{signal}/withdrawal")
    office.work()

    again = office.post(f"signals/{signal}/withdrawal", **{"Accept-Language": "en"})
    assert (taken.status_code, taken.json["status"]) == (200, "taken_back")
    assert shown(office, guest) == names(hosts)
    assert again.status_code == 409
    assert [type(event).__name__ for event in said(office)] == ["SignalGiven", "SignalTakenBack"]


def said(office):
    return office.recorded(events.SignalGiven) + office.recorded(events.SignalTakenBack)


def test_signal_that_is_said_twice_counts_once_and_another_word_takes_its_place(market):
    office, (guest, _other), hosts = market

    first, again, changed = (say(office, guest, hosts[0], kind) for kind in ("not_for_us", "not_for_us", "known"))

    assert first.json["id"] == again.json["id"] == changed.json["id"]
    assert [event.kind for event in office.recorded(events.SignalGiven)] == ["not_for_us", "known"]
    assert len(office.get(f"signals?mission_id={MISSION}")["items"]) == 1


def test_signal_about_the_own_side_is_refused(market):
    office, (guest, other), _hosts = market

    assert say(office, guest, other).json["type"].endswith("same-side")


def test_pair_that_was_set_aside_has_a_meeting_only_if_one_asks_and_the_other_agrees(market):
    office, guests, hosts = market
    for guest in guests:
        for host in hosts:
            say(office, guest, host, "known")
    without = office.publish_timetable()["meetings"]
    office.meet(hosts[0], guests[0])
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs").json
    office.work()

    number = office.post(f"timetable-runs/{run['id']}/publication").json["number"]

    found = office.timetable(number)["meetings"]
    assert without == []
    assert [(row["guest_id"], row["host_id"]) for row in found] == [(str(guests[0]), str(hosts[0]))]


def test_whoever_is_set_aside_by_all_is_shown_nowhere_and_the_organiser_sees_why(market):
    office, guests, hosts = market
    for guest in guests:
        say(office, guest, hosts[0])
    office.work()

    rows = office.get(f"missions/{MISSION}/recommendations/exposure")["organisations"]

    assert [(row["organisation_id"], row["why"]) for row in rows if row["why"]] == [(str(hosts[0]), "set_aside")]


def test_signal_changes_a_list_that_was_published(market):
    office, (guest, _other), hosts = market
    office.post(f"missions/{MISSION}/recommendations/publication")
    say(office, guest, hosts[0])
    office.work()

    assert office.get(f"missions/{MISSION}/recommendations/exposure")["lists_changed"] == 1


def test_form_sets_a_partner_aside_and_the_next_one_takes_it_back(market):
    office, (guest, _other), hosts = market
    page = office.client.get(f"/missions/{MISSION}/recommendations?organisation_id={guest}").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "organisation_id": guest, "partner_id": hosts[0], "kind": "not_for_us"}

    given = office.client.post(f"/missions/{MISSION}/signals", data=form)
    listed = office.client.get(given.location).text
    signal = office.get("signals")["items"][0]["id"]
    taken = office.client.post(f"/signals/{signal}/withdrawal", data={"csrf_token": token})

    assert (given.status_code, taken.status_code) == (303, 303)
    assert 'role="status"' in listed
    assert office.get("signals")["items"][0]["status"] == "taken_back"


def test_form_that_says_nothing_is_refused(market):
    office, (guest, _other), _hosts = market
    page = office.client.get(f"/missions/{MISSION}/recommendations?organisation_id={guest}").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]

    answer = office.client.post(f"/missions/{MISSION}/signals", data={"csrf_token": token, "kind": "rude"})

    assert answer.status_code == 422
