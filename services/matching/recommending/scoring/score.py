"""The scorer, block by block.

A mission of thousands, read once.

Blocks of guests with all whom they are compared with.

Recommendations for a mission of thousands: candidates first, then what small missions do, for them alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from io import BytesIO
from itertools import chain, pairwise
from uuid import UUID

import numpy as np

from matching.recommending import progress
from matching.recommending.embeddings.cache import Memory
from matching.recommending.matrix.lexical_scorer import DIGITS
from matching.recommending.profiles import Profile
from matching.recommending.recommendation import Direction, Reason, Recommendation, Recommendations
from matching.recommending.scoring import evidence as pair_rules
from matching.recommending.scoring.bm25 import Matrix
from matching.recommending.scoring.candidates import Briefs, Chosen, Turns, choose, near_pairs
from matching.recommending.scoring.evidence import fitting, pooled
from matching.recommending.scoring.features import Collection, Gatherer
from matching.recommending.scoring.pairs import DIRECTIONS, Cells, Meetings, cells, meetings
from matching.recommending.scoring.reasons import Carriers, Clearness, carriers, clearly, told, worth_telling
from matching.recommending.scoring.similarity import Measured, Units, Words, WordTable, by_cell, measured
from matching.recommending.scoring.sparse import Mask, Places, Rows, Values, distinct, in_order, one_thread
from matching.recommending.scoring.units import Measuring, Scales, Standard, evidence, standards
from matching.recommending.text.clauses import Term, Text
from matching.recommending.weights import Weights, calibrate


class Mission:
    """Guests and hosts as rows, and what is compared of them."""

    def __init__(
        self,
        guests: Sequence[Profile],
        hosts: Sequence[Profile],
        weights: Weights,
        memory: Memory,
        first: "Mission | None" = None,
    ) -> None:
        self._weights, self._memory, self._first = weights, memory, first
        self.gatherer: Gatherer = first.gatherer if first else Gatherer(weights, memory)
        self.everybody = self.gatherer.collect(guests, hosts)

    def beside(self, guests: Sequence[Profile], hosts: Sequence[Profile]) -> "Mission":
        """Read others by what this one has taught."""
        return Mission(guests, hosts, self._weights, self._memory, self)

    @cached_property
    def places(self) -> tuple[dict[UUID, int], dict[UUID, int]]:
        """Where the guests and the hosts stand."""
        guests, hosts = ({p.organisation_id: n for n, p in enumerate(side)} for side in self.everybody.sides)
        return guests, hosts

    @cached_property
    def numbers(self) -> Places:
        """The numbers of the words that are here."""
        return distinct(self.everybody.rows.shares.indices.astype(np.int64))[0]

    @cached_property
    def shares(self) -> Rows:
        """Of the words that are here, what share each has in each reading."""
        rows = self.everybody.rows.shares
        return rows if len(self.numbers) == rows.shape[1] else Rows(rows[:, self.numbers])

    @property
    def terms(self) -> list[Term]:
        """The words that are here."""
        listed = self.gatherer.dictionary.listed_terms
        return [listed[number] for number in self.numbers.tolist()]

    @cached_property
    def words(self) -> WordTable:
        """Compares words with those that are here."""
        return WordTable(self.terms, self._weights.texts, self._memory)

    @cached_property
    def turns(self) -> Turns:
        """How vectors are turned into principal directions: as they were first."""
        return self._first.turns if self._first else Turns.of(self.everybody, self.gatherer)

    @cached_property
    def briefs(self) -> Briefs:
        """What shortlists are made by."""
        return Briefs.of(self.everybody, self.turns)

    def choose(self) -> Chosen:
        """Choose everybody's candidates, and let go of what shortlists are made by."""
        near, sentences = near_pairs(self.briefs), self.briefs.sentences
        vars(self).pop("briefs")
        return choose(self.everybody, near, sentences, self.known, self._weights)

    @property
    def known(self) -> Words:
        """How alike the words of everybody are."""
        return Words.within(self.everybody.rows.shares, self._table)

    @property
    def clearness(self) -> Clearness:
        """Tells from which texts anyone sees that they met."""
        return Clearness(self.gatherer.dictionary, clearly(self._table))

    @cached_property
    def _table(self) -> Rows:
        return self.words.whole()


@dataclass(frozen=True)
class Part:
    """What was measured of one direction of a block: the cells, their readings, and what those have in common."""

    found: Cells
    met: Meetings
    values: Measured


Block = dict[Direction, Part]


