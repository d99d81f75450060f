import numpy as np
import pytest

from matching.recommending.scoring import candidates as shortlists
from matching.recommending.scoring.candidates import shortlist


@pytest.fixture
def sides():
    """Vectors of guests and hosts."""
    chance = np.random.default_rng(3)
    return [chance.normal(size=(count, 8)).astype(np.float32) for count in (2_500, 340)]


def best(one, other, length):
    """The pairs that a shortlist has, by sorting every row and column; of equal ones the first."""
    table = one @ other.T
    rows = np.argsort(-table, axis=1, kind="stable")[:, :length]
    columns = np.argsort(-table, axis=0, kind="stable")[:length]
    of_rows = {(i, j) for i, found in enumerate(rows.tolist()) for j in found}
    return sorted(of_rows | {(i, j) for found in columns.tolist() for j, i in enumerate(found)})


def test_shortlist_holds_the_best_of_every_row_and_column(sides):
    assert list(map(tuple, shortlist(*sides, 3).tolist())) == best(*sides, 3)


def test_shortlist_of_those_who_say_nothing_is_the_first_of_the_others(sides):
    guests, hosts = sides
    guests[::2], hosts[1::3] = 0, 0

    assert list(map(tuple, shortlist(guests, hosts, 3).tolist())) == best(guests, hosts, 3)


@pytest.mark.parametrize("block", [7, 1_000])
def test_shortlist_is_the_same_in_blocks_of_any_size(sides, block, monkeypatch):
    usual = shortlist(*sides, 20)
    monkeypatch.setattr(shortlists, "BLOCK", block)

    assert shortlist(*sides, 20).tolist() == usual.tolist()


@pytest.mark.parametrize("counts", [(0, 5), (5, 0), (4, 3)])
def test_everybody_is_on_a_shortlist_that_is_long_enough(counts):
    one, other = (np.ones((count, 2), dtype=np.float32) for count in counts)

    assert len(shortlist(one, other, 20)) == counts[0] * counts[1]
