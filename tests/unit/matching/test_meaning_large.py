from pathlib import Path

import numpy as np
import pytest

from matching.domain.recommendations import Recommendations
from matching.domain.scores import Weights
from matching.judging.cases import read_cases
from matching.judging.measures import measure, rankings
from matching.meaning.large import mission as large
from matching.meaning.large.mission import LargeMission
from matching.meaning.large.shortlist import shortlist
from profiles import a_guest, a_host

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def case():
    files = ["deploy/caravan/scenarios/kaluga-krasnoyarsk.json", "tests/data/kaluga-krasnoyarsk.judgements.json"]
    (found,) = read_cases([ROOT / name for name in files])
    return found


@pytest.fixture(scope="module")
def kaluga(case, memory):
    return LargeMission(case.guests, case.hosts, Weights(), memory)


def test_shortlist_holds_the_best_of_every_row_and_column():
    chance = np.random.default_rng(3)
    one, other = (chance.normal(size=(count, 8)).astype(np.float32) for count in (2_500, 40))

    pairs = {tuple(pair) for pair in shortlist(one, other, 3).tolist()}

    table = one @ other.T
    assert all((i, int(table[i].argmax())) in pairs for i in range(len(one)))
    assert all((int(table[:, j].argmax()), j) in pairs for j in range(len(other)))


def test_shortlists_agree_with_people(kaluga, case, monkeypatch):
    monkeypatch.setattr(large, "LENGTH", 15)
    pairs, evidence = kaluga.everybody()
    scores = np.full((len(case.guests), len(case.hosts)), 1e-9)
    scores[pairs[:, 0], pairs[:, 1]] = evidence + 1

    guests, hosts = ([profile.organisation_id for profile in side] for side in (case.guests, case.hosts))
    found = Recommendations(guests=tuple(guests), hosts=tuple(hosts), scores=tuple(map(tuple, scores)), pairs=())
    figures = measure(rankings(found)[0], case.judged)

    assert np.mean(list(figures["nDCG@5"].values())) > 0.9


def test_newcomer_gets_the_hosts_that_a_guest_of_the_same_profile_gets(kaluga, case, monkeypatch):
    monkeypatch.setattr(large, "LENGTH", 40)
    pairs, evidence = kaluga.everybody()
    mine = pairs[:, 0] == 3

    hosts, found = kaluga.newcomer(case.guests[3])

    best = pairs[mine][evidence[mine].argmax(), 1]
    assert hosts[found.argmax()] == best


def test_organisation_without_needs_or_offers_is_no_obstacle(memory):
    guests, hosts = [a_guest(needs=["Фанера"]), a_guest()], [a_host(), a_host(offers=["Фанера берёзовая"])]

    pairs, evidence = LargeMission(guests, hosts, Weights(), memory).everybody()

    assert pairs[evidence.argmax()].tolist() == [0, 1]
    assert (evidence[pairs[:, 0] == 1] == 0).all()
