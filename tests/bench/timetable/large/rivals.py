"""What others do: the best pair first, and the best meetings of one slot after another."""

from dataclasses import replace

import numpy as np

from matching.timetabling.large import UNPLACED
from matching.timetabling.large.flow import refill
from matching.timetabling.large.occupancy import Diary


def best_pair_first(mission):
    """Give each pair, the most valuable first, the first slot in which both sides and a table are free."""
    diary = Diary(mission)
    for meeting in np.argsort(-mission.value, kind="stable").tolist():
        slots = diary.open_slots(meeting) & diary.with_room
        if slots and diary.may_meet(meeting):
            diary.enter(meeting, (slots & -slots).bit_length() - 1)
    return diary.as_slots()


def slot_by_slot(mission):
    """Fill each slot with the matching that is worth most beside what the slots before it hold."""
    plain = replace(mission, least=np.zeros_like(mission.least))
    slot_of = np.full(len(mission.value), UNPLACED)
    for slot in range(mission.slots):
        refill(plain, slot_of, slot)
    return slot_of
