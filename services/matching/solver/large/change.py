"""What a repair changed, and why a meeting has no place."""

from dataclasses import dataclass

from matching.domain.timetable import Reason
from matching.solver.large.diary import Diary, bits
from matching.solver.large.mission import LargeMission


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A meeting in another slot than before."""

    meeting: int
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A meeting that is no more, and why it has no other place.

    Slots are those of which the reason speaks: with no common slot, when one side is there and the other is not; with
    a full hall, when both are free; with busy people, when both are there. People are those at their cap.
    """

    meeting: int
    reason: Reason
    slots: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """All that differs after a repair: told are all whose day differs, reseated meetings change their table alone."""

    moved: tuple[Moved, ...]
    dropped: tuple[Dropped, ...]
    added: tuple[int, ...]
    reseated: tuple[int, ...]
    told: frozenset[int]
    seconds: float


class Journal(Diary):
    """A diary that remembers where each meeting stood before it was touched."""

    def __init__(self, mission: LargeMission) -> None:
        super().__init__(mission)
        self.was: dict[int, int] = {}

    def begin(self) -> None:
        """Forget what was touched."""
        self.was = {}

    def enter(self, meeting: int, slot: int) -> None:
        """Place a meeting, and note where it was."""
        self.was.setdefault(meeting, self.slot_of[meeting])
        super().enter(meeting, slot)

    def strike(self, meeting: int) -> int:
        """Take a meeting out, and note where it was."""
        self.was.setdefault(meeting, self.slot_of[meeting])
        return super().strike(meeting)

    def touched(self) -> list[tuple[int, int, int]]:
        """Give each meeting that stands elsewhere than before, with the slots before and after."""
        places = ((meeting, before, self.slot_of[meeting]) for meeting, before in sorted(self.was.items()))
        return [place for place in places if place[1] != place[2]]


def why_dropped(diary: Diary, meeting: int) -> Dropped:
    """Find in the timetable as it stands why a meeting is not in it."""
    sides = diary.guest[meeting], diary.host[meeting]
    common = diary.common[meeting]
    if not common:
        either = diary.free[sides[0]] | diary.free[sides[1]]
        return Dropped(meeting=meeting, reason=Reason.NO_COMMON_SLOT, slots=tuple(bits(either)))
    full = tuple(person for person in sides if diary.left[person] <= 0)
    if full:
        return Dropped(meeting=meeting, reason=Reason.DAY_CAP_REACHED, people=full)
    free = diary.open_slots(meeting)
    if diary.places(meeting):
        return Dropped(meeting=meeting, reason=Reason.FREE_PLACE_LEFT, slots=tuple(bits(diary.places(meeting))))
    if free:
        return Dropped(meeting=meeting, reason=Reason.HALL_FULL, slots=tuple(bits(free)))
    return Dropped(meeting=meeting, reason=Reason.PEOPLE_BUSY, slots=tuple(bits(common)))
