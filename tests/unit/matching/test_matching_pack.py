"""The `[matching]` table of a mission kind."""

import pytest

from matching.handlers.recommending import scorer
from matching.pack import MatchingRules, read_table, rules_of
from matching.timetabling.model.objectives import Aim
from packs import loader
from packs.heads import PackError


def test_every_built_in_kind_has_a_table_that_reads_and_a_scorer_that_exists():
    for kind in loader.load().mission_kinds:
        rules = rules_of("", kind)

        assert callable(scorer(rules.scorer))
        assert rules.follow_up_months == (3, 6, 12)
        assert all(set(names) >= {"ru", "en"} for names in rules.agreement_types.values())


def test_weights_that_a_table_leaves_out_keep_their_value():
    rules = read_table("test", {"weights": {"cut_off": 0.2}})

    assert (rules.weights.cut_off, rules.weights.words) == (0.2, MatchingRules().weights.words)


def test_partnerships_of_a_table_replace_ours():
    rules = read_table("test", {"partnerships": {"offers_by_need": {"a": {"b": 1}}, "sold": ["a"]}})

    assert rules.weights.partnerships.fit("a", "b") == 1
    assert rules.weights.partnerships.sold == frozenset({"a"})


def test_aims_stand_in_the_order_of_the_table():
    rules = read_table("test", {"aims": ["guarantee", "value", "gaps"]})

    assert rules.aims == (Aim.GUARANTEE, Aim.VALUE, Aim.GAPS)


def test_kind_that_names_no_aims_strives_for_guarantee_value_few_gaps_and_few_tables():
    assert read_table("test", {}).aims == (Aim.GUARANTEE, Aim.VALUE, Aim.GAPS, Aim.TABLES)


@pytest.mark.parametrize(
    "aims",
    [["value", "value"], ["guarantee"], [], ["value", "beauty"], ["gaps", "value"]],
    ids=["twice", "no value", "none", "unknown", "gaps first"],
)
def test_aims_that_make_no_sense_are_refused_with_their_source(aims):
    with pytest.raises(PackError, match=r"test.*aims"):
        read_table("test", {"aims": aims})


@pytest.mark.parametrize("table", [{"weights": {"wrods": 1}}, {"follow_up_months": [0]}, {"unknown": 1}])
def test_wrong_table_is_refused_with_its_source(table):
    with pytest.raises(PackError, match="test"):
        read_table("test", table)


def test_unknown_scorer_is_no_scorer():
    with pytest.raises(LookupError):
        scorer("crystal-ball")
