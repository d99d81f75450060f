"""What a repair changes, as literals: who is told, what moves, what has no place, and who waits."""

from collections.abc import Collection, Sequence

from matching.solver.given.breaks import Day
from matching.solver.given.formula import FALSE, TRUE
from matching.solver.given.rules import Rules
from matching.solver.given.standing import Places, Standing


class Changes(Rules):
    """All timetables under the rules but fairness, beside the one before.

    Args:
        standing: the problem as it is now, and the timetable before.
        optional: meetings that may be left out.

    """

    def __init__(self, standing: Standing, optional: Collection[int]) -> None:
        given = standing.given
        super().__init__(given, given.allowed, optional)
        self._before, self._told = standing.before, standing.told
        self.places = [
            self.formula.any_of(slots.values()) if number in optional else TRUE
            for number, slots in enumerate(self.stands)
        ]
        """For each meeting the literal that says that it has a place."""
        for person, meetings in enumerate(given.of_person):
            if set(meetings) & set(optional):
                self._as_many(self.sits[person], [self.places[number] for number in meetings])
            else:
                self.formula.exactly(self.sits[person], len(meetings))

    def people(self) -> list[int]:
        """Give literals of which one is true for each person that is told of a change."""
        days = enumerate(self._given.of_person)
        return [TRUE if person in self._told else self._is_told(meetings) for person, meetings in days]

    def moved(self) -> list[int]:
        """Give literals of which one is true for each meeting that does not stay."""
        return [-self.stands[number].get(slot, FALSE) for number, slot in self._before.items()]

    def ends(self) -> list[list[int]]:
        """Give for each person literals of which one is true for each break."""
        days = zip(self.sits, self._given.of_person, strict=True)
        return [Day(self.formula, sits, len(meetings)).ends() if len(meetings) > 1 else [] for sits, meetings in days]

    def known(self, places: Places) -> list[int]:
        """Give the literals of a timetable."""
        return [self.stands[number][slot] for number, slot in enumerate(places) if slot is not None]

    def read(self, model: Collection[int]) -> list[int | None]:
        """Read the slots of the meetings from the true literals."""
        return [next((slot for slot, stands in slots.items() if stands in model), None) for slots in self.stands]

    def _as_many(self, sits: Sequence[int], places: Sequence[int]) -> None:
        """Let a person sit in as many slots as it has meetings: implied, but hard to see where slots are too few."""
        idle = self.formula.counts([-literal for literal in sits], len(sits))
        for number, more in enumerate(self.formula.counts(places, len(places))):
            self.formula.add(-more, -idle[len(sits) - number - 1] if number < len(sits) else FALSE)

    def _is_told(self, meetings: Collection[int]) -> int:
        """Give the literal that is true if some of a person's meetings is changed."""
        changed = {self._changed(number) for number in meetings} - {FALSE}
        if not changed or TRUE in changed:
            return TRUE if changed else FALSE
        told = self.formula.variable()
        for literal in changed:
            self.formula.add(-literal, told)
        return told

    def _changed(self, number: int) -> int:
        if number in self._before:
            return -self.stands[number].get(self._before[number], FALSE)
        return self.places[number]
