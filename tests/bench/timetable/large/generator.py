"""Large missions drawn with a fixed seed: profiles in a space of likeness, popular hosts, days with holes."""

import numpy as np

from matching.timetabling.large import LargeMission

DIMENSIONS, LISTED, GUARANTEED = 16, 50, 2
POPULARITY, MIDDLE = 0.6, 1.2
"""How much a host's popularity counts beside likeness, and the liking that is worth half of the most."""


def generated(guests, hosts, slots, tables, cap, mask, *, seed):
    """Draw a mission in which each side's fifty best partners are candidates, worth 1 to 1,000.

    Availability: with "full" everybody is always there; with "mask" three of ten are, the others come late, leave
    early, or are bound for a third of the slots here and there; with "hard" a quarter of all slots is lost besides.
    """
    chance = np.random.default_rng(seed)
    ours, theirs = chance.normal(size=(guests, DIMENSIONS)), chance.normal(size=(hosts, DIMENSIONS))
    liking = ours @ theirs.T / np.sqrt(DIMENSIONS) + POPULARITY * chance.gamma(2.0, 0.5, hosts)
    guest, host = _listed(liking, min(LISTED, hosts), min(LISTED, guests))
    value = np.clip(np.round(1000 / (1 + np.exp(MIDDLE - liking[guest, host]))), 1, 1000).astype(np.int64)
    free = _days(chance, guests + hosts, slots, mask)
    there = np.bitwise_count(free).astype(np.int64)
    return LargeMission(
        guests=guests,
        guest=guest,
        host=host + guests,
        value=value,
        free=free,
        tables=np.full(slots, tables),
        most=np.minimum(cap, there),
        least=np.minimum(min(GUARANTEED, cap), there),
    )


def _listed(liking, of_guests, of_hosts):
    """Give the pairs that are among the best of either side, each once."""
    wanted = np.zeros(liking.shape, dtype=bool)
    np.put_along_axis(wanted, np.argpartition(-liking, of_guests - 1, axis=1)[:, :of_guests], True, axis=1)
    np.put_along_axis(wanted, np.argpartition(-liking, of_hosts - 1, axis=0)[:of_hosts], True, axis=0)
    return np.nonzero(wanted)


def _days(chance, people, slots, mask):
    """Draw the slots in which each person is there, as bits; nobody is away all the time."""
    there = np.ones((people, slots), dtype=bool)
    if mask != "full":
        place, kind = np.arange(slots), chance.random(people)[:, None]
        comes = chance.integers(1, max(slots // 2, 2), people)[:, None]
        leaves = chance.integers(max(slots // 2, 1), slots, people)[:, None] if slots > 1 else np.ones((people, 1))
        bound = chance.random((people, slots)) < 0.35
        there &= ~((kind >= 0.3) & (kind < 0.55)) | (place >= comes)
        there &= ~((kind >= 0.55) & (kind < 0.75)) | (place < leaves)
        there &= ~(kind >= 0.75) | ~bound
    if mask == "hard":
        there &= chance.random((people, slots)) >= 0.25
    bits = (there << np.arange(slots)).sum(axis=1)
    return np.where(bits > 0, bits, 1)
