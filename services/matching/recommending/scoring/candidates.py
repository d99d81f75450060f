"""All pairs, or a shortlist for large missions.

Candidates of everybody: the partners whose mean items are nearest.

Of a table of everybody with everybody only what may be among the best is looked at twice. The greatest numbers of
`length` groups of a line are `length` of its numbers, so that whatever is less than all of these is not among its best:
two passes over the table in place of a partition of each of its lines, which takes longer than the product.

What shortlists are made by: vectors of items turned into their principal directions, and their means.

Whom it is worth to compare with whom: shortlists by products of matrices, then a quick comparison of their items.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from matching.recommending.embeddings.encoder import Vectors, unit_length
from matching.recommending.matrix.item_similarity import LEAST_MEANING, NOTHING
from matching.recommending.matrix.word_alignment import word_vectors
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Matrix
from matching.recommending.scoring.evidence import fitting, pooled
from matching.recommending.scoring.features import GUESTS, HOSTS, NEEDS, OFFERS, Collection, Gatherer
from matching.recommending.scoring.pairs import DIRECTIONS, Cells, Meetings, best_of, cells, meetings
from matching.recommending.scoring.similarity import Words
from matching.recommending.scoring.sparse import Mask, Places, Values, distinct, in_order
from matching.recommending.weights import Weights

BLOCK = 250
"""Guests that are compared with all hosts at once: 10 MB for 10,000 hosts."""
GROUPS = 2
"""Groups of a line for each of its best: of these, half have numbers that are as great as the best."""
CROWD = 10
"""Numbers of a line for each of its best beyond which it is sorted: most are equal, as those of who says nothing."""


def shortlist(guests: Vectors, hosts: Vectors, length: int) -> Places:
    """Find the best hosts of each guest and the best guests of each host, of equal ones the first.

    Returns: shape (pairs, 2), in order.

    """
    width = len(hosts)
    tops = np.full((length, width), -np.inf, dtype=np.float32)
    of_guests, of_hosts = [np.zeros(0, dtype=np.int64)], []

    def compare(start: int) -> tuple[Places, Places, Values, Values]:
        table = guests[start : start + BLOCK] @ hosts.T
        rows, columns = _reaching(table, _tops(table.T, length)[0], length, 0)
        best = best_of_lines(rows, table[rows, columns], length)
        own = _tops(table, length)
        near = _reaching(table, np.maximum(own[0], tops[0]), length, 1)
        shift = start * width
        return shift + rows[best] * width + columns[best], shift + near[0] * width + near[1], table[near], own

    for rows, columns, values, own in in_order(compare, range(0, len(guests), BLOCK)):
        of_guests.append(rows)
        of_hosts.append((columns, values))
        tops = np.partition(np.concatenate([tops, own]), -length, axis=0)[-length:]
    if of_hosts:
        keys, values = (np.concatenate(part) for part in zip(*of_hosts, strict=True))
        reaching = values >= tops[0][keys % width]
        keys, values = keys[reaching], values[reaching]
        of_guests.append(keys[best_of_lines(keys % width, values, length)])
    return np.stack(np.divmod(distinct(np.concatenate(of_guests))[0], max(width, 1)), axis=1)


def best_of_lines(lines: Places, values: Values, length: int) -> Places:
    """Give where the greatest values of each line stand, of equal ones the first."""
    order = np.lexsort((-values, lines))
    counts = np.bincount(lines)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < length])


def _tops(table: Vectors, length: int) -> Vectors:
    """Give as many numbers of each column, the least of them first, as great as those of its groups that are greatest.

    Returns: shape (length, columns); minus infinity where a column has fewer numbers.

    """
    groups = min(len(table), GROUPS * length)
    if groups < length:
        return np.full((length, table.shape[1]), -np.inf, dtype=np.float32)
    rows = len(table) // groups
    greatest = table[: rows * groups].reshape(rows, groups, table.shape[1]).max(0)
    return np.partition(greatest, -length, axis=0)[-length:]


def _reaching(table: Vectors, least: Values, length: int, axis: int) -> tuple[Places, Places]:
    """Find the rows and columns of what is as great as the least of its line; lines are rows (0) or columns (1)."""
    ends = np.divmod(np.flatnonzero(table >= np.expand_dims(least, 1 - axis)), table.shape[1])
    is_crowded = np.bincount(ends[axis], minlength=table.shape[axis]) > CROWD * length
    if not is_crowded.any():
        return ends
    lines, kept = np.flatnonzero(is_crowded), ~is_crowded[ends[axis]]
    first = np.argsort(-np.moveaxis(table, axis, 0)[lines], axis=1, kind="stable")[:, :length]
    more = np.repeat(lines, first.shape[1]), first.ravel()
    rows, columns = (np.concatenate([ends[k][kept], more[k ^ axis]]) for k in (0, 1))
    return rows, columns


SENTENCE_WIDTH, WORD_WIDTH = 256, 64
"""Principal directions that are kept, of 512."""
WORDS_IN_SHORTLIST = 0.5
"""Weight of the mean of an item's word vectors beside its sentence vector."""
SAMPLE = 5_000
ITEMS_AT_ONCE = 4_000
"""Items whose sentences are turned at once."""


