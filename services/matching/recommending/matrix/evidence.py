"""Evidence that pairs of organisations suit each other, from their items up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.recommending.matrix.organisations import OneSide, Shelf
from matching.recommending.matrix.word_similarity_matrix import Likeness
from matching.recommending.profiles import closeness, is_same_class
from matching.recommending.recommendation import Direction
from matching.recommending.scoring.bm25 import Matrix, standardised
from matching.recommending.weights import Weights


@dataclass(frozen=True)
class ItemEvidence:
    """Evidence item by item: what each side needs against what the other offers, and needs against needs."""

    guest_needs: Matrix
    host_needs: Matrix
    both_need: Matrix


def item_evidence(guests: OneSide, hosts: OneSide, likeness: Likeness, weights: Weights) -> ItemEvidence:
    """Compare every need with every offer, and every need with every need, of the other side."""
    fit, answer = weights.partnerships.fit, weights.partnerships.answer_each_other

    def fitting(needs: Shelf, offers: Shelf, direction: Direction) -> Matrix:
        fits = np.array([[fit(need, offer) for offer in offers.types] for need in needs.types])
        share = 1 - weights.partnership + weights.partnership * fits.reshape(len(needs.items), len(offers.items))
        return likeness.evidence(needs.items, offers.items, direction) * share

    one, other = guests.needs, hosts.needs
    answers = np.array([[answer(a, b) for b in other.types] for a in one.types], dtype=np.float64)
    both = likeness.evidence(one.items, other.items, "both_need") * answers.reshape(len(one.items), len(other.items))
    return ItemEvidence(fitting(one, hosts.offers, "guest_needs"), fitting(other, guests.offers, "host_needs"), both)


def pair_evidence(guests: OneSide, hosts: OneSide, found: ItemEvidence, weights: Weights) -> Matrix:
    """Sum up the evidence of each pair: mean of both directions, needs that answer each other, activity codes.

    Returns: shape (guests, hosts), in units of a typical best match.
    """
    pooled = pooled_evidence(guests, hosts, found, weights)
    standard = [standardised(matrix, weights.mission) for matrix in pooled]
    return summed(standard, foreign_closeness(guests, hosts), weights)


def pooled_evidence(guests: OneSide, hosts: OneSide, found: ItemEvidence, weights: Weights) -> tuple[Matrix, ...]:
    """Evidence of each pair from the guest's needs, the host's needs, and needs that answer each other."""
    one = _pooled(found.guest_needs, guests.needs, hosts.offers, weights)
    other = _pooled(found.host_needs, hosts.needs, guests.offers, weights).T
    both = guests.needs.best_of_each(hosts.needs.best_of_each(found.both_need).T).T
    return one, other, both


def summed(pooled: Sequence[Matrix], closeness_: Matrix, weights: Weights) -> Matrix:
    """Sum up both directions, needs that answer each other and activity codes."""
    one, other, both = pooled
    return (one + other) / 2 + weights.both_need * both + weights.activity * closeness_


def forbidden(guests: OneSide, hosts: OneSide, likeness: Likeness, weights: Weights) -> Matrix:
    """Mark the pairs that never meet: one avoids the other, or both make the same thing. Shape (guests, hosts)."""
    alike = _alike_makers(guests.offers, hosts.offers, likeness, weights)
    rows = [
        [
            g.avoids_or_is_avoided_by(h)
            or (alike[i, j] > weights.rival_likeness and is_same_class(g.main_activity, h.main_activity))
            for j, h in enumerate(hosts.profiles)
        ]
        for i, g in enumerate(guests.profiles)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(guests.profiles), len(hosts.profiles))


def _pooled(matrix: Matrix, needs: Shelf, offers: Shelf, weights: Weights) -> Matrix:
    """Best offer for each need; of the needs mostly the best met. Shape (owners of needs, owners of offers)."""
    met = offers.best_of_each(matrix)
    rows = [_mostly_best(met[cut], weights.best) for cut in needs.slices]
    return np.stack(rows) if rows else np.zeros((0, len(offers.slices)))


def _mostly_best(rows: Matrix, best: float) -> Matrix:
    if not len(rows):
        return np.zeros(rows.shape[1])
    return np.asarray(best * rows.max(0) + (1 - best) * rows.mean(0))


def _alike_makers(one: Shelf, other: Shelf, likeness: Likeness, weights: Weights) -> Matrix:
    """How alike the goods and services are that two organisations sell, from 0 to 1."""
    sold = weights.partnerships.sold
    both_sell = np.array([[a in sold and b in sold for b in other.types] for a in one.types], dtype=np.float64)
    alike = likeness.letters(one.items, other.items) * both_sell.reshape(len(one.items), len(other.items))
    return one.best_of_each(other.best_of_each(alike).T).T


def foreign_closeness(guests: OneSide, hosts: OneSide) -> Matrix:
    """Closeness of activity codes where two profiles have no common language, else 0. Shape (guests, hosts)."""
    spoken = hosts.languages
    rows = [
        [
            0.0 if mine & spoken[j] else closeness(guest.activity_codes, host.activity_codes)
            for j, host in enumerate(hosts.profiles)
        ]
        for guest, mine in zip(guests.profiles, guests.languages, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(guests.profiles), len(hosts.profiles))
