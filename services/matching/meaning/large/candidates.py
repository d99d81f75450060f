"""Whom it is worth to compare with whom: shortlists by products of matrices, then a quick comparison of their items."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.recommendations import Direction
from matching.domain.scores import Weights
from matching.lexical.vectors import Matrix
from matching.meaning.item_likeness import LEAST_MEANING, NOTHING
from matching.meaning.large.alike import Words
from matching.meaning.large.briefs import Briefs
from matching.meaning.large.cells import DIRECTIONS, Cells, Meetings, best_of, cells, meetings
from matching.meaning.large.collection import GUESTS, HOSTS, Collection
from matching.meaning.large.evidence import fitting, pooled
from matching.meaning.large.rows import Mask, Places, Values, distinct
from matching.meaning.large.shortlist import best_of_lines, shortlist
from matching.meaning.large.threads import in_order

LENGTH = 20
"""Partners in a shortlist: of each guest and of each host, by the needs of one, of the other, and of both."""
CANDIDATES = 20
"""Partners of each organisation that are compared as in small missions: twice as many as a list holds."""
PANEL = 8
"""Organisations that everybody of the other side is compared with: they tell what it has in common with everybody."""
AT_ONCE = 1_000
"""Pairs whose sentences are multiplied at once: 2 MB."""
PART = 100_000
"""Pairs that are laid out at once."""


@dataclass(frozen=True)
class Chosen:
    """Pairs to be compared, shape (pairs, 2), in order, and what is known of them already."""

    pairs: Places
    is_candidate: Mask
    """Shape (pairs,): the others are strangers, who only tell what somebody has in common with everybody."""
    words: dict[Direction, Values]
    """How alike the words of the readings of each pair are, in the order of `meetings`."""
    pair: dict[Direction, Places]
    """The pair that each of those belongs to, in order."""


@dataclass(frozen=True)
class Quick:
    """What a quick comparison says of pairs in one direction."""

    evidence: Matrix
    """Shape (pairs,)."""
    words: Values
    """How alike the words of their readings are, in the order of `meetings`."""
    pair: NDArray[np.int32]
    """The pair that each of those belongs to, in order."""


def choose(mission: Collection, near: Places, sentences: Values, known: Words, weights: Weights) -> Chosen:
    """Choose everybody's candidates, and strangers for everybody.

    Args:
        mission: everybody.
        near: the pairs of all shortlists.
        sentences: shape (items, dimensions): what is multiplied of the sentences of items.
        known: how alike words are.
        weights: how to score.

    """
    hosts = len(mission.sides[HOSTS])
    strangers = _panel(len(mission.sides[GUESTS]), hosts)
    pairs = _joined([near, strangers], hosts)
    is_near, kept = _among(pairs, near, hosts), _among(pairs, strangers, hosts)
    found = {one: _compared(mission, pairs, one, sentences, known, weights) for one in DIRECTIONS}
    first, second, third = (standardised(one.evidence[is_near], near, weights) for one in found.values())
    best = best_of_each(near, (first + second) / 2 + weights.both_need * third, CANDIDATES)
    is_candidate = np.zeros(len(pairs), dtype=np.bool_)
    is_candidate[np.flatnonzero(is_near)[best]] = True
    kept |= is_candidate
    number = np.cumsum(kept) - 1
    return Chosen(
        pairs[kept],
        is_candidate[kept],
        {direction: one.words[kept[one.pair]] for direction, one in found.items()},
        {direction: number[one.pair[kept[one.pair]]] for direction, one in found.items()},
    )


def _compared(
    mission: Collection, pairs: Places, direction: Direction, sentences: Values, known: Words, weights: Weights
) -> Quick:
    """Compare pairs by whole sentences and words; pairs are laid out part by part, and only numbers are kept."""

    def laid_out(start: int) -> tuple[Cells, Meetings]:
        found = cells(pairs[start : start + PART], mission, mission, direction)
        return found, meetings(found, mission, mission)

    def readings(start: int) -> NDArray[np.int32]:
        found, met = laid_out(start)
        return np.stack([met.need, met.offer, found.pair[met.cell] + start]).astype(np.int32)

    starts = range(0, len(pairs), PART)
    parts = [np.zeros((3, 0), dtype=np.int32), *in_order(readings, starts)]
    need, offer, pair = np.concatenate(parts, axis=1)
    del parts
    alike = known.alike(need, offer, weights.texts.back, asks=True)

    def evidence(start: int) -> Values:
        found, met = laid_out(start)
        own = slice(*np.searchsorted(pair, (start, start + PART)).tolist())
        values = quick_evidence(found, met, alike[own], sentences, weights)
        fit = fitting(found, values, direction, (mission, mission), weights)
        return pooled(found, fit, len(pairs[start : start + PART]), direction, weights)

    return Quick(np.concatenate([np.zeros(0), *in_order(evidence, starts)]), alike, pair)


def near_pairs(briefs: Briefs) -> Places:
    """Give the pairs of all shortlists."""
    sides = [(briefs.wide[one], briefs.wide[other]) for one, other in _ends()]
    found = [shortlist(one, other, LENGTH) for one, other in sides]
    return _joined(found, len(sides[0][1]))


def quick_evidence(found: Cells, met: Meetings, words: Values, sentences: Values, weights: Weights) -> Values:
    """Evidence of cells by whole sentences and words. Shape (cells,)."""
    alike = best_of(words, met.cell, len(found))
    whole = np.zeros(len(found), dtype=np.float32)
    for start in range(0, len(found), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        whole[some] = np.einsum("ij,ij->i", sentences[found.need[some]], sentences[found.offer[some]])
    texts = weights.texts
    return np.maximum(texts.sentences * whole + texts.words * alike - NOTHING, 0)


def standardised(values: Values, pairs: Places, weights: Weights) -> Values:
    """Measure evidence in units of the mission's typical best match, as small missions do.

    Nearly all pairs that no shortlist has have no evidence, so that the mean of a row is taken as nothing.
    """
    rows, columns = np.zeros(int(pairs[:, 0].max(initial=-1)) + 1), np.zeros(int(pairs[:, 1].max(initial=-1)) + 1)
    np.maximum.at(rows, pairs[:, 0], values)
    np.maximum.at(columns, pairs[:, 1], values)
    one = max(float(np.median(np.concatenate([rows, columns]))), LEAST_MEANING) if len(values) else LEAST_MEANING
    above = values / np.maximum(rows, one)[pairs[:, 0]] + values / np.maximum(columns, one)[pairs[:, 1]]
    return np.asarray(weights.mission * values / one + (1 - weights.mission) / 2 * above)


def best_of_each(pairs: Places, values: Values, length: int) -> Mask:
    """Mark the pairs, given in order, that are among the best of one of the two."""
    kept = np.zeros(len(pairs), dtype=np.bool_)
    for side in (0, 1):
        kept[best_of_lines(pairs[:, side], values, length)] = True
    return kept


def spread(count: int, wanted: int) -> Places:
    """Choose places all over a list."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).astype(np.int64))


