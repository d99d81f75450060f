from dataclasses import replace

import pytest

from matching.recommending.profiles import closeness, is_same_class
from matching.recommending.weights import Partnerships, Weights, calibrate


@pytest.mark.parametrize(
    ("need", "offer", "fits"),
    [
        ("supplier_agreement", "supplier_agreement", 1),
        ("commercial_agreement", "commercial_agreement", 1),
        ("a_type_of_tomorrow", "a_type_of_tomorrow", 1),
        ("a_type_of_tomorrow", "supplier_agreement", 0),
    ],
)
def test_partnership_types_fit_when_equal(need, offer, fits):
    partnerships = Partnerships()

    fit = partnerships.fit(need, offer)

    assert fit == fits


def test_buyer_does_not_fit_a_buyer_as_money_flows_out_of_both():
    partnerships = Partnerships()

    fit = partnerships.fit("supplier_agreement", "commercial_agreement")

    assert fit == 0


def test_services_answer_a_need_for_goods_less_than_goods_do():
    partnerships = Partnerships()

    fit = partnerships.fit("supplier_agreement", "outsourcing_agreement")

    assert 0 < fit < partnerships.fit("supplier_agreement", "supplier_agreement")


@pytest.mark.parametrize(
    ("need", "other", "met"),
    [
        ("commercial_agreement", "supplier_agreement", True),
        ("supplier_agreement", "commercial_agreement", True),
        ("rnd_cooperation", "rnd_cooperation", True),
        ("supplier_agreement", "supplier_agreement", False),
        ("commercial_agreement", "commercial_agreement", False),
        ("rnd_cooperation", "investment_agreement", False),
    ],
)
def test_needs_answer_each_other_when_one_sells_and_one_buys_or_both_share(need, other, met):
    partnerships = Partnerships()

    answer = partnerships.answer_each_other(need, other)

    assert answer is met


def test_score_is_one_half_at_the_centre():
    weights = Weights()

    score = calibrate(weights.centre, weights)

    assert score == pytest.approx(0.5)


def test_score_stays_between_zero_and_one_whatever_the_evidence():
    weights = replace(Weights(), steepness=1000)

    scores = [calibrate(evidence, weights) for evidence in (float("-inf"), -1e9, 0, 1e9)]

    assert scores == sorted(scores)
    assert 0 <= scores[0] <= scores[-1] <= 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("31.09", "31.09.1", True), ("31.09", "31.01", False), ("31", "31", False), ("", "", False)],
)
def test_activities_are_of_one_class_when_they_share_four_digits(one, other, same):
    codes = (one, other)

    assert is_same_class(*codes) is same


def test_closeness_counts_the_digits_of_the_nearest_codes():
    mine, theirs = ("62.01", "31.09"), ("31.01", "10.51")

    share = closeness(mine, theirs)

    assert share == 0.75


def test_closeness_is_nothing_when_only_the_first_digit_is_shared():
    mine, theirs = ("22.21",), ("26.51",)

    share = closeness(mine, theirs)

    assert share == 0
