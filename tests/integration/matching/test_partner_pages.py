"""Partners of a company: recommended with reasons, looked up in the catalogue, asked and answered."""

import re
from html import unescape

import pytest

from access.roles import Role
from as_delegates import delegate_of
from builders.matching import MISSION
from contracts import matching as events
from timetables_published import pin, publish

PUMPS, COATS = "Насосы для водоканала", "Зимние рабочие костюмы"
PAGE = f"/missions/{MISSION}/partners"


@pytest.fixture
def market(desk):
    """Two guests and two hosts who fit one another, and a host who sells coats."""
    desk.announce()
    guests = [desk.admit(name, "guest", needs=PUMPS) for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host", offers=PUMPS) for name in ("kya-1", "kya-2")]
    hosts.append(desk.admit("kya-3", "host", offers=COATS))
    desk.work()
    return desk, guests, hosts


def app_of(office):
    return office.client.application


def seen(browser, path, status=200, language="en"):
    answer = browser.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


def requests_of(office):
    return office.get(f"meeting-requests?mission_id={MISSION}")["items"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("You seek", "They offer", "Not for us")), ("ru", ("Вы ищете", "Они предлагают", "Нам не подходит"))],
)
def test_partners_are_shown_with_the_words_that_met(market, language, words):
    office, guests, hosts = market

    told = seen(delegate_of(app_of(office), guests[0]), PAGE, language=language)

    assert [f'id="partner-{host}"' in told for host in hosts] == [True, True, False]
    assert all(word in told for word in words)
    assert "<mark>" in told


def test_request_is_sent_read_and_accepted(market):
    office, guests, hosts = market
    guest, host = (delegate_of(app_of(office), end) for end in (guests[0], hosts[0]))

    sent = guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="О насосах")
    asked = seen(host, f"{PAGE}/requests")
    (request,) = requests_of(office)
    accepted = host.send(f"/meeting-requests/{request['id']}/acceptance", form_of=f"{PAGE}/requests")

    assert (sent.status_code, accepted.status_code) == (303, 303)
    assert "О насосах" in asked
    assert "Answer until" in asked
    assert requests_of(office)[0]["status"] == "accepted"
    assert "Agreed; the time comes with the timetable" in seen(guest, f"{PAGE}/requests")


def test_message_that_cannot_be_sent_is_shown_beside_its_field_and_kept(market):
    office, guests, hosts = market
    guest = delegate_of(app_of(office), guests[0])

    answer = guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="Пишите на a@example.org")

    assert answer.status_code == 422
    assert "Пишите на a@example.org" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert requests_of(office) == []


def test_refusal_tells_its_reason_to_the_asker(market):
    office, guests, hosts = market
    guest, host = (delegate_of(app_of(office), end) for end in (guests[0], hosts[0]))
    guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="")
    (request,) = requests_of(office)

    answer = host.send(f"/meeting-requests/{request['id']}/refusal", reason="Мы закупаем сами")

    assert answer.status_code == 303
    assert "Мы закупаем сами" in seen(guest, f"{PAGE}/requests")
    assert [event.reason for event in office.recorded(events.MeetingRequestDeclined)] == ["Мы закупаем сами"]


def test_reason_that_cannot_be_sent_changes_nothing(market):
    office, guests, hosts = market
    guest, host = (delegate_of(app_of(office), end) for end in (guests[0], hosts[0]))
    guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="")
    (request,) = requests_of(office)

    answer = host.send(f"/meeting-requests/{request['id']}/refusal", reason="у" * 1001)

    assert answer.status_code == 422
    assert "The text is too long" in answer.text or "Текст слишком длинный" in answer.text
    assert requests_of(office)[0]["status"] == "pending"


def test_asker_cannot_answer_and_others_see_nothing(market):
    office, guests, hosts = market
    guest, other = (delegate_of(app_of(office), end) for end in guests)
    guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="О насосах")
    (request,) = requests_of(office)

    own = guest.send(f"/meeting-requests/{request['id']}/acceptance", form_of=f"{PAGE}/requests")
    foreign = other.send(f"/meeting-requests/{request['id']}/acceptance", form_of=f"{PAGE}")

    assert (own.status_code, foreign.status_code) == (403, 404)
    assert "О насосах" not in seen(other, f"{PAGE}/requests")
    assert requests_of(office)[0]["status"] == "pending"