class Comparing:
    """Compares the pairs that were chosen, some guests at a time."""

    def __init__(self, mission: Collection, chosen: Chosen, weights: Weights) -> None:
        self._mission, self._chosen, self._weights = mission, chosen, weights

    def block(self, start: int, end: int) -> bytes:
        """Measure the pairs of the guests from one place up to another."""
        arrays = {}
        for direction, found, met, words in self._laid_out(start, end):
            values = measured((self._mission, self._mission), found, met, words, self._weights)
            arrays[direction] = np.stack([values.words, values.letters, values.meaning])
        file = BytesIO()
        np.savez(file, **arrays)  # type: ignore[arg-type]  # names are free
        return file.getvalue()

    def restored(self, start: int, end: int, stored: bytes) -> Block:
        """Lay out a block that was measured."""
        with np.load(BytesIO(stored)) as arrays:
            laid_out = self._laid_out(start, end)
            return {one: Part(found, met, Measured(*arrays[one])) for one, found, met, _ in laid_out}

    def evidence(self, block: Block, units: Units) -> Iterator[tuple[Direction, Cells, Values]]:
        """Give the cells of a block and their evidence, by direction."""
        names = [str(name) for name in self._mission.languages.known]
        for direction, part in block.items():
            values = part.values.evidence(part.met, direction, names, units, self._weights)
            best = by_cell(values, part.met, len(part.found))
            sides = (self._mission, self._mission)
            yield direction, part.found, fitting(part.found, best, direction, sides, self._weights)

    def pooled(self, block: Block, units: Units, count: int) -> Values:
        """Give the evidence of the pairs of a block, shape (pairs, 3)."""
        columns = [
            pooled(found, values, count, one, self._weights) for one, found, values in self.evidence(block, units)
        ]
        return np.stack(columns, axis=1)

    def pairs(self, start: int, end: int) -> slice:
        """Where the pairs of guests stand."""
        return slice(*np.searchsorted(self._chosen.pairs[:, 0], (start, end)).tolist())

    def _laid_out(self, start: int, end: int) -> Iterator[tuple[Direction, Cells, Meetings, Values]]:
        place, mission = self.pairs(start, end), self._mission
        for direction in DIRECTIONS:
            found = cells(self._chosen.pairs[place], mission, mission, direction)
            met = meetings(found, mission, mission)
            words = slice(*np.searchsorted(self._chosen.pair[direction], (place.start, place.stop)).tolist())
            yield direction, found, met, self._chosen.words[direction][words]


BLOCK = 500
"""Guests that are compared at once, and kept when it is done."""
BATCH = 100
"""Profiles that are encoded at once."""


def recommend(guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights, memory: Memory) -> Recommendations:
    """Score candidates as small missions score everybody; `scores` stay empty, pairs without a score are not listed.

    Raises:
        ValueError: an organisation is there twice on one side.
        StoppedError: whoever watches the round has stopped it.

    """
    one, other = ordered(guests), ordered(hosts)
    encode([*one, *other], memory)
    with one_thread():
        return _Round(Mission(one, other, weights, memory), weights).recommendations()


