from pathlib import Path
from statistics import fmean

import pytest

from matching.recommending.evaluation.cases import read_cases
from matching.recommending.evaluation.measures import measure, rankings, shown
from matching.recommending.strategies import lexical, meaning
from matching.recommending.weights import Weights

pytestmark = pytest.mark.mission

ROOT = Path(__file__).parents[3]
SCENARIO = ROOT / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"
JUDGEMENTS = ROOT / "tests/data/kaluga-krasnoyarsk.judgements.json"
HELD_OUT = sorted((ROOT / "tests/data/heldout").glob("*.json"))
DEVELOPMENT = sorted((ROOT / "tests/data/development").glob("*.json"))


@pytest.fixture(scope="module")
def case():
    (found,) = read_cases([SCENARIO, JUDGEMENTS])
    return found


@pytest.fixture(scope="module")
def found(case):
    return meaning(case.guests, case.hosts, Weights())


def mean(figures, name):
    return fmean(figures[name].values())


def test_rankings_agree_with_people(found, case):
    guest, host = rankings(found)

    guests, hosts = measure(guest, case.judged), measure(host, case.judged.turned())

    assert mean(guests, "nDCG@5") >= 0.93
    assert mean(hosts, "nDCG@5") >= 0.94
    assert mean(guests, "recall@10") == 1
    assert mean(guests, "MRR") >= 0.96


def test_cut_off_keeps_the_clear_fits_in_a_top_five_and_hides_the_tempting_wrong_ones(found, case):
    left = shown(found, case.judged)

    assert left.clear_in_top >= 0.97 * left.clear
    assert left.hard == 0
    assert left.pairs <= 2 * left.clear


def test_words_alone_agree_with_people_almost_as_well(case):
    guest, host = rankings(lexical(case.guests, case.hosts, Weights()))

    guests, hosts = measure(guest, case.judged), measure(host, case.judged.turned())

    assert mean(guests, "nDCG@5") >= 0.90
    assert mean(hosts, "nDCG@5") >= 0.90


def test_every_recommendation_has_one_to_three_reasons_with_marks(found):
    pairs = found.pairs

    assert all(1 <= len(pair.reasons) <= 3 for pair in pairs)
    assert all(reason.need_marks and reason.offer_marks for pair in pairs for reason in pair.reasons)


@pytest.fixture(scope="module")
def developed():
    return [(case, meaning(case.guests, case.hosts, Weights())) for case in read_cases(DEVELOPMENT)]


def test_rankings_agree_with_the_grades_of_the_development_missions(developed):
    sides = [(case, *rankings(found)) for case, found in developed]

    guests = [measure(guest, case.judged) for case, guest, _ in sides]
    hosts = [measure(host, case.judged.turned()) for case, _, host in sides]

    assert len(developed) == 3
    assert min(mean(figures, "nDCG@5") for figures in guests) >= 0.90
    assert min(mean(figures, "nDCG@5") for figures in hosts) >= 0.88
    assert min(mean(figures, "recall@10") for figures in guests) >= 0.95


def test_cut_off_serves_the_development_missions_too(developed):
    left = [shown(found, case.judged) for case, found in developed]

    assert sum(one.clear_in_top for one in left) >= 0.87 * sum(one.clear for one in left)
    assert sum(one.hard for one in left) <= 0.08 * sum(one.all_hard for one in left)
    assert all(one.pairs <= 1.5 * one.clear for one in left)


def test_held_out_missions_are_served_nearly_as_well():
    cases = read_cases(HELD_OUT)
    found = [meaning(case.guests, case.hosts, Weights()) for case in cases]

    sides = [(case, *rankings(one)) for case, one in zip(cases, found, strict=True)]
    guests = [measure(guest, case.judged) for case, guest, _ in sides]
    hosts = [measure(host, case.judged.turned()) for case, _, host in sides]
    left = [shown(one, case.judged) for case, one in zip(cases, found, strict=True)]

    assert len(cases) == 2
    assert min(mean(figures, "nDCG@5") for figures in guests) >= 0.88
    assert min(mean(figures, "nDCG@5") for figures in hosts) >= 0.89
    assert min(mean(figures, "recall@10") for figures in (*guests, *hosts)) >= 0.97
    assert sum(one.clear_in_top for one in left) >= 0.75 * sum(one.clear for one in left)
    assert sum(one.hard for one in left) <= 0.2 * sum(one.all_hard for one in left)


def test_everybody_is_recommended_to_somebody(found):
    guests = [guest for guest in found.guests if not found.for_guest(guest)]

    assert guests == []
