"""Recommendations for a mission of thousands: candidates first, then what small missions do, for them alone."""

from collections.abc import Sequence
from functools import partial
from itertools import chain, pairwise

import numpy as np

from matching.domain.items import Profile
from matching.domain.recommendations import Reason, Recommendation, Recommendations
from matching.domain.scores import Weights, calibrate
from matching.lexical.recommend import DIGITS
from matching.lexical.vectors import Matrix
from matching.meaning import progress
from matching.meaning.large import rules
from matching.meaning.large.blocks import Block, Comparing
from matching.meaning.large.cells import Cells
from matching.meaning.large.measures import Units
from matching.meaning.large.mission import Mission
from matching.meaning.large.reasons import Carriers, Clearness, carriers, told, worth_telling
from matching.meaning.large.rows import Mask, Values
from matching.meaning.large.scales import Scales
from matching.meaning.large.threads import in_order, one_thread
from matching.meaning.large.totals import Standard, evidence, standards
from matching.meaning.large.units import Measuring
from matching.meaning.memory import Memory
from matching.meaning.texts import Text

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
        close = rules.closeness(pairs, everybody, everybody)
        found = evidence(values, pairs, self._standards, close, self._weights)
        found[rules.forbidden(pairs, everybody, everybody, self._weights)] = -np.inf
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
