from dataclasses import replace

import pytest

from matching.recommending.matrix.lexical_scorer import recommend
from matching.recommending.weights import Weights
from profiles import CUSTOMERS, a_guest, a_host, an_item, marked


@pytest.fixture
def weights():
    return Weights()


def reasons(guest, host, weights):
    (pair,) = recommend([guest], [host], weights).pairs
    return pair.reasons


def test_marks_are_spans_of_the_words_that_met(weights):
    guest = a_guest(needs=["Отливки из алюминиевых сплавов"])
    host = a_host(offers=["Литьё: алюминиевый сплав для корпусов"])

    (reason,) = reasons(guest, host, weights)

    assert marked(reason.need_text, reason.need_marks) == ["алюминиевых", "сплавов"]
    assert marked(reason.offer_text, reason.offer_marks) == ["алюминиевый", "сплав"]


def test_marks_cover_similar_words_when_none_is_equal(weights):
    guest = a_guest(needs=["Роботизация складов"])
    host = a_host(offers=["Роботизированные ячейки"])

    (reason,) = reasons(guest, host, replace(weights, cut_off=0, unclear_cut_off=0))

    assert marked(reason.need_text, reason.need_marks) == ["Роботизация"]
    assert marked(reason.offer_text, reason.offer_marks) == ["Роботизированные"]


def test_marks_do_not_cover_commonplaces(weights):
    guest = a_guest(needs=["Производство резиновых шлангов"])
    host = a_host(offers=["Производство шлангов"])

    (reason,) = reasons(guest, host, weights)

    assert marked(reason.offer_text, reason.offer_marks) == ["шлангов"]


def test_reason_names_the_items_that_met_and_the_direction(weights):
    guest = a_guest(offers=["Кирпич"], needs=["Сушёные грибы", "Медный кабель"])
    host = a_host(offers=["Фанера", "Кабель медный силовой"], needs=["Шины"])

    (reason,) = reasons(guest, host, weights)

    assert reason.direction == "guest_needs"
    assert (reason.need_id, reason.offer_id) == (guest.needs[1].id, host.offers[1].id)


def test_both_directions_are_given_when_both_carry(weights):
    guest = a_guest(offers=["Кедровый орех"], needs=["Стеклянная бутылка"])
    host = a_host(offers=["Стеклянная бутылка"], needs=["Кедровый орех"])

    found = reasons(guest, host, weights)

    assert {reason.direction for reason in found} == {"guest_needs", "host_needs"}


def test_host_need_is_met_by_the_offer_of_the_guest(weights):
    guest, host = a_guest(offers=["Зимние костюмы"]), a_host(needs=["Костюмы зимние утеплённые"])

    (reason,) = reasons(guest, host, weights)

    assert reason.direction == "host_needs"
    assert (reason.need_id, reason.offer_id) == (host.needs[0].id, guest.offers[0].id)


def test_seller_and_buyer_of_the_same_thing_meet_by_their_needs(weights):
    guest = a_guest(needs=[an_item("Покупатели облепихового масла", kind=CUSTOMERS)])
    host = a_host(needs=["Облепиховое масло"])

    (reason,) = reasons(guest, host, replace(weights, cut_off=0.01))

    assert reason.direction == "both_need"
    assert (reason.need_id, reason.offer_id) == (guest.needs[0].id, host.needs[0].id)


def test_reasons_are_at_most_three(weights):
    things = ["Медный кабель", "Кедровый орех", "Берёзовая фанера", "Стеклянная бутылка", "Льняная ткань"]
    guest, host = a_guest(needs=things), a_host(offers=things)

    found = reasons(guest, host, weights)

    assert len(found) == 3


def test_reason_across_languages_marks_the_alike_words(weights):
    guest = a_guest(needs=["Композитные профили"])
    host = a_host(offers=[an_item(en="Composite profiles")])

    (reason,) = reasons(guest, host, replace(weights, cut_off=0))

    assert marked(reason.need_text, reason.need_marks) == ["профили"]
    assert marked(reason.offer_text, reason.offer_marks) == ["profiles"]


@pytest.mark.parametrize(
    ("need", "offer", "is_shown"),
    [
        ("Датчики для камер", "Горячие камеры", False),
        ("Датчики для тепловых камер", "Тепловые камеры", True),
        ("Датчики для камер", "Полки для камер", True),
        ("Холодные камеры", "Горячие камеры", True),
    ],
)
def test_one_word_that_is_the_thing_here_and_its_purpose_there_is_no_reason(weights, need, offer, is_shown):
    guest, host = a_guest(needs=[need]), a_host(offers=[offer])

    pairs = recommend([guest], [host], replace(weights, cut_off=0, unclear_cut_off=1)).pairs

    assert bool(pairs) == is_shown


def test_reason_that_nobody_sees_leaves_its_place_to_one_that_is_clear(weights):
    guest = a_guest(needs=["Датчики для камер", "Кабель"])
    host = a_host(offers=["Горячие камеры", "Медный кабель силовой"])

    found = reasons(guest, host, replace(weights, unclear_cut_off=0))

    assert [reason.need_id for reason in found] == [guest.needs[1].id]


def test_pair_without_a_clear_reason_is_shown_from_a_score_of_its_own_on(weights):
    guest, host = a_guest(needs=["Датчики для камер"]), a_host(offers=["Горячие камеры"])

    pairs = recommend([guest], [host], replace(weights, cut_off=0, unclear_cut_off=0)).pairs

    assert len(pairs) == 1
