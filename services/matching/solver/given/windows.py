"""What slots a meeting can have at all, before any search."""

from matching.domain.given import GivenMeetings


class ImpossibleError(Exception):
    """There is no timetable."""


def narrowed(given: GivenMeetings) -> list[set[int]]:
    """Take from each meeting the slots that precedences and meetings with one slot left forbid.

    Raises:
        ImpossibleError: a meeting has no slot left.

    """
    allowed = [set(slots) for slots in given.allowed]
    before: list[set[int]] = []
    while before != allowed:
        if not all(allowed):
            raise ImpossibleError
        before = [set(slots) for slots in allowed]
        _in_order(given, allowed)
        _alone(given, allowed)
    return allowed


def _in_order(given: GivenMeetings, allowed: list[set[int]]) -> None:
    for first, then in given.precedences:
        earliest, latest = min(allowed[first], default=0), max(allowed[then], default=0)
        allowed[then] = {slot for slot in allowed[then] if slot > earliest}
        allowed[first] = {slot for slot in allowed[first] if slot < latest}


def _alone(given: GivenMeetings, allowed: list[set[int]]) -> None:
    for number, pair in enumerate(given.meetings):
        if len(allowed[number]) == 1:
            for other in {other for person in pair for other in given.of_person[person]} - {number}:
                allowed[other] -= allowed[number]
