"""A mission of thousands, read once."""

from collections.abc import Sequence
from functools import cached_property

from matching.domain.items import Profile
from matching.domain.scores import Weights
from matching.meaning.large.alike import Words, WordTable
from matching.meaning.large.candidates import Briefs, Chosen, Turns, choose
from matching.meaning.large.collection import Gatherer
from matching.meaning.large.reasons import Clearness, clearly
from matching.meaning.large.rows import Rows
from matching.meaning.memory import Memory


class Mission:
    """Guests and hosts as rows, and what is compared of them."""

    def __init__(self, guests: Sequence[Profile], hosts: Sequence[Profile], weights: Weights, memory: Memory) -> None:
        self._weights = weights
        self.gatherer = Gatherer(weights, memory)
        self.everybody = self.gatherer.collect(guests, hosts)
        self.words = WordTable(self.gatherer.dictionary.listed_terms, weights.texts, memory)
        self.turns = Turns.of(self.everybody, self.gatherer)
        self.briefs = Briefs.of(self.everybody, self.turns)

    def choose(self) -> Chosen:
        """Choose everybody's candidates."""
        return choose(self.everybody, self.briefs, self.known, self._weights)

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