def test_request_is_taken_back(market):
    office, guests, hosts = market
    guest = delegate_of(app_of(office), guests[0])
    guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="")
    (request,) = requests_of(office)

    guest.send(f"/meeting-requests/{request['id']}/withdrawal", form_of=f"{PAGE}/requests")

    assert requests_of(office)[0]["status"] == "withdrawn"
    assert "You took it back" in seen(guest, f"{PAGE}/requests")


def test_partner_that_is_set_aside_can_be_brought_back_from_the_toast(market):
    office, guests, hosts = market
    guest = delegate_of(app_of(office), guests[0])
    said = {"organisation_id": guests[0], "partner_id": hosts[0], "kind": "not_for_us", "page": "partners"}

    aside = guest.send(f"/missions/{MISSION}/signals", form_of=PAGE, **said)
    told = seen(guest, aside.location)
    undo = re.search(r'class="toast fixed".*?action="([^"]+)"', told, re.DOTALL)[1]
    guest.send(undo, form_of=PAGE, page="partners")
    office.work()

    assert aside.location.startswith(PAGE)
    assert f'id="partner-{hosts[0]}"' not in told
    assert f'id="partner-{hosts[0]}"' in seen(guest, PAGE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", (0, 1, 2)),
        ("насос", (0, 1)),
        ("НАСОСОВ водоканал", (0, 1)),
        ("костюм", (2,)),
        ("kya-2", (1,)),
        ("турбины", ()),
    ],
)
def test_catalogue_finds_by_words_of_any_form(market, query, found):
    office, guests, hosts = market

    told = seen(delegate_of(app_of(office), guests[0]), f"{PAGE}/catalogue?q={query}")

    shown = [number for number, host in enumerate(hosts) if f"/partners/{host}" in told]
    assert shown == list(found)
    assert str(guests[1]) not in told
    assert ("Nobody is found" in told) is (not found)


def test_catalogue_is_read_in_pages(desk):
    desk.announce()
    guest = desk.admit("klu-1", "guest")
    for number in range(25):
        desk.admit(f"kya-{number:02}", "host")
    reader = delegate_of(app_of(desk), guest)

    first = seen(reader, f"{PAGE}/catalogue")
    following = re.search(r'<a href="([^"]+)" rel="next"', first)[1]

    assert (first.count("<h3>"), seen(reader, following).count("<h3>")) == (20, 5)


def test_nobody_asks_the_own_side_and_strangers_have_no_page(market):
    office, guests, _hosts = market
    guest = delegate_of(app_of(office), guests[0])

    assert 'id="ask"' not in seen(guest, f"{PAGE}/{guests[1]}")
    assert "no such participant" in seen(guest, f"{PAGE}/00000000-0000-4000-8000-00000000dead", 404)


def test_who_speaks_for_two_chooses(market):
    office, guests, hosts = market
    both = delegate_of(app_of(office), *guests)

    told = seen(both, f"{PAGE}?organisation_id={guests[1]}")
    refused = both.page(f"{PAGE}?organisation_id={hosts[0]}")

    assert re.search(rf'<option value="{guests[1]}" selected', told)
    assert refused.status_code == 403


@pytest.mark.parametrize("path", ["", "/catalogue", "/requests"])
def test_pages_of_a_company_are_not_for_readers_and_strangers(market, path):
    office, _guests, _hosts = market
    reader = delegate_of(app_of(office), MISSION, role=Role.READER)
    stranger = delegate_of(app_of(office), "00000000-0000-4000-8000-00000000dead")

    assert reader.page(f"{PAGE}{path}").status_code == 403
    assert stranger.page(f"{PAGE}{path}").status_code == 404


def test_another_time_is_proposed_agreed_and_placed_at_once(market):
    office, guests, hosts = market
    guest, host = (delegate_of(app_of(office), end) for end in (guests[0], hosts[0]))
    office.meet(guests[1], hosts[1])
    publish(office, pin(guests[1], hosts[1], 0))
    stays = meetings_of(office)
    cancel_of_pair(office, guests[0], hosts[0])
    guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="")
    request = next(row for row in requests_of(office) if row["status"] == "pending")
    address = f"/meeting-requests/{request['id']}/proposal"

    slots = re.findall(r'name="slot" value="([^"]+)"', seen(host, address))
    proposed = host.send(address, slot=slots[-1])
    told = seen(guest, f"{PAGE}/requests")
    agreed = guest.send(f"{address}/acceptance", form_of=f"{PAGE}/requests")

    assert (proposed.status_code, agreed.status_code) == (303, 303)
    assert "They propose another time" in told
    now = meetings_of(office)
    assert now[(str(guests[0]), str(hosts[0]))] == slots[-1]
    assert now[(str(guests[1]), str(hosts[1]))] == stays[(str(guests[1]), str(hosts[1]))]
    assert len(office.recorded(events.MeetingRequestTimeProposed)) == 1