@dataclass(frozen=True)
class Turns:
    """How vectors are turned into principal directions; made once a mission, and good for whoever comes later."""

    sentences: Vectors
    words: Vectors
    terms: Vectors
    """The vectors of the words of the mission, turned."""

    @classmethod
    def of(cls, mission: Collection, gatherer: Gatherer) -> "Turns":
        """Find the directions from a sample of the items."""
        whole, size = mission.sentences.whole, mission.rows.shares.shape[1]
        terms = gatherer.dictionary.listed_terms[:size]  # who is compared later may have added others
        some = mission.sentences.vectors[np.unique(whole[:: max(1, len(whole) // SAMPLE)])].astype(np.float32)
        vectors = word_vectors(terms, gatherer.memory)
        words = _directions(vectors[:: max(1, len(terms) // SAMPLE)], WORD_WIDTH)
        return cls(_directions(some, SENTENCE_WIDTH), words, unit_length(vectors @ words))


@dataclass(frozen=True)
class Briefs:
    """What is multiplied of items and profiles: their sentences, and with them the mean of their words."""

    sentences: Values
    """Shape (items, SENTENCE_WIDTH)."""
    wide: dict[tuple[int, int], Values]
    """By side and kind, shape (profiles, dimensions): the mean of the items of each."""

    @classmethod
    def of(cls, mission: Collection, turns: Turns) -> "Briefs":
        """Turn the vectors of the first reading of each item."""
        first, part = mission.first_reading, ITEMS_AT_ONCE
        whole = mission.sentences.whole[first]
        sentences = np.zeros((len(whole), turns.sentences.shape[1]), dtype=np.float32)
        for start in range(0, len(whole), part):
            vectors = mission.sentences.vectors[whole[start : start + part]].astype(np.float32)
            sentences[start : start + part] = unit_length(vectors @ turns.sentences)
        means = np.float32(np.sqrt(WORDS_IN_SHORTLIST)) * unit_length(
            mission.rows.shares[first][:, : len(turns.terms)] @ turns.terms
        )
        sides = {(side, kind): mission.layout.of(side, kind) for side in (GUESTS, HOSTS) for kind in (NEEDS, OFFERS)}
        return cls(sentences, {shelf: _means((sentences, means), starts) for shelf, starts in sides.items()})


def _directions(vectors: Vectors, width: int) -> Vectors:
    _, found = np.linalg.eigh(vectors.T @ vectors)
    return np.asarray(found[:, ::-1][:, :width], dtype=np.float32)


def _means(parts: tuple[Values, ...], starts: Places) -> Values:
    """Give the means of the items of each owner, of all parts side by side."""
    counts, widths = np.diff(starts), [0, *accumulate(part.shape[1] for part in parts)]
    found = np.zeros((len(counts), widths[-1]), dtype=np.float32)
    owner = np.repeat(np.arange(len(counts)), counts)
    for (begin, end), part in zip(pairwise(widths), parts, strict=True):
        np.add.at(found[:, begin:end], owner, part[starts[0] : starts[-1]])
    found /= np.maximum(counts, 1).astype(np.float32)[:, None]
    return found


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
