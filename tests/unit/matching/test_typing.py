from pathlib import Path
from statistics import fmean

import pytest
from click.testing import CliRunner

from matching.console import match
from matching.recommending.evaluation.cases import damaged, damaged_text, read_cases
from matching.recommending.evaluation.measures import measure, rankings
from matching.recommending.strategies import meaning
from matching.recommending.text.clauses import Text
from matching.recommending.text.words import meaningful_words, meant
from matching.recommending.weights import Weights

SET = Path(__file__).parents[2] / "data/needs-and-offers.json"
TEXT = "Коррозионностойкие площадки обслуживания, лестницы и настилы для цехов обогатительных фабрик"


@pytest.fixture(scope="module")
def case():
    (found,) = read_cases([SET])
    return found


def ndcg(case):
    return fmean(measure(rankings(meaning(case.guests, case.hosts, Weights()))[0], case.judged)["nDCG@10"].values())


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("обслуивания", "обслуживания"),
        ("Площаддки", "площадки"),
        ("насосвы", "насосы"),
        ("насосв", "насос"),
        ("нержавеющых", "нержавеющих"),
    ],
)
def test_mistyped_word_is_read_as_it_was_meant(typed, word):
    assert meant(typed, "ru") == word


@pytest.mark.parametrize("word", ["насосов", "радиомодули", "щитк", "kompressor"])
def test_word_that_is_known_or_short_or_near_to_none_stays(word):
    assert meant(word, "ru") == word


def test_mistyped_word_is_marked_where_it_stands():
    (first, second) = meaningful_words("Площаддки обслуивания", "ru")

    assert (first.start, first.end, first.base) == (0, 9, "площадка")
    assert (second.start, second.end, second.base) == (10, 21, "обслуживание")


def test_sentence_is_embedded_as_it_was_meant():
    assert Text("Площаддки для «Енисея», обслуивание", "ru").meant == "площадки для «Енисея», обслуживание"


def test_damage_is_the_same_each_time_and_another_with_another_seed():
    one, same, other = (damaged_text(TEXT, 0.5, seed) for seed in (1, 1, 2))

    assert one == same
    assert len({one, other, TEXT}) == 3


def test_damage_takes_its_share_of_the_long_words():
    texts = [f"{TEXT} {number}" for number in range(40)]

    pairs = [pair for text in texts for pair in zip(text.split(), damaged_text(text, 0.3, 1).split(), strict=True)]

    assert all(a == b for a, b in pairs if len(a) < 5)
    assert 0.2 < fmean(a != b for a, b in pairs if len(a) > 5) < 0.4


def test_only_guests_mistype(case):
    typed = damaged(case, 1, 1)

    assert typed.hosts == case.hosts
    assert all(a.needs != b.needs for a, b in zip(typed.guests, case.guests, strict=True) if a.needs)


def test_damaged_typing_loses_less_than_a_tenth(case):
    assert ndcg(damaged(case, 0.3, 1)) > 0.9 * ndcg(case)


def test_command_evaluates_damaged_typing():
    whole, typed = (
        CliRunner().invoke(match, ["evaluate", str(SET), "--damage", share], catch_exceptions=False).output
        for share in ("0", "1")
    )

    assert whole != typed


@pytest.mark.parametrize("share", ["-1", "2"])
def test_command_refuses_a_share_that_is_none(share):
    assert CliRunner().invoke(match, ["evaluate", str(SET), "--damage", share]).exit_code != 0
