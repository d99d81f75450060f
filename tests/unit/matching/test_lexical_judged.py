from pathlib import Path

import pytest

from judged_missions import CLEAR, Judgements, measure, rankings, read_profiles
from matching.domain.scores import Weights
from matching.scorers import lexical

ROOT = Path(__file__).parents[3]
SCENARIO = ROOT / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"
JUDGEMENTS = ROOT / "tests/data/kaluga-krasnoyarsk.judgements.json"


@pytest.fixture(scope="module")
def found():
    return lexical(read_profiles(SCENARIO, "guest"), read_profiles(SCENARIO, "host"), Weights())


@pytest.fixture(scope="module")
def judged():
    return Judgements.read(JUDGEMENTS)


def test_rankings_agree_with_people(found, judged):
    guest, host = rankings(found, cut=False)

    guests, hosts = measure(guest, judged), measure(host, judged.turned())

    assert guests["nDCG@5"] >= 0.90
    assert hosts["nDCG@5"] >= 0.92
    assert guests["recall3@5"] >= 0.96
    assert guests["mrr3"] >= 0.96
    assert guests["hard@5"] <= 0.17


def test_cut_off_keeps_the_clear_fits_and_hides_most_others(found, judged):
    clear = {pair for pair, grade in judged.grades.items() if grade >= CLEAR}

    shown = {(pair.guest_id, pair.host_id) for pair in found.pairs}

    assert len(shown & clear) >= 0.98 * len(clear)
    assert len(shown) <= 2 * len(clear)


def test_every_recommendation_has_one_to_three_reasons_with_marks(found):
    pairs = found.pairs

    assert all(1 <= len(pair.reasons) <= 3 for pair in pairs)
    assert all(reason.need_marks and reason.offer_marks for pair in pairs for reason in pair.reasons)


def test_everybody_is_recommended_to_somebody(found):
    guests = [guest for guest in found.guests if not found.for_guest(guest)]

    assert guests == []
