"""A mission of thousands, read once."""

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

import numpy as np

from matching.domain.items import Profile
from matching.domain.scores import Weights
from matching.meaning.large.alike import Words, WordTable
from matching.meaning.large.briefs import Briefs, Turns
from matching.meaning.large.candidates import Chosen, choose, near_pairs
from matching.meaning.large.collection import Gatherer
from matching.meaning.large.reasons import Clearness, clearly
from matching.meaning.large.rows import Places, Rows, distinct
from matching.meaning.memory import Memory
from matching.meaning.texts import Term


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
