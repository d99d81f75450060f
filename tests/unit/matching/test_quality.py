"""How good recommendations were, and how often organisations are shown, in figures."""

from uuid import UUID

import pytest

from matching.domain.quality import EDGES, Held, quality
from matching.recommending.lists import Bar, distribution


def held(number, score, *ratings):
    return Held(id=UUID(int=number), score=score, ratings=ratings)


def test_nothing_has_no_shares():
    found = quality([], 0, [])

    assert (found.recommended_share, found.mean_rating, found.signal_share) == (None, None, None)
    assert [band.meetings for band in found.bands] == [0] * len(EDGES)


@pytest.mark.parametrize(("score", "least"), [(0.0, 0.0), (0.3, 0.3), (0.2999, 0.0), (0.9, 0.9), (1.0, 0.9)])
def test_band_begins_with_its_edge_and_the_last_one_holds_the_best_score(score, least):
    found = quality([held(1, score, 4)], 0, [])

    assert [band.least for band in found.bands if band.meetings] == [least]


def test_ratings_are_averaged_by_band_and_signals_counted_by_kind():
    found = quality([held(1, 0.95, 5, 4), held(2, 0.92), held(3, None, 1)], 7, ["known", "not_for_us", "known"])

    best, *_, unrecommended = found.bands
    assert (best.meetings, best.ratings, best.mean) == (2, 2, 4.5)
    assert (unrecommended.least, unrecommended.mean) == (None, 1)
    assert (found.signals, found.listed, found.signal_share) == ({"known": 2, "not_for_us": 1}, 10, 0.3)


@pytest.mark.parametrize("counts", [[0], [0, 1, 1, 5], list(range(300)), [7] * 9])
def test_bars_count_everybody_once_and_are_few(counts):
    found = distribution(counts)

    assert sum(bar.organisations for bar in found.bars) == len(counts)
    assert len(found.bars) <= 12
    assert found.bars[0] == Bar(least=0, most=0, organisations=counts.count(0))


def test_nobody_has_no_bars():
    assert distribution([]).bars == ()
