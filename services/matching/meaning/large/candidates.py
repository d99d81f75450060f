"""Whom it is worth to compare with whom: shortlists by products of matrices, then a quick comparison of their items."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from matching.domain.recommendations import Direction
from matching.domain.scores import Weights
from matching.meaning.encoder import Vectors, unit_length
from matching.meaning.item_likeness import LEAST_MEANING, NOTHING
from matching.meaning.large.alike import Words
from matching.meaning.large.cells import DIRECTIONS, Cells, Meetings, best_of, cells, meetings
from matching.meaning.large.collection import GUESTS, HOSTS, NEEDS, OFFERS, Collection, Gatherer
from matching.meaning.large.evidence import fitting, pooled
from matching.meaning.large.rows import Mask, Places, Values, distinct
from matching.meaning.large.shortlist import best_of_lines, shortlist
from matching.meaning.large.threads import each
from matching.meaning.word_likeness import word_vectors

LENGTH = 20
"""Partners in a shortlist: of each guest and of each host, by the needs of one, of the other, and of both."""
CANDIDATES = 20
"""Partners of each organisation that are compared as in small missions: twice as many as a list holds."""
PANEL = 8
"""Organisations that everybody of the other side is compared with: they tell what it has in common with everybody."""
SENTENCE_WIDTH, WORD_WIDTH = 256, 64
"""Principal directions that are kept, of 512."""
WORDS_IN_SHORTLIST = 0.5
"""Weight of the mean of an item's word vectors beside its sentence vector."""
SAMPLE = 5_000
AT_ONCE = 4_000
"""Pairs whose sentences are multiplied at once."""


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
        first, part = mission.first_reading, max(1, AT_ONCE)
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


def choose(mission: Collection, briefs: Briefs, known: Words, weights: Weights) -> Chosen:
    """Choose everybody's candidates, and strangers for everybody."""
    near = near_pairs(briefs)
    hosts = len(mission.sides[HOSTS])
    pairs = _joined([near, _panel(len(mission.sides[GUESTS]), hosts)], hosts)
    is_near = _among(pairs, near, hosts)
    quick, words, counts = [], {}, {}
    for direction in DIRECTIONS:
        found = cells(pairs, mission, mission, direction)
        met = meetings(found, mission, mission)
        alike = known.alike(met.need, met.offer, weights.texts.back, asks=True)
        values = quick_evidence(found, met, alike, (briefs, briefs), weights)
        quick.append(
            pooled(
                found, fitting(found, values, direction, (mission, mission), weights), len(pairs), direction, weights
            )[is_near]
        )
        words[direction], counts[direction] = alike, found.pair[met.cell]
    first, second, third = (standardised(values, near, weights) for values in quick)
    best = best_of_each(near, (first + second) / 2 + weights.both_need * third, CANDIDATES)
    is_candidate = np.zeros(len(pairs), dtype=np.bool_)
    is_candidate[np.flatnonzero(is_near)[best]] = True
    kept = is_candidate | _among(pairs, _panel(len(mission.sides[GUESTS]), hosts), hosts)
    masks, number = {one: kept[counts[one]] for one in DIRECTIONS}, np.cumsum(kept) - 1
    return Chosen(
        pairs[kept],
        is_candidate[kept],
        {one: words[one][mask] for one, mask in masks.items()},
        {one: number[counts[one][mask]] for one, mask in masks.items()},
    )


def near_pairs(briefs: Briefs) -> Places:
    """Give the pairs of all shortlists."""
    sides = [(briefs.wide[one], briefs.wide[other]) for one, other in _ends()]
    found = [shortlist(one, other, LENGTH) for one, other in sides]
    return _joined(found, len(sides[0][1]))


def quick_evidence(
    found: Cells, met: Meetings, words: Values, briefs: tuple[Briefs, Briefs], weights: Weights
) -> Values:
    """Evidence of cells by whole sentences and words. Shape (cells,)."""
    alike = best_of(words, met.cell, len(found))
    whole = np.zeros(len(found), dtype=np.float32)

    def multiply(start: int) -> None:
        some = slice(start, start + AT_ONCE)
        one, other = briefs[0].sentences[found.need[some]], briefs[1].sentences[found.offer[some]]
        whole[some] = np.einsum("ij,ij->i", one, other)

    each(multiply, range(0, len(found), AT_ONCE))
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
