"""Small random timetable problems, and the best of them by trying everything; shares no code with the solver."""

from itertools import product

from hypothesis import strategies as st

from timetable_checker import broken_rules
from timetable_problems import a_candidate, a_meeting, a_person, a_problem, a_slot, identity, plain_meetings, plainly

GUESTS, HOSTS = ("g1", "g2"), ("h1", "h2")
TABLES = ("T1", "T2")


@st.composite
def small_problems(draw):
    """Draw up to four pairs, three slots on two days and two tables, with people who come and go."""
    slots = [a_slot(0, TABLES), a_slot(1, draw(st.sampled_from([("T1",), TABLES]))), a_slot(0, ("T2",), day=1)]
    people = [
        a_person(
            organisation,
            [slot for slot in slots if draw(st.integers(0, 3))],
            online=draw(st.integers(0, 4)) == 0,
            can_negotiate=draw(st.integers(0, 9)) > 0,
        )
        for organisation in (*GUESTS, *HOSTS)
    ]
    people += [a_person("h1", slots[:2], name="p2")] if draw(st.booleans()) else []
    pairs = draw(st.lists(st.sampled_from(list(product(GUESTS, HOSTS))), min_size=1, unique=True))
    candidates = [a_candidate(g, h, draw(st.integers(1, 5)), tier=draw(st.integers(0, 1))) for g, h in pairs]
    avoid = {frozenset((identity("g1"), identity("h2")))} if draw(st.integers(0, 4)) == 0 else ()
    return a_problem(
        slots,
        people,
        candidates,
        online_tables=frozenset({"T2"}),
        max_per_person_per_day=draw(st.integers(1, 2)),
        avoid=frozenset(avoid),
        min_meetings_per_guest=draw(st.integers(0, 2)),
    )


def all_timetables(problem, pairs):
    """Yield every set of meetings of some of the pairs that keeps the rules."""
    plain = plainly(problem)

    def extended(meetings, rest):
        if not rest:
            yield meetings
            return
        yield from extended(meetings, rest[1:])
        for meeting in _places(problem, rest[0]):
            if not broken_rules(plain, plain_meetings([*meetings, meeting])):
                yield from extended([*meetings, meeting], rest[1:])

    return extended(list(problem.locked), list(pairs))


def _places(problem, pair):
    people = [[p for p in problem.people if p.organisation_id == organisation_id] for organisation_id in pair]
    for slot in problem.slots:
        for table, guest, host in product(slot.tables, *people):
            yield a_meeting(
                "guest",
                "host",
                slot,
                table,
                guest_id=pair[0],
                host_id=pair[1],
                guest_person=guest.id,
                host_person=host.id,
                online=guest.online or host.online,
            )
