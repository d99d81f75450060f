"""Fair lists and exposure figures.

The lists that organisations are shown: the best partners of each, and everybody somewhere.

Every viewer keeps its best partners, every partner is shown a guaranteed number of times where it has leads for that,
and nobody is put before many more viewers than its fair share, unless it is among their best.

How often organisations are shown to others, and why some are shown nowhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import NamedTuple
from uuid import UUID

GUARANTEE = 0.3
"""The guarantee where none is set, as a share of the appearances that each partner would have if all had as many."""
CAP = 3.0
"""The cap where none is set, in the same unit."""


class Lead(NamedTuple):
    """A partner above the cut-off, as one of the two may be shown it; `place` orders the leads, 1 being the best."""

    viewer: UUID
    partner: UUID
    place: int


@dataclass(frozen=True, kw_only=True)
class ListRules:
    """How long a list is, and how fair."""

    length: int = 10
    """Partners in a list; one that would be shown nowhere else comes on top."""
    keep: int = 5
    """Of them, the best ones that stay whatever fairness asks for."""
    guarantee: int | None = None
    """How many lists each partner is in, where it has leads; None: derived from the room in the lists."""
    cap: int | None = None
    """From how many lists on a partner is in no further one, unless it is kept there; None: derived likewise."""


@dataclass(frozen=True, kw_only=True)
class FairLists:
    """Whom each viewer is shown, best first, and the bounds that held for the partners."""

    partners: Mapping[UUID, tuple[UUID, ...]]
    guarantee: int
    cap: int


def fair_lists(leads: Iterable[Lead], rules: ListRules) -> FairLists:
    """Choose what each viewer is shown of its leads; the order of the leads changes nothing.

    A partner with leads is in the guaranteed number of lists, unless it has fewer leads or the lists of all others of
    them are full; it is in one in any case. Beyond the cap it is in those lists only that keep it.

    Args:
        leads: each viewer and partner at most once, no two with one place.
        rules: how long a list is, and how fair.

    Cost: sorting the leads, then a constant number of looks at each.

    Source: a greedy rule, measured in `tests/bench/fair_lists.py`; the guarantee as in Patro et al., FairRec, WWW 2020.

    """
    ordered = sorted(leads, key=lambda lead: lead.place)
    making = _Making(ordered, rules)
    making.keep()
    making.guarantee_each()
    making.fill()
    return FairLists(partners=making.lists(), guarantee=making.guarantee, cap=making.cap)


def bounds(leads_of_viewers: Iterable[int], partners: int, rules: ListRules) -> tuple[int, int]:
    """Return guarantee and cap: what the rules set, or what follows from the room that there is in the lists.

    Args:
        leads_of_viewers: how many leads each viewer has.
        partners: how many partners have a lead.
        rules: what is set; a guarantee for which there is no room is lowered to it.

    """
    room = sum(min(rules.length, leads) for leads in leads_of_viewers)
    share = room / max(1, partners)
    wanted = GUARANTEE * share if rules.guarantee is None else rules.guarantee
    guarantee = max(1, int(min(wanted, share)))
    return guarantee, max(guarantee, ceil(CAP * share) if rules.cap is None else rules.cap)


class _Making:
    """Lists while they grow."""

    def __init__(self, ordered: Sequence[Lead], rules: ListRules) -> None:
        self._ordered, self._rules = ordered, rules
        self._of_viewer: dict[UUID, list[Lead]] = defaultdict(list)
        self._of_partner: dict[UUID, list[Lead]] = defaultdict(list)
        for lead in ordered:
            self._of_viewer[lead.viewer].append(lead)
            self._of_partner[lead.partner].append(lead)
        self._shown: dict[UUID, set[UUID]] = {viewer: set() for viewer in self._of_viewer}
        self._exposure: Counter[UUID] = Counter()
        self.guarantee, self.cap = bounds(map(len, self._of_viewer.values()), len(self._of_partner), rules)

    def keep(self) -> None:
        """Show each viewer its best."""
        for leads in self._of_viewer.values():
            for lead in leads[: min(self._rules.keep, self._rules.length)]:
                self._show(lead)

    def guarantee_each(self) -> None:
        """Raise whoever is shown less than guaranteed, all to one level before any to the next, fewest leads first."""
        waiting = sorted(self._of_partner, key=lambda id_: (len(self._of_partner[id_]), self._of_partner[id_][0].place))
        ahead = {partner: iter(self._of_partner[partner]) for partner in waiting}
        for level in range(1, self.guarantee + 1):
            for partner in waiting:
                if self._exposure[partner] >= level:
                    continue
                # A list that is full stays full: no lead is looked at twice.
                free = next((lead for lead in ahead[partner] if self._has_room(lead)), None)
                if free is not None:
                    self._show(free)
                elif level == 1:
                    self._show(self._of_partner[partner][0])

    def fill(self) -> None:
        """Fill the lists with the best of what is left, up to the cap."""
        for lead in self._ordered:
            if self._exposure[lead.partner] < self.cap and self._has_room(lead):
                self._show(lead)

    def lists(self) -> dict[UUID, tuple[UUID, ...]]:
        """Return what is shown to whom, best first."""
        return {
            viewer: tuple(lead.partner for lead in leads if lead.partner in self._shown[viewer])
            for viewer, leads in self._of_viewer.items()
        }

    def _has_room(self, lead: Lead) -> bool:
        shown = self._shown[lead.viewer]
        return len(shown) < self._rules.length and lead.partner not in shown

    def _show(self, lead: Lead) -> None:
        self._shown[lead.viewer].add(lead.partner)
        self._exposure[lead.partner] += 1


def gini(counts: Sequence[int]) -> float:
    """Tell how unevenly something is shared out: 0 where all have as much, near 1 where one has all.

    Source: Damgaard and Weiner, Ecology 81 (2000), the Gini coefficient by ranks, without the factor for small samples.

    """
    total, n = sum(counts), len(counts)
    if not total:
        return 0.0
    ranked = sum(rank * count for rank, count in enumerate(sorted(counts), 1))
    return 2 * ranked / (n * total) - (n + 1) / n


BARS = 12
"""Bars of a histogram at most."""


class Nowhere(StrEnum):
    """Why an organisation is in nobody's list; the first that holds."""

    NO_PROFILE = "no_profile"
    """Nobody knows what it offers and needs."""
    SET_ASIDE = "set_aside"
    """Whoever fits has set it aside, or the two know each other."""
    ALREADY_MET = "already_met"
    """It has met somebody of this mission in another one, and no one else fits."""
    AVOIDED = "avoid_list"
    """An avoid-list rules somebody out, and no one else fits."""
    NOTHING_FITS = "nothing_fits"
    """No pair reaches the cut-off."""


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """An organisation, in how many lists of others it is, how long its own is, and why it is in none."""

    organisation_id: UUID
    side: str
    shown: int
    listed: int
    why: Nowhere | None = None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How many organisations are in so many lists, from `least` to `most`."""

    least: int
    most: int
    organisations: int


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """How the lists of one side share out the organisations of the other; the mean is in lists."""

    organisations: int
    nowhere: int
    least: int
    most: int
    mean: float
    gini: float
    """From 0, all alike, towards 1, one is in every list."""
    bars: tuple[Bar, ...]


def distribution(counts: Sequence[int]) -> Distribution:
    """Describe in how many lists organisations are."""
    return Distribution(
        organisations=len(counts),
        nowhere=sum(not count for count in counts),
        least=min(counts, default=0),
        most=max(counts, default=0),
        mean=sum(counts) / max(1, len(counts)),
        gini=gini(counts),
        bars=tuple(_bars(counts)),
    )


def _bars(counts: Sequence[int]) -> Iterable[Bar]:
    """Group counts: who is nowhere stands alone, the rest in ranges of one width."""
    if not counts:
        return
    by_count = Counter(counts)
    width = max(1, -(-max(counts) // (BARS - 1)))
    yield Bar(least=0, most=0, organisations=by_count[0])
    for least in range(1, max(counts) + 1, width):
        inside = range(least, least + width)
        yield Bar(least=least, most=inside[-1], organisations=sum(by_count[count] for count in inside))
