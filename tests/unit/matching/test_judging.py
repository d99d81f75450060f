import json
from pathlib import Path
from statistics import fmean
from uuid import UUID

import pytest
from click.testing import CliRunner

from matching.console import match
from matching.recommending.evaluation.cases import CaseError, Judgements, read_cases
from matching.recommending.evaluation.measures import difference, measure, rankings
from matching.recommending.evaluation.report import ConfigurationError, read_configuration
from matching.recommending.recommendation import Recommendation, Recommendations
from matching.recommending.strategies import meaning
from matching.recommending.weights import Weights

DATA = Path(__file__).parents[2] / "data"
SET = DATA / "needs-and-offers.json"
OWNER, GOOD, WEAK, NONE = (UUID(int=number) for number in range(1, 5))


def ndcg(case):
    figures = measure(rankings(meaning(case.guests, case.hosts, Weights()))[0], case.judged)
    return fmean(figures["nDCG@10"].values())


def test_perfect_list_has_full_marks():
    judged = Judgements({(OWNER, GOOD): 3.0, (OWNER, WEAK): 1.0})

    figures = measure({OWNER: [GOOD, WEAK, NONE]}, judged)

    assert {name: values[OWNER] for name, values in figures.items()} == dict.fromkeys(figures, 1.0)


def test_clear_fit_in_second_place_costs_half_of_its_rank():
    judged = Judgements({(OWNER, GOOD): 3.0})

    figures = measure({OWNER: [NONE, GOOD]}, judged)

    assert figures["MRR"][OWNER] == 0.5
    assert figures["nDCG@5"][OWNER] == pytest.approx(0.6309, abs=1e-4)


def test_difference_of_a_configuration_with_itself_is_nothing():
    values = {UUID(int=n): n / 10 for n in range(10)}

    assert difference([(values, values)]) == (0, 0, 0)


def test_interval_holds_the_difference_and_tells_it_from_chance():
    one, other = {UUID(int=n): 0.6 for n in range(30)}, {UUID(int=n): 0.4 + n / 100 for n in range(30)}

    mean, low, high = difference([(one, other)])

    assert 0 < low < mean < high


def test_needs_meet_their_offers_within_and_across_languages():
    (case,) = read_cases([SET])

    assert ndcg(case) > 0.95


def test_mission_without_judgements_is_refused(tmp_path):
    path = tmp_path / "mission.json"
    path.write_text(json.dumps({"organisations": []}), encoding="utf-8")

    with pytest.raises(CaseError, match="needs a file of judgements"):
        read_cases([path])


NO_LANGUAGE = '{"queries": [{"id": "q", "text": "pumps"}], "documents": [], "relevance": {}}'
NO_QUERY = '{"queries": ["pumps"], "documents": [], "relevance": {}}'


@pytest.mark.parametrize("content", ["[]", "{}", "no json", NO_LANGUAGE, NO_QUERY])
def test_file_that_is_no_case_is_refused(tmp_path, content):
    path = tmp_path / "odd.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CaseError, match="odd"):
        read_cases([path])


def test_configuration_changes_the_weights_that_it_names():
    made = read_configuration("lexical,cut_off=0.2,texts.words=0", "", "interregional")

    assert (made.weights.cut_off, made.weights.texts.words) == (0.2, 0)
    assert made.weights.words == Weights().words
    assert made.weights.large > 10**8
    assert read_configuration("meaning,large=0", "", "interregional").weights.large == 0


def test_partners_that_no_pair_lists_come_behind_those_that_one_does():
    guest, *hosts = (UUID(int=number) for number in range(4))
    pair = Recommendation(guest_id=guest, host_id=hosts[2], score=0.4, reasons=())
    found = Recommendations(guests=(guest,), hosts=tuple(hosts), scores=(), pairs=(pair,))

    assert rankings(found)[0][guest][0] == hosts[2]


@pytest.mark.parametrize("text", ["unheard_of", "meaning,unheard_of=1", "meaning,cut_off=high", "meaning,cut_off=7"])
def test_configuration_that_cannot_be_is_refused(text):
    with pytest.raises(ConfigurationError, match=r"unheard_of|cut_off"):
        read_configuration(text, "", "interregional")


def test_command_prints_figures_by_language_and_what_differs():
    asked = ["evaluate", str(SET), "--against", "lexical"]

    done = CliRunner().invoke(match, asked, catch_exceptions=False)

    assert done.exit_code == 0
    assert "en+ru→en+ru" in done.output
    assert "the first above lexical, with 95 % intervals" in done.output


def test_command_refuses_a_measure_that_is_none():
    done = CliRunner().invoke(match, ["evaluate", str(SET), "--measure", "luck"])

    assert done.exit_code == 1
    assert "there are nDCG@5" in done.output
