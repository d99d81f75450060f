import random
from dataclasses import replace

import pytest

from matching.recommending.matrix.lexical_index import ItemIndex
from matching.recommending.matrix.lexical_scorer import recommend
from matching.recommending.strategies import lexical
from matching.recommending.weights import Weights
from profiles import CUSTOMERS, TOGETHER, a_guest, a_host, an_item


@pytest.fixture
def weights():
    return Weights()


def partners(found, guest):
    return [pair.host_id for pair in found.for_guest(guest.organisation_id)]


def score(found, guest, host):
    row, column = found.guests.index(guest.organisation_id), found.hosts.index(host.organisation_id)
    return found.scores[row][column]


def test_need_that_meets_an_offer_outranks_one_that_shares_commonplaces(weights):
    guest = a_guest(needs=["Поставка медицинских перчаток для компании"])
    fitting = a_host(offers=["Перчатки медицинские нитриловые"])
    generic = a_host(offers=["Поставка товаров для компаний: производство, услуги, оборудование"])

    found = recommend([guest], [generic, fitting], weights)

    assert partners(found, guest) == [fitting.organisation_id]
    assert score(found, guest, fitting) > score(found, guest, generic)


def test_rare_word_in_common_outranks_a_frequent_one(weights):
    guest = a_guest(needs=["Стальные резервуары"])
    frequent = [a_host(offers=[f"Стальные {thing}"]) for thing in ("двери", "канаты", "балки", "лестницы")]
    rare = a_host(offers=["Резервуары из пластика"])

    found = recommend([guest], [*frequent, rare], weights)

    assert partners(found, guest)[0] == rare.organisation_id


def test_pair_that_meets_both_ways_outranks_one_that_meets_one_way(weights):
    guest = a_guest(offers=["Кедровые орехи"], needs=["Стеклянные бутылки"])
    mutual = a_host(offers=["Стеклянные бутылки"], needs=["Кедровые орехи"])
    one_way = a_host(offers=["Стеклянные бутылки"], needs=["Ремонт кровли"])

    found = recommend([guest], [one_way, mutual], weights)

    assert partners(found, guest)[0] == mutual.organisation_id


def test_offer_of_a_fitting_partnership_type_outranks_the_same_words_of_another(weights):
    guest = a_guest(needs=[an_item("Испытания сплавов", kind=TOGETHER)])
    fitting = a_host(offers=[an_item("Испытания сплавов", kind=TOGETHER)])
    unfitting = a_host(offers=[an_item("Испытания сплавов", kind=CUSTOMERS)])

    found = recommend([guest], [unfitting, fitting], weights)

    assert partners(found, guest)[0] == fitting.organisation_id


def test_competitors_are_not_recommended(weights):
    guest = a_guest(offers=["Мебель из массива для гостиниц"], needs=["Мебельный щит"], activity="31.09")
    rival = a_host(offers=["Мебель для гостиниц из массива дуба"], needs=["Мебельный щит"], activity="31.09.1")
    customer = a_host(offers=["Размещение туристов"], needs=["Мебель для гостиниц"], activity="55.10")

    found = recommend([guest], [rival, customer], weights)

    assert partners(found, guest) == [customer.organisation_id]
    assert score(found, guest, rival) == 0


def test_same_activity_is_no_competition_when_both_look_for_cooperation(weights):
    guest = a_guest(
        offers=[an_item("Рабочие места для стартапов", kind=TOGETHER)],
        needs=[an_item("Обмен резидентами инкубаторов", kind=TOGETHER)],
        activity="68.20",
    )
    twin = a_host(
        offers=[an_item("Рабочие места и наставники для стартапов", kind=TOGETHER)],
        needs=[an_item("Инкубаторы для обмена резидентами", kind=TOGETHER)],
        activity="68.20",
    )

    found = recommend([guest], [twin], replace(weights, cut_off=0.1))

    assert partners(found, guest) == [twin.organisation_id]


@pytest.mark.parametrize("avoider", ["guest", "host"])
def test_avoided_organisations_never_appear_whoever_avoids(weights, avoider):
    guest, host = a_guest(needs=["Пчелиный мёд"]), a_host(offers=["Пчелиный мёд"])
    if avoider == "guest":
        guest = replace(guest, avoids=frozenset({host.organisation_id}))
    else:
        host = replace(host, avoids=frozenset({guest.organisation_id}))

    found = recommend([guest], [host], replace(weights, cut_off=0))

    assert found.pairs == ()
    assert score(found, guest, host) == 0


