"""Tables that meetings keep while others come and go."""

from matching.timetabling.large.instance import UNPLACED, Ints


class Seats:
    """Which table of each slot is taken, as bits; table numbers from 0."""

    def __init__(self, slot_of: Ints, table_of: Ints, tables: list[int]) -> None:
        self.table_of: list[int] = table_of.tolist()
        self._slot_of: list[int] = slot_of.tolist()
        self._tables = tables
        self._taken = [0] * len(tables)
        for meeting in (slot_of != UNPLACED).nonzero()[0].tolist():
            self._taken[self._slot_of[meeting]] |= 1 << self.table_of[meeting]

    def leave(self, meeting: int) -> None:
        """Give a meeting's table back."""
        slot = self._slot_of[meeting]
        if slot != UNPLACED:
            self._taken[slot] &= ~(1 << self.table_of[meeting])
        self._slot_of[meeting] = self.table_of[meeting] = UNPLACED

    def take(self, meeting: int, slot: int, usual: int) -> None:
        """Seat a meeting at the usual table if it is free, else at the first free one."""
        taken = self._taken[slot]
        table = usual
        if not 0 <= usual < self._tables[slot] or taken >> usual & 1:
            table = (~taken & (taken + 1)).bit_length() - 1
        self._slot_of[meeting], self.table_of[meeting] = slot, table
        self._taken[slot] |= 1 << table

    def change_hall(self, tables: list[int]) -> list[int]:
        """Take over how many tables are open, and give the meetings that sit at one that is not."""
        self._tables = tables
        return [
            meeting
            for meeting, slot in enumerate(self._slot_of)
            if slot != UNPLACED and self.table_of[meeting] >= tables[slot]
        ]
