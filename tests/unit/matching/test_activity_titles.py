"""Titles of activity codes as a hint, where a mission kind turns it on."""

from dataclasses import replace

import pytest

from matching.pack import activities, read_table
from matching.recommending.strategies import lexical, meaning
from matching.recommending.weights import Weights
from packs import loader
from profiles import a_guest, a_host, an_item

OFF, ON = Weights(cut_off=0), Weights(cut_off=0, activity_titles=0.5)
CASTING, HAIRDRESSING = "24.51", "96.02"


def with_codes(profile, *codes):
    return replace(profile, activities=activities(loader.load(), "RU-KLU", codes))


def score(found, guest, host):
    return found.scores[found.guests.index(guest.organisation_id)][found.hosts.index(host.organisation_id)]


@pytest.fixture
def market():
    """Who needs castings, and two hosts with the same offer: a foundry and a hairdresser."""
    guest = a_guest(needs=["Литьё чугуна для насосов"])
    hosts = [a_host(offers=["Детали насосов из чугуна"]) for _ in range(2)]
    return guest, *(with_codes(host, code) for host, code in zip(hosts, (CASTING, HAIRDRESSING), strict=True))


@pytest.mark.parametrize("scorer", [lexical, meaning])
def test_offer_of_whose_codes_are_called_what_is_needed_counts_more(market, scorer):
    guest, foundry, hairdresser = market

    found = scorer([guest], [foundry, hairdresser], ON)

    assert score(found, guest, foundry) > score(found, guest, hairdresser)


@pytest.mark.parametrize("scorer", [lexical, meaning])
def test_codes_change_nothing_unless_the_mission_kind_weighs_them(market, scorer):
    guest, *hosts = market

    found = scorer([guest], hosts, OFF)

    assert found == scorer([guest], [replace(host, activities=()) for host in hosts], OFF)


def test_hint_goes_the_other_way_too():
    host = a_host(needs=["Литьё чугуна для насосов"])
    guests = [a_guest(offers=["Детали насосов из чугуна"]) for _ in range(2)]
    foundry, hairdresser = with_codes(guests[0], CASTING), with_codes(guests[1], HAIRDRESSING)

    found = lexical([foundry, hairdresser], [host], ON)

    assert score(found, foundry, host) > score(found, hairdresser, host)


def test_title_alone_is_no_reason_to_meet():
    guest = a_guest(needs=["Литьё чугуна"])
    silent = with_codes(a_host(), CASTING)
    other = with_codes(a_host(offers=["Билеты"]), CASTING)

    found = lexical([guest], [silent, other], Weights(cut_off=0, activity_titles=5))

    assert found.pairs == ()


def test_reasons_name_needs_and_offers_and_never_a_title(market):
    guest, *hosts = market

    found = meaning([guest], hosts, ON)

    said = {reason.offer_text for pair in found.pairs for reason in pair.reasons}
    assert said == {"Детали насосов из чугуна"}


def test_title_is_compared_in_a_language_that_the_need_has():
    guest = a_guest(needs=[an_item(en="Casting of iron for pumps")])
    hosts = [a_host(offers=[an_item(en="Pump parts of iron")]) for _ in range(2)]
    foundry, hairdresser = with_codes(hosts[0], CASTING), with_codes(hosts[1], HAIRDRESSING)

    found = lexical([guest], [foundry, hairdresser], ON)

    assert score(found, guest, foundry) > score(found, guest, hairdresser)


def test_codes_without_a_title_are_left_out():
    assert [item.texts["en"] for item in activities(loader.load(), "RU-KLU", ("00.99", CASTING))] == ["Casting of iron"]


def test_mission_kind_gives_the_weight():
    assert read_table("test", {"weights": {"activity_titles": 0.25}}).weights.activity_titles == 0.25