def test_same_input_in_another_order_gives_the_same_output(weights):
    names = ["сыр", "мёд", "трубы", "насосы", "кабель", "доска", "щит", "печи", "ткань", "клей"]
    guests = [a_guest(offers=names[i : i + 2], needs=[names[i + 3], "упаковка"]) for i in range(6)]
    hosts = [a_host(offers=names[i + 2 : i + 5], needs=[names[i]]) for i in range(6)]
    shuffled = random.Random(7)

    first = recommend(guests, hosts, weights)
    second = recommend(
        [replace(g, needs=g.needs[::-1]) for g in shuffled.sample(guests, len(guests))],
        shuffled.sample(hosts, len(hosts)),
        weights,
    )

    assert first == second
    assert first.pairs


def test_equal_scores_are_ranked_by_id(weights):
    guest = a_guest(needs=["Берёзовая фанера"])
    twins = [a_host(offers=["Берёзовая фанера"]) for _ in range(4)]

    found = recommend([guest], twins[::-1], weights)

    assert partners(found, guest) == sorted(twin.organisation_id for twin in twins)


def test_every_host_sees_the_guests_that_see_it(weights):
    guests = [a_guest(needs=["Насосы"]), a_guest(needs=["Насосы и трубы"]), a_guest(needs=["Лён"])]
    hosts = [a_host(offers=["Насосы"]), a_host(offers=["Трубы"]), a_host(offers=["Льняная ткань"])]

    found = recommend(guests, hosts, weights)

    by_host = {pair for host in found.hosts for pair in found.for_host(host)}
    assert by_host == set(found.pairs)


def test_nobody_is_recommended_when_nothing_meets(weights):
    guests = [a_guest(offers=["Сыр"], needs=["Кабель"]), a_guest(offers=["Мёд"], needs=["Фанера"])]
    hosts = [a_host(offers=["Балет"], needs=["Гвозди"]), a_host(offers=["Юристы"], needs=["Шины"])]

    found = recommend(guests, hosts, weights)

    assert found.pairs == ()


def test_lone_pair_that_fits_is_recommended_without_others_to_compare(weights):
    guest, host = a_guest(needs=["Берёзовая фанера"]), a_host(offers=["Фанера берёзовая шлифованная"])

    found = recommend([guest], [host], weights)

    assert found.pairs[0].score > 0.5


def test_best_common_language_decides(weights):
    guest = a_guest(needs=[an_item("Нечто", en="Birch plywood")])
    fitting = a_host(offers=[an_item("Иное", en="Birch plywood sheets")])
    other = a_host(offers=[an_item("Разное", en="Cast iron pipes")])

    found = recommend([guest], [other, fitting], weights)

    assert partners(found, guest) == [fitting.organisation_id]
    assert found.pairs[0].reasons[0].need_text == "Birch plywood"


def test_loan_words_meet_across_languages(weights):
    guest = a_guest(needs=["Композитные профили"])
    fitting = a_host(offers=[an_item(en="Composite profiles")])
    other = a_host(offers=[an_item(en="Birch plywood")])

    found = recommend([guest], [other, fitting], weights)

    assert score(found, guest, fitting) > score(found, guest, other)


def test_near_activity_helps_where_there_is_no_common_language(weights):
    guest = a_guest(needs=["Лиственница"], activity="16.10")
    near = a_host(offers=[an_item(en="Sawn timber")], activity="16.21")
    far = a_host(offers=[an_item(en="Sawn timber")], activity="62.01")

    found = recommend([guest], [far, near], weights)

    assert score(found, guest, near) > score(found, guest, far)


@pytest.mark.parametrize(
    ("guests", "hosts"), [([], []), ([a_guest()], []), ([], [a_host()]), ([a_guest()], [a_host()])]
)
def test_empty_sides_and_profiles_give_no_pairs(weights, guests, hosts):
    sides = (guests, hosts)

    found = recommend(*sides, weights)

    assert found.pairs == ()
    assert [len(row) for row in found.scores] == [len(hosts)] * len(guests)


def test_organisation_with_two_profiles_is_refused(weights):
    guest = a_guest(needs=["Сыр"])

    with pytest.raises(ValueError, match="two profiles"):
        recommend([guest, guest], [], weights)


def test_index_gives_the_same_scores_and_notices_a_changed_text(weights):
    index = ItemIndex()
    guest, host = a_guest(needs=["Сыр"]), a_host(offers=["Кабель"])
    changed = replace(host, offers=(replace(host.offers[0], texts={"ru": "Сыр"}),))
    recommend([guest], [host], weights, index)

    found = recommend([guest], [changed], weights, index)

    assert found == recommend([guest], [changed], weights)
    assert found.pairs


def test_named_strategy_gives_what_it_names(weights):
    guest, host = a_guest(needs=["Сыр"]), a_host(offers=["Сыр"])

    found = lexical([guest], [host], weights)

    assert found == recommend([guest], [host], weights)
