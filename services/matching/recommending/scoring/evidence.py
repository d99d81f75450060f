"""Items to organisations; pairs that never meet.

Evidence of items, and of organisations from that of their items.

What holds of two organisations whatever they say: who never meets, and whose activities are close.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.recommending.profiles import CLASS_DIGITS, Profile, digits
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Matrix
from matching.recommending.scoring.features import GUESTS, HOSTS, OFFERS, Collection, Numbers
from matching.recommending.scoring.pairs import DIRECTIONS, FOREIGN, Cells, best_of, laid_out, meetings
from matching.recommending.scoring.similarity import products
from matching.recommending.scoring.sparse import Mask, Places, Values, distinct, rows_of
from matching.recommending.weights import Weights


def fitting(
    found: Cells, values: Values, direction: Direction, sides: tuple[Collection, Collection], weights: Weights
) -> Values:
    """Keep of the evidence of cells what their partnership types let stand."""
    needy, giver = (sides[side] for side in _sides(direction))
    one, other = needy.types[found.need], giver.types[found.offer]
    kinds = [str(kind) for kind in needy.kinds.known]
    shares = [[_share(need, offer, direction, weights) for offer in kinds] for need in kinds]
    table = np.array(shares, dtype=np.float32).reshape(len(kinds), len(kinds))
    return values * table[one, other]


def pooled(found: Cells, values: Values, count: int, direction: Direction, weights: Weights) -> Matrix:
    """Evidence of pairs: the best offer for each need; of the needs mostly the best met. Shape (pairs,)."""
    pooled_ = np.zeros(count)
    if not len(found):
        return pooled_
    starts = runs(found)
    met = np.maximum.reduceat(values, starts).astype(np.float64)
    pair = found.pair[starts]
    firsts = np.flatnonzero(np.diff(pair, prepend=-1))
    best = np.maximum.reduceat(met, firsts)
    if direction != "both_need":
        means = np.add.reduceat(met, firsts) / np.diff(np.append(firsts, len(pair)))
        best = weights.best * best + (1 - weights.best) * means
    pooled_[pair[firsts]] = best
    return pooled_


def runs(found: Cells) -> Places:
    """Where the offers for each need of each pair begin."""
    is_new = (np.diff(found.pair, prepend=-1) != 0) | (np.diff(found.need, prepend=-1) != 0)
    return np.flatnonzero(is_new)


def _sides(direction: Direction) -> tuple[int, int]:
    (needy, _), (giver, _) = DIRECTIONS[direction]
    return needy, giver


def _share(need: str, offer: str, direction: Direction, weights: Weights) -> float:
    if direction == "both_need":
        return float(weights.partnerships.answer_each_other(need, offer))
    return 1 - weights.partnership + weights.partnership * weights.partnerships.fit(need, offer)


def forbidden(pairs: Places, guests: Collection, hosts: Collection, weights: Weights) -> Mask:
    """Mark the pairs that never meet: one avoids the other, or both make the same thing. Shape (pairs,)."""
    (one, mine), (other, theirs) = _used(pairs, guests, hosts)
    shy = [place for place, (i, j) in enumerate(zip(mine, theirs, strict=True)) if one[i].avoids or other[j].avoids]
    found = np.zeros(len(pairs), dtype=np.bool_)
    for place in shy:
        found[place] = one[mine[place]].avoids_or_is_avoided_by(other[theirs[place]])
    classes = Numbers()
    makes, made = _classes(one, classes)[mine], _classes(other, classes)[theirs]
    same = np.flatnonzero((makes == made) & (makes >= 0))
    if len(same):
        found[same] |= _alike_makers(pairs[same], guests, hosts, weights) > weights.rival_likeness
    return found


def closeness(pairs: Places, guests: Collection, hosts: Collection) -> NDArray[np.float64]:
    """Closeness of activity codes where two profiles have no common language, else 0. Shape (pairs,)."""
    (one, mine), (other, theirs) = _used(pairs, guests, hosts)
    pairs = np.stack([mine, theirs], axis=1)
    known = Numbers()
    spoken = [[known.of(_spoken(profile)) for profile in side] for side in (one, other)]
    is_foreign = _shared(spoken, len(known), pairs) == 0
    found = np.zeros(len(pairs))
    for length in range(2, CLASS_DIGITS + 1):
        codes = Numbers()
        begun = [[codes.of(_begun(profile, length)) for profile in side] for side in (one, other)]
        found[_shared(begun, len(codes), pairs) > 0] = length / CLASS_DIGITS
    return np.where(is_foreign, found, 0.0)


def _used(pairs: Places, guests: Collection, hosts: Collection) -> list[tuple[list[Profile], Places]]:
    """Give the profiles of each side that are in a pair, and which of them is in which."""
    found = []
    for side, profiles in ((GUESTS, guests.sides[GUESTS]), (HOSTS, hosts.sides[HOSTS])):
        used, _ = distinct(pairs[:, side])
        found.append(([profiles[place] for place in used.tolist()], np.searchsorted(used, pairs[:, side])))
    return found


def _spoken(profile: Profile) -> set[str]:
    return {language for item in (*profile.needs, *profile.offers) for language in item.texts}


def _begun(profile: Profile, length: int) -> set[str]:
    return {digits(code)[:length] for code in profile.activity_codes if len(digits(code)) >= length}


def _shared(sides: Sequence[Sequence[Places]], width: int, pairs: Places) -> Values:
    """Count what the two of each pair share."""
    one, other = (rows_of(side, width) for side in sides)
    return products(pairs[:, 0], pairs[:, 1], one, other) if width else np.zeros(len(pairs), dtype=np.float32)


def _classes(side: Sequence[Profile], classes: Numbers) -> Places:
    """Number the four-digit class of each main activity; -1 where it is coarser."""
    known = [digits(profile.main_activity)[:CLASS_DIGITS] for profile in side]
    found = classes.of(known)
    found[[len(code) < CLASS_DIGITS for code in known]] = -1
    return found


def _alike_makers(pairs: Places, guests: Collection, hosts: Collection, weights: Weights) -> Values:
    """How alike the goods and services are that two organisations sell, from 0 to 1. Shape (pairs,)."""
    every = laid_out(pairs, guests.layout.of(GUESTS, OFFERS), hosts.layout.of(HOSTS, OFFERS))
    found = _sold(every, guests, hosts, weights)
    met = meetings(found, guests, hosts)
    values = np.zeros(len(met), dtype=np.float32)
    home, away = (np.flatnonzero(mask) for mask in (met.language != FOREIGN, met.language == FOREIGN))
    values[home] = products(met.need[home], met.offer[home], guests.rows.grams, hosts.rows.grams)
    items = found.need[met.cell[away]], found.offer[met.cell[away]]
    values[away] = products(*items, guests.rows.latin, hosts.rows.latin)
    return best_of(best_of(values, met.cell, len(found)), found.pair, len(pairs))


def _sold(found: Cells, guests: Collection, hosts: Collection, weights: Weights) -> Cells:
    is_sold = np.array([kind in weights.partnerships.sold for kind in guests.kinds.known], dtype=np.bool_)
    both = is_sold[guests.types[found.need]] & is_sold[hosts.types[found.offer]]
    return Cells(found.pair[both], found.need[both], found.offer[both])
