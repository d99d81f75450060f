"""Recommendations for a mission of thousands: candidates first, then what small missions do, for them alone."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.domain.items import Profile
from matching.domain.recommendations import Reason, Recommendation, Recommendations
from matching.domain.scores import Weights, calibrate
from matching.lexical.recommend import DIGITS
from matching.lexical.vectors import Matrix
from matching.meaning import progress
from matching.meaning.large.blocks import Block, Comparing
from matching.meaning.large.mission import LargeMission
from matching.meaning.large.shelves import Places
from matching.meaning.large.totals import evidence
from matching.meaning.memory import Memory
from matching.meaning.texts import Text

CANDIDATES = 20
"""Partners of each organisation that are compared as in small missions: twice as many as a list holds."""
BLOCK = 20
"""Guests that are compared at once, and kept when it is done."""
BATCH = 100
"""Profiles that are encoded at once."""


def recommend(guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights, memory: Memory) -> Recommendations:
    """Score candidates as small missions score everybody; `scores` stay empty, pairs without a score are not listed.

    Raises:
        ValueError: an organisation is there twice on one side.
        StoppedError: whoever watches the round has stopped it.

    """
    one, other = _ordered(guests), _ordered(hosts)
    _encode([*one, *other], memory)
    pairs = _best_of_each(*LargeMission(one, other, weights, memory).everybody(), CANDIDATES)
    comparing = Comparing(one, other, pairs, weights, memory)
    found = evidence([*_blocks(comparing, pairs, len(one))], pairs, (len(one), len(other)), weights).round(DIGITS)
    scores = np.array([calibrate(value, weights) for value in found.tolist()])
    shown = scores >= weights.cut_off
    pairs, found, scores = pairs[shown], found[shown], scores[shown]
    reasons = _reasons(comparing, pairs, scores < weights.unclear_cut_off, len(one))
    order = sorted(range(len(pairs)), key=lambda place: (-found[place], *pairs[place]))
    return Recommendations(
        guests=tuple(profile.organisation_id for profile in one),
        hosts=tuple(profile.organisation_id for profile in other),
        scores=(),
        pairs=tuple(
            Recommendation(
                guest_id=one[pairs[place, 0]].organisation_id,
                host_id=other[pairs[place, 1]].organisation_id,
                score=float(scores[place]),
                reasons=reasons[place],
            )
            for place in order
            if reasons[place]
        ),
    )


def _ordered(profiles: Sequence[Profile]) -> list[Profile]:
    ordered = sorted(profiles, key=lambda profile: profile.organisation_id)
    if any(one.organisation_id == other.organisation_id for one, other in pairwise(ordered)):
        raise ValueError("an organisation has two profiles on one side")
    return ordered


def _encode(profiles: Sequence[Profile], memory: Memory) -> None:
    """Let every text, clause and word that will be compared be encoded, and kept, before anything else."""
    watch = progress.current()
    for start in range(0, len(profiles), BATCH):
        watch.tell("encoding", start, len(profiles))
        batch = profiles[start : start + BATCH]
        some = [item for p in batch for item in (*p.needs, *p.offers, *p.activities)]
        texts = [Text(text, language) for item in some for language, text in sorted(item.texts.items())]
        said = (spelled for text in texts for spelled in (text.text, *text.clauses, *(t.spelling for t in text.terms)))
        memory.vectors(list(dict.fromkeys(said)))
    watch.tell("encoding", len(profiles), len(profiles))


def _best_of_each(pairs: Places, values: Matrix, length: int) -> Places:
    """Keep the pairs that are among the best of one of the two, in order."""
    kept = np.zeros(len(pairs), dtype=bool)
    for side in (0, 1):
        order = np.lexsort((pairs[:, 1 - side], -values, pairs[:, side]))
        ends = pairs[order, side]
        rank = np.arange(len(order)) - np.searchsorted(ends, ends)
        kept[order[rank < length]] = True
    return pairs[kept]


def _blocks(comparing: Comparing, pairs: Places, guests: int) -> Iterator[Block]:
    def compared(rows: Places, some: slice) -> bytes:
        return comparing.block(rows, pairs[some]).stored()

    return (Block.restored(stored) for stored in _kept("scoring", compared, pairs, guests))


def _reasons(
    comparing: Comparing, pairs: Places, clear_only: NDArray[np.bool_], guests: int
) -> list[tuple[Reason, ...]]:
    def explained(_rows: Places, some: slice) -> bytes:
        found = comparing.reasons(pairs[some], clear_only[some].tolist()) if len(pairs[some]) else []
        return json.dumps([[asdict(reason) for reason in reasons] for reasons in found]).encode()

    return [
        tuple(_reason(told) for told in reasons)
        for stored in _kept("explaining", explained, pairs, guests)
        for reasons in json.loads(stored)
    ]


def _reason(told: dict[str, object]) -> Reason:
    marks = {name: tuple(map(tuple, told[name])) for name in ("need_marks", "offer_marks")}  # type: ignore[call-overload]  # JSON
    return Reason(**told | marks)  # type: ignore[arg-type]  # JSON


def _kept(stage: progress.Stage, find: Callable[[Places, slice], bytes], pairs: Places, guests: int) -> Iterator[bytes]:
    """Work through blocks of guests with their pairs; what is kept of an earlier attempt is not done again."""
    watch = progress.current()
    for number, start in enumerate(range(0, guests, BLOCK)):
        watch.tell(stage, start, guests)
        stored = watch.kept(stage, number)
        if stored is None:
            rows = np.arange(start, min(start + BLOCK, guests))
            some = slice(*np.searchsorted(pairs[:, 0], (start, start + BLOCK)))
            stored = find(rows, some)
            watch.keep(stage, number, stored)
        yield stored
    watch.tell(stage, guests, guests)
