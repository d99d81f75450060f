"""How near the meanings of texts are, pair by pair: whole sentences and their clauses."""

import numpy as np

from matching.meaning.large.rows import Places, Values, distinct
from matching.meaning.large.sentences import ONE, Sentences

AT_ONCE = 2
"""Texts of one side that are multiplied at once with those that they are compared with."""
MOST = 1_000
"""Of these, so many at once: 12 MB."""


def senses(one: Sentences, other: Sentences, pairs: tuple[Places, Places], clauses: float, *, asks: bool) -> Values:
    """Do for pairs of readings what `matching.meaning.sense` does for all.

    Args:
        one: where the first of each pair stands; few of them, with many pairs each.
        other: where the second stands.
        pairs: which readings, shape (pairs,) each.
        clauses: share of the best clauses.
        asks: whether the first of each pair is the need, or the offer.

    """
    found = np.zeros(len(pairs[0]), dtype=np.float32)
    order = np.argsort(pairs[0], kind="stable")
    whose, starts = distinct(pairs[0])
    ends = np.append(starts, len(order))
    for begin in range(0, len(whose), AT_ONCE):
        some, last = whose[begin : begin + AT_ONCE], begin + AT_ONCE
        places = order[ends[begin] : ends[min(last, len(whose))]]
        local = np.repeat(np.arange(len(some)), np.diff(ends[begin : begin + len(some) + 1]))
        left, left_starts = _parts(one, some)
        for start in range(0, len(places), MOST):
            few = slice(start, start + MOST)
            right, right_starts = _parts(other, pairs[1][places[few]])
            alike = right @ (left.T / ONE**2)
            whole, parted = (_asking if asks else _answering)(alike, left_starts, right_starts, local[few])
            found[places[few]] = (1 - clauses) * whole + clauses * parted
    return found


def _parts(sentences: Sentences, readings: Places) -> tuple[Values, Places]:
    """Give the vectors of whole texts, each followed by those of its clauses, and where each text's begin."""
    begins = sentences.starts[readings]
    counts = sentences.starts[readings + 1] - begins
    starts = np.cumsum(counts) - counts
    flat = np.repeat(begins - starts, counts) + np.arange(counts.sum())
    return sentences.vectors[sentences.place[flat]].astype(np.float32), np.append(starts, counts.sum())


def _both(starts: Places) -> Places:
    """Where whole texts and their clauses begin, in turn."""
    return np.stack([starts[:-1], starts[:-1] + 1], axis=1).ravel()


def _asking(alike: Values, left: Places, right: Places, local: Places) -> tuple[Values, Values]:
    """The left texts are needs: each pair's whole, and the mean of its best clause and those of its clauses."""
    best = np.maximum.reduceat(alike, _both(right), axis=0)
    rows = np.arange(len(local))
    means = np.add.reduceat(best[1::2], _both(left), axis=1)[:, 1::2] / (np.diff(left) - 1)
    whole, parted = best[::2, left[:-1]], best[1::2, left[:-1]]
    return whole[rows, local], (parted[rows, local] + means[rows, local]) / 2


def _answering(alike: Values, left: Places, right: Places, local: Places) -> tuple[Values, Values]:
    """The left texts are offers."""
    best = np.maximum.reduceat(alike, _both(left), axis=1)
    of_part = np.repeat(local, np.diff(right))
    rows = np.arange(len(alike))
    whole, clause = best[rows, 2 * of_part], best[rows, 2 * of_part + 1]
    means = np.add.reduceat(clause, _both(right))[1::2] / (np.diff(right) - 1)
    return whole[right[:-1]], (clause[right[:-1]] + means) / 2
