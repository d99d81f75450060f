"""Who needs an interpreter: by what the people of organisations speak, each two sets of languages looked at once."""

from functools import cached_property
from itertools import product

from matching.domain.people import Id, Person
from matching.domain.problem import Problem
from matching.domain.timetable import Pair

Voices = frozenset[frozenset[str]]
"""What an organisation's people speak, each of them."""


class Languages:
    """The languages of a problem's people and interpreters."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[tuple[Voices, Voices], tuple[bool, bool]] = {}

    def needed(self, pair: Pair) -> bool:
        """Say whether some two people of a pair need an interpreter."""
        return self._of(pair)[0]

    def able(self, pair: Pair) -> bool:
        """Say whether some two people of a pair have a language in common, or somebody who could interpret."""
        return self._of(pair)[1]

    def _of(self, pair: Pair) -> tuple[bool, bool]:
        guests, hosts = (self._voices.get(organisation_id, frozenset()) for organisation_id in pair)
        if (guests, hosts) not in self._known:
            two = [(self._speakers[ours], self._speakers[theirs]) for ours, theirs in product(guests, hosts)]
            needed = not all(guest.understands(host) for guest, host in two)
            able = any(guest.understands(host) or self._interpreted(guest, host) for guest, host in two)
            self._known[guests, hosts] = needed, able
        return self._known[guests, hosts]

    def _interpreted(self, guest: Person, host: Person) -> bool:
        return any(one.speaks_for(guest, host) for one in self._problem.interpreters)

    @cached_property
    def _voices(self) -> dict[Id, Voices]:
        return {
            organisation_id: frozenset(person.languages for person, free in people if free)
            for organisation_id, people in self._problem.negotiators.items()
        }

    @cached_property
    def _speakers(self) -> dict[frozenset[str], Person]:
        """For each set of languages somebody who speaks them."""
        return {person.languages: person for person in self._problem.people}