def _ends() -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """What of guests meets what of hosts in each direction."""
    found = []
    for one, other in DIRECTIONS.values():
        found.append((one, other) if one[0] == GUESTS else (other, one))
    return found


def _panel(guests: int, hosts: int) -> Places:
    of_guests = np.stack(np.meshgrid(np.arange(guests), spread(hosts, PANEL), indexing="ij"), axis=-1).reshape(-1, 2)
    of_hosts = np.stack(np.meshgrid(spread(guests, PANEL), np.arange(hosts), indexing="ij"), axis=-1).reshape(-1, 2)
    return _joined([of_guests, of_hosts], hosts)


def _among(pairs: Places, some: Places, hosts: int) -> Mask:
    """Mark those that are among some; both are in order."""
    found = np.zeros(len(pairs), dtype=np.bool_)
    found[np.searchsorted(_keys(pairs, hosts), _keys(some, hosts))] = True
    return found


def _joined(parts: list[Places], hosts: int) -> Places:
    keys, _ = distinct(np.concatenate([_keys(part, hosts) for part in parts]))
    return np.stack(np.divmod(keys, max(hosts, 1)), axis=1)


def _keys(pairs: Places, hosts: int) -> Places:
    return pairs[:, 0] * max(hosts, 1) + pairs[:, 1]
