from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from click.testing import CliRunner

from matching.console import match
from matching.recommending.evaluation.calibration import Sample, Scale, fitted, sampled
from matching.recommending.evaluation.cases import Case, Judgements, read_cases
from matching.recommending.evaluation.report import read_configuration
from matching.recommending.recommendation import Recommendation, Recommendations
from matching.recommending.weights import Weights

DEVELOPMENT = sorted((Path(__file__).parents[2] / "data/development").glob("*.json"))
GUEST = UUID(int=0)


def a_sample(evidence, good, *, wrong=(), unclear=()):
    """Make a sample of one guest with as many hosts as there are values; places of hosts say which are what."""
    hosts = [UUID(int=number + 1) for number in range(len(evidence))]
    pairs = tuple(
        Recommendation(guest_id=GUEST, host_id=host, score=float(1 / (1 + np.exp(-value))), reasons=())
        for host, value in zip(hosts, evidence, strict=True)
    )
    judged = Judgements({(GUEST, hosts[n]): 3.0 for n in good}, frozenset((GUEST, hosts[n]) for n in wrong))
    case = Case(name="one", languages="ru", guests=(), hosts=(), judged=judged, is_mission=True)
    found = Recommendations(guests=(GUEST,), hosts=tuple(hosts), scores=(), pairs=pairs)
    clear = frozenset((GUEST, host) for n, host in enumerate(hosts) if n not in unclear)
    return Sample(case, found, clear, unclear_cut_off=0.5)


def drawn(centre, steepness, count=4000):
    chance = np.random.default_rng(3)
    evidence = chance.uniform(0, 1, count)
    good = chance.uniform(0, 1, count) < 1 / (1 + np.exp(-steepness * (evidence - centre)))
    return a_sample(evidence, np.flatnonzero(good).tolist())


def test_scale_finds_the_likelihood_that_grades_were_drawn_from():
    sample = drawn(centre=0.4, steepness=12)

    scale = fitted([sample])

    assert scale.centre == pytest.approx(0.4, abs=0.02)
    assert scale.steepness == pytest.approx(12, rel=0.1)
    assert scale.cut_off == 0.2


def test_hard_negatives_among_the_shown_raise_the_cut_off():
    evidence, good = [0.9, 0.8, 0.7, 0.1, 0.0, 0.75], [0, 1, 2]

    scale = fitted([a_sample(evidence, good, wrong=[5])])

    assert scale.cut_off == pytest.approx(5 / 9)


def test_pair_whose_reason_nobody_sees_is_shown_if_it_is_likelier_than_not():
    sample = a_sample([0.6, 0.45, 0.45], [0], unclear=[0, 1])

    is_shown = sample.is_shown(Scale(centre=0.5, steepness=10, cut_off=0.3))

    assert is_shown.tolist() == [True, False, True]


@pytest.mark.parametrize("good", [[], [0, 1]])
def test_mission_without_good_or_without_weak_pairs_chooses_no_scale(good):
    sample = a_sample([0.2, 0.4], good)

    with pytest.raises(ValueError, match="good pairs and others"):
        fitted([sample])


@pytest.mark.mission
def test_weights_are_what_the_development_missions_choose():
    configuration = read_configuration("meaning", "", "interregional")

    scale = fitted([sampled(case, configuration) for case in read_cases(DEVELOPMENT)])

    kept = configuration.weights
    assert (kept.centre, kept.steepness, kept.cut_off) == (Weights().centre, Weights().steepness, Weights().cut_off)
    assert scale.centre == pytest.approx(kept.centre, abs=0.005)
    assert scale.steepness == pytest.approx(kept.steepness, abs=0.1)
    assert scale.cut_off == pytest.approx(kept.cut_off, abs=0.01)


def test_command_tries_each_scale_on_each_mission():
    files = [str(path) for path in DEVELOPMENT if "gujarat" in path.name or "vologda" in path.name]

    done = CliRunner().invoke(match, ["fit", *files, "--scorer", "lexical"], catch_exceptions=False)

    assert done.exit_code == 0
    assert done.output.count("log loss") == 8
    assert "the others" in done.output


def test_command_refuses_files_without_a_mission(tmp_path):
    path = tmp_path / "set.json"
    path.write_text('{"queries": [], "documents": [], "relevance": {}}', encoding="utf-8")

    done = CliRunner().invoke(match, ["fit", str(path)])

    assert done.exit_code == 1
    assert "good pairs" in done.output
