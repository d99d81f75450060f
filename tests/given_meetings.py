"""Small problems of given meetings, and the best that trying everything finds."""

from itertools import combinations, product

from hypothesis import strategies as st

from matching.timetabling.fixed.instance import GivenMeetings

PEOPLE, SLOTS, MEETINGS = 5, 5, 5


@st.composite
def given_problems(draw):
    """Draw problems small enough to try everything."""
    people, slots = draw(st.integers(2, PEOPLE)), draw(st.integers(1, SLOTS))
    pairs = list(combinations(range(people), 2))
    meetings = tuple(draw(st.lists(st.sampled_from(pairs), max_size=MEETINGS)))
    subsets = st.frozensets(st.integers(0, slots - 1), min_size=max(1, slots - 2))
    numbers = st.integers(0, max(0, len(meetings) - 1))
    orders = st.lists(st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1]), max_size=2)
    return GivenMeetings(
        people=people,
        tables=tuple(draw(st.lists(st.integers(0, 2), min_size=slots, max_size=slots))),
        meetings=meetings,
        allowed=tuple(draw(subsets) for _ in meetings),
        precedences=tuple(draw(orders)) if len(meetings) > 1 else (),
        fairness=draw(st.sampled_from([None, 0, 1, 2])),
    )


def is_kept(given, places):
    """Say whether a timetable keeps the rules; written apart from the solver."""
    for slot, tables in enumerate(given.tables):
        here = [given.meetings[n] for n, place in enumerate(places) if place == slot]
        people = [person for pair in here for person in pair]
        if len(here) > tables or len(set(people)) < len(people):
            return False
    if any(place not in given.allowed[n] for n, place in enumerate(places)):
        return False
    if any(places[first] >= places[then] for first, then in given.precedences):
        return False
    breaks = numbers_of_breaks(given, places)
    return given.fairness is None or not breaks or max(breaks) - min(breaks) <= given.fairness


def numbers_of_breaks(given, places):
    """Count breaks by looking at each day from its start to its end."""
    days = [
        "".join(
            ".X"[any(p == s and who in m for m, p in zip(given.meetings, places, strict=True))] for s in _slots(given)
        )
        for who in range(given.people)
    ]
    return [len([gap for gap in day.strip(".").split("X") if gap]) for day in days]


def fewest_breaks(given):
    """Try all timetables; None if none keeps the rules."""
    found = product(*map(sorted, given.allowed))
    return min((sum(numbers_of_breaks(given, places)) for places in found if is_kept(given, places)), default=None)


def _slots(given):
    return range(len(given.tables))
