"""The lists that organisations are shown: what must hold whatever the market."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.recommending import lists
from matching.recommending.lists import Lead, ListRules, fair_lists, gini

VIEWERS, PARTNERS = [UUID(int=n) for n in range(1, 13)], [UUID(int=n) for n in range(101, 109)]


@st.composite
def markets(draw):
    """Draw leads between some viewers and partners, and rules for them."""
    ends = draw(st.sets(st.tuples(st.sampled_from(VIEWERS), st.sampled_from(PARTNERS)), max_size=96))
    places = draw(st.permutations(range(1, len(ends) + 1)))
    leads = [Lead(viewer, partner, place) for (viewer, partner), place in zip(sorted(ends), places, strict=True)]
    length = draw(st.integers(1, 6))
    maybe = st.none() | st.integers(0, 12)
    rules = ListRules(length=length, keep=draw(st.integers(0, length)), guarantee=draw(maybe), cap=draw(maybe))
    return leads, rules


def exposure(found):
    return Counter(partner for partners in found.partners.values() for partner in partners)


def best(leads, viewer, count):
    mine = sorted((lead for lead in leads if lead.viewer == viewer), key=lambda lead: lead.place)
    return [lead.partner for lead in mine[:count]]


@given(markets(), st.randoms(use_true_random=False))
def test_lists_do_not_depend_on_the_order_of_the_leads(market, random):
    leads, rules = market
    mixed = random.sample(leads, len(leads))

    assert fair_lists(mixed, rules) == fair_lists(leads, rules)


@given(markets())
def test_list_holds_leads_of_its_viewer_alone_best_first_and_the_kept_ones_among_them(market):
    leads, rules = market

    found = fair_lists(leads, rules).partners

    for viewer in {lead.viewer for lead in leads}:
        everybody = best(leads, viewer, len(leads))
        assert list(found[viewer]) == [partner for partner in everybody if partner in found[viewer]]
        assert set(everybody[: rules.keep]) <= set(found[viewer])


@given(markets())
def test_nobody_with_a_lead_is_absent(market):
    leads, rules = market

    assert set(exposure(fair_lists(leads, rules))) == {lead.partner for lead in leads}


@given(markets())
def test_guarantee_is_met_unless_every_list_that_could_show_the_partner_is_full(market):
    leads, rules = market

    found = fair_lists(leads, rules)

    times = exposure(found)
    for lead in leads:
        if times[lead.partner] < found.guarantee and lead.partner not in found.partners[lead.viewer]:
            assert len(found.partners[lead.viewer]) >= rules.length


@given(markets())
def test_cap_is_exceeded_by_kept_rows_alone(market):
    leads, rules = market

    found = fair_lists(leads, rules)

    for partner, times in exposure(found).items():
        kept = sum(partner in best(leads, viewer, rules.keep) for viewer in VIEWERS)
        assert times <= max(found.cap, kept)


@given(markets())
def test_list_is_longer_than_its_length_only_by_those_who_are_shown_nowhere_else(market):
    leads, rules = market

    found = fair_lists(leads, rules)

    times = exposure(found)
    for viewer, partners in found.partners.items():
        beyond = len(partners) - rules.length
        alone = [partner for partner in partners if times[partner] == 1]
        assert beyond <= len(alone)
        assert beyond <= 0 or len(set(best(leads, viewer, rules.keep)) | set(alone)) >= beyond


@given(markets())
def test_list_has_room_left_only_where_nobody_below_the_cap_is_left(market):
    leads, rules = market

    found = fair_lists(leads, rules)

    times = exposure(found)
    for lead in leads:
        partners = found.partners[lead.viewer]
        if len(partners) < rules.length and lead.partner not in partners:
            assert times[lead.partner] >= found.cap


def crowd(guests=40, hosts=10):
    """Let everybody like the same hosts best."""
    ends = [(UUID(int=1 + g), UUID(int=100 + h)) for h in range(hosts) for g in range(guests)]
    return [Lead(viewer, partner, place) for place, (viewer, partner) in enumerate(ends, 1)]


def test_bounds_follow_the_room_in_the_lists():
    found = fair_lists(crowd(), ListRules(length=5, keep=2))

    share = 40 * 5 / 10
    assert (found.guarantee, found.cap) == (lists.GUARANTEE * share, lists.CAP * share)
    assert min(exposure(found).values()) == found.guarantee


def test_guarantee_that_asks_for_more_than_there_is_room_for_is_lowered_to_it():
    found = fair_lists(crowd(), ListRules(length=5, keep=0, guarantee=99))

    assert found.guarantee == 20
    assert set(exposure(found).values()) == {20}


@pytest.mark.parametrize(
    ("counts", "expected"), [([], 0), ([0, 0], 0), ([3, 3, 3], 0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25)]
)
def test_gini_is_nothing_for_equals_and_grows_with_what_one_has_alone(counts, expected):
    assert gini(counts) == pytest.approx(expected)