class _Round:
    """One round over everybody."""

    def __init__(self, mission: Mission, weights: Weights) -> None:
        self._mission, self._weights = mission, weights
        self._guests, self._hosts = mission.everybody.sides
        self._chosen = mission.choose()
        self._comparing = Comparing(mission.everybody, self._chosen, weights)
        self._stored: list[bytes] = []
        self._standards: list[Standard] = []

    def recommendations(self) -> Recommendations:
        """Score the candidates, and say why of those that are worth showing."""
        units = self._measure()
        found = self._evidence(units).round(DIGITS)
        scores = np.array([calibrate(value, self._weights) for value in found.tolist()])
        shown = self._chosen.is_candidate & (scores >= self._weights.cut_off)
        reasons = self._reasons(units, shown, scores < self._weights.unclear_cut_off)
        pairs = self._chosen.pairs
        told_of = np.array(sorted(reasons), dtype=np.int64)
        listed = told_of[np.lexsort((pairs[told_of, 1], pairs[told_of, 0], -found[told_of]))]
        self._keep_scales(units, found[listed])
        return Recommendations(
            guests=tuple(profile.organisation_id for profile in self._guests),
            hosts=tuple(profile.organisation_id for profile in self._hosts),
            scores=(),
            pairs=tuple(
                Recommendation(
                    guest_id=self._guests[i].organisation_id,
                    host_id=self._hosts[j].organisation_id,
                    score=score,
                    reasons=tuple(reasons[place]),
                )
                for place, (i, j), score in zip(
                    listed.tolist(), pairs[listed].tolist(), scores[listed].tolist(), strict=True
                )
            ),
        )

    def _keep_scales(self, units: Units, listed: Matrix) -> None:
        """Let whoever follows the round keep what it has measured, for those who come later."""
        guests, hosts = (tuple(profile.organisation_id for profile in side) for side in (self._guests, self._hosts))
        progress.current().measured(Scales(units, tuple(self._standards), (guests, hosts), listed).stored())

    def _measure(self) -> Units:
        """Compare the candidates, block by block; what is kept of an earlier attempt is not done again."""
        watch, total = progress.current(), len(self._guests)
        watch.tell("scoring", 0, total)
        known = ((number, start, watch.kept("scoring", number)) for number, start in enumerate(self._starts()))
        for number, stored, is_new in in_order(self._block, known):
            if is_new:
                watch.keep("scoring", number, stored)
            self._stored.append(stored)
            watch.tell("scoring", min((number + 1) * BLOCK, total), total)
        return Measuring(self._mission.everybody, self._mission.known, self._weights.texts).units()

    def _block(self, known: tuple[int, int, bytes | None]) -> tuple[int, bytes, bool]:
        """Compare the pairs of a block, unless that was done before."""
        number, start, stored = known
        return number, self._comparing.block(start, start + BLOCK) if stored is None else stored, stored is None

    def _evidence(self, units: Units) -> Matrix:
        """Sum up the evidence of each pair; minus infinity for those who never meet. Shape (pairs,)."""
        pairs, everybody = self._chosen.pairs, self._mission.everybody
        parts = in_order(partial(self._pooled, units), enumerate(self._starts()))
        values = np.concatenate([np.zeros((0, 3)), *parts])
        self._standards = standards(values, self._chosen, (len(self._guests), len(self._hosts)))
        close = pair_rules.closeness(pairs, everybody, everybody)
        found = evidence(values, pairs, self._standards, close, self._weights)
        found[pair_rules.forbidden(pairs, everybody, everybody, self._weights)] = -np.inf
        return found

    def _pooled(self, units: Units, block: tuple[int, int]) -> Values:
        place, found = self._restored(block)
        return self._comparing.pooled(found, units, place.stop - place.start)

    def _reasons(self, units: Units, shown: Mask, clear_only: Mask) -> dict[int, list[Reason]]:
        """Give the reasons of the pairs that are shown, by their places; none where nobody sees why."""
        watch, total, everybody = progress.current(), len(self._guests), self._mission.everybody
        found: dict[int, list[Reason]] = {}
        work = partial(self._worth, units, self._mission.clearness, shown, clear_only)
        for (begin, worth), start in zip(in_order(work, enumerate(self._starts())), self._starts(), strict=True):
            watch.tell("explaining", start, total)
            for number, pair in enumerate(worth.pair.tolist()):
                found.setdefault(begin + pair, []).append(told(worth, number, everybody, everybody))
        watch.tell("explaining", total, total)
        return found

    def _worth(
        self, units: Units, clearness: Clearness, shown: Mask, clear_only: Mask, block: tuple[int, int]
    ) -> tuple[int, Carriers]:
        """Give where the pairs of a block begin, and what is worth telling of them."""
        (place, found), everybody = self._restored(block), self._mission.everybody
        cells = (
            (one, *_of(shown[place], some, values)) for one, some, values in self._comparing.evidence(found, units)
        )
        listed = carriers(cells, self._weights)
        return place.start, worth_telling(listed, everybody, everybody, clearness, clear_only[place])

    def _restored(self, block: tuple[int, int]) -> tuple[slice, Block]:
        number, start = block
        stored = self._stored[number]
        return self._comparing.pairs(start, start + BLOCK), self._comparing.restored(start, start + BLOCK, stored)

    def _starts(self) -> range:
        return range(0, len(self._guests), BLOCK)


def _of(shown: Mask, found: Cells, values: Values) -> tuple[Cells, Values]:
    """Keep the cells of some pairs."""
    mask = shown[found.pair]
    return Cells(found.pair[mask], found.need[mask], found.offer[mask]), values[mask]


def ordered(profiles: Sequence[Profile]) -> list[Profile]:
    """Put profiles in the order of their ids.

    Raises:
        ValueError: an organisation is there twice.

    """
    found = sorted(profiles, key=lambda profile: profile.organisation_id)
    if any(one.organisation_id == other.organisation_id for one, other in pairwise(found)):
        raise ValueError("an organisation has two profiles on one side")
    return found


def encode(profiles: Sequence[Profile], memory: Memory) -> None:
    """Let every text, clause and word that will be compared be encoded, and kept, before anything else."""
    watch, done = progress.current(), set[str]()
    for start in range(0, len(profiles), BATCH):
        watch.tell("encoding", start, len(profiles))
        batch = profiles[start : start + BATCH]
        some = [item for p in batch for item in (*p.needs, *p.offers, *p.activities)]
        texts = [Text(text, language) for item in some for language, text in sorted(item.texts.items())]
        words = [[term.spelling for term in text.terms] for text in texts]
        said = (part for text, own in zip(texts, words, strict=True) for part in (text.meant, *text.clauses, *own))
        memory.learn([part for part in dict.fromkeys(said) if part not in done])
        done.update(chain.from_iterable(words))
    watch.tell("encoding", len(profiles), len(profiles))