def test_time_that_is_not_free_is_refused_beside_the_choice(market):
    office, guests, hosts = market
    guest, host = (delegate_of(app_of(office), end) for end in (guests[0], hosts[0]))
    office.meet(guests[1], hosts[1])
    publish(office, pin(guests[1], hosts[1], 0))
    cancel_of_pair(office, guests[0], hosts[0])
    guest.send(f"{PAGE}/{hosts[0]}", organisation_id=guests[0], message="")
    request = next(row for row in requests_of(office) if row["status"] == "pending")

    answer = host.send(f"/meeting-requests/{request['id']}/proposal", slot="slot-9-9")

    assert answer.status_code == 409
    assert 'class="msg"' in answer.text
    assert next(row for row in requests_of(office) if row["id"] == request["id"])["proposed_slot"] is None


def cancel_of_pair(office, guest, host):
    """Strike what the timetable gave the two by itself."""
    for row in office.get(f"missions/{MISSION}/meetings")["items"]:
        if (row["guest_id"], row["host_id"]) == (str(guest), str(host)):
            office.post(f"meetings/{row['id']}/cancellation", {"reason": "no"})


def meetings_of(office):
    rows = office.get(f"missions/{MISSION}/meetings")["items"]
    return {(row["guest_id"], row["host_id"]): row["slot"] for row in rows if row["status"] != "cancelled"}


def test_proposed_time_that_was_taken_meanwhile_is_refused_and_the_request_waits_on(market):
    office, guests, hosts = market
    office.meet(guests[1], hosts[1])
    publish(office, pin(guests[1], hosts[1], 0))
    waiting = []
    for host in hosts[:2]:
        cancel_of_pair(office, guests[0], host)
        ends = {"from_organisation_id": str(guests[0]), "to_organisation_id": str(host)}
        waiting.append(office.post("meeting-requests", {"mission_id": str(MISSION), **ends}).json["id"])
    free = [{time["slot"] for time in office.get(f"meeting-requests/{id_}/free-times")["items"]} for id_ in waiting]
    slot = max(free[0] & free[1])
    for id_ in waiting:
        assert office.post(f"meeting-requests/{id_}/proposal", {"slot": slot}).json["proposed_slot"] == slot

    first, second = (office.post(f"meeting-requests/{id_}/proposal/acceptance") for id_ in waiting)

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json["type"].endswith("time-not-free")
    status = {row["id"]: row["status"] for row in requests_of(office)}
    assert [status[id_] for id_ in waiting] == ["accepted", "pending"]
    assert (str(guests[0]), str(hosts[1])) not in meetings_of(office)


def test_time_that_nobody_proposed_cannot_be_accepted(market):
    office, guests, hosts = market
    ends = {"from_organisation_id": str(guests[0]), "to_organisation_id": str(hosts[0])}
    id_ = office.post("meeting-requests", {"mission_id": str(MISSION), **ends}).json["id"]

    assert office.post(f"meeting-requests/{id_}/proposal/acceptance").status_code == 409
    assert office.post(f"meeting-requests/{id_}/proposal", {"slot": "slot-1-0"}).status_code == 409
    assert office.get(f"meeting-requests/{id_}/free-times")["items"] == []


def test_who_accepts_after_proposing_a_time_agrees_to_meet_at_any(market):
    office, guests, hosts = market
    office.meet(guests[1], hosts[1])
    publish(office, pin(guests[1], hosts[1], 0))
    cancel_of_pair(office, guests[0], hosts[0])
    ends = {"from_organisation_id": str(guests[0]), "to_organisation_id": str(hosts[0])}
    id_ = office.post("meeting-requests", {"mission_id": str(MISSION), **ends}).json["id"]
    slot = office.get(f"meeting-requests/{id_}/free-times")["items"][0]["slot"]
    office.post(f"meeting-requests/{id_}/proposal", {"slot": slot})

    accepted = office.post(f"meeting-requests/{id_}/acceptance").json

    assert (accepted["status"], accepted["proposed_slot"]) == ("accepted", None)
    assert office.recorded(events.MeetingRequestAccepted)[-1].proposed_starts_at is None
