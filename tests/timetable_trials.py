"""Small random timetable problems, and the best of them by trying everything; shares no code with the solver."""

from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from matching.timetabling.model.availability import Walk
from matching.timetabling.model.people import AgendaItem, Interpreter
from timetable_checker import broken_rules
from timetable_problems import (
    HALF_AN_HOUR,
    NINE,
    a_candidate,
    a_meeting,
    a_person,
    a_problem,
    a_slot,
    identity,
    plain_meetings,
    plainly,
)

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


@st.composite
def far_apart_problems(draw, near=None):
    """Draw a problem with languages, interpreters, two halls and an item of the agenda in one of them."""
    problem = draw(small_problems() if near is None else near)
    speech = st.sampled_from([(), ("ru",), ("zh",), ("ru", "zh")])
    people = tuple(replace(person, languages=frozenset(draw(speech))) for person in problem.people)
    windows = tuple((slot.starts_at, slot.ends_at) for slot in problem.slots)
    interpreters = tuple(
        Interpreter(id=f"I{number}", languages=frozenset(("ru", "zh")), windows=windows[: draw(st.integers(1, 3))])
        for number in range(draw(st.integers(0, 2)))
    )
    visit = AgendaItem(
        starts_at=NINE + 2 * HALF_AN_HOUR,
        ends_at=NINE + 3 * HALF_AN_HOUR,
        organisations=draw(st.sampled_from([None, frozenset({identity("h1")})])),
        location="far hall",
    )
    return replace(
        problem,
        tables=tuple(replace(t, location="far hall" if t.id == "T2" else "hall") for t in problem.tables),
        people=people,
        interpreters=interpreters,
        walking=(Walk(ends=frozenset(("hall", "far hall")), minutes=draw(st.sampled_from([0, 10, 70]))),),
        agenda=(visit,) if draw(st.booleans()) else (),
    )


@st.composite
def days_of_many(draw):
    """Draw up to 12 pairs of four guests and four hosts, six slots on two days and two or three tables."""
    tables = ("T1", "T2", "T3")[: draw(st.integers(2, 3))]
    slots = [a_slot(number, tables, day=day) for day in (0, 1) for number in range(3)]
    names = [f"{side}{number}" for side in "gh" for number in range(1, 5)]
    people = [a_person(name, [s for s in slots if draw(st.integers(0, 4))], online=name == "g4") for name in names]
    people += [a_person("h1", slots[:2], name="p2")] if draw(st.booleans()) else []
    pairs = draw(st.lists(st.sampled_from(list(product(names[:4], names[4:]))), min_size=4, max_size=12, unique=True))
    return a_problem(
        slots,
        people,
        [a_candidate(g, h, draw(st.integers(1, 9)), tier=draw(st.integers(0, 1))) for g, h in pairs],
        online_tables=frozenset({"T2"}),
        max_per_person_per_day=draw(st.integers(1, 3)),
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
        for table, guest, host, interpreter in _sitting(problem, slot, people):
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
                interpreter=interpreter,
            )


def _sitting(problem, slot, people):
    """Give tables and people of a slot, with each interpreter where the two have no language in common."""
    helpers = [one.id for one in problem.interpreters]
    for table, guest, host in product(slot.tables, *people):
        is_needed = guest.languages and host.languages and not guest.languages & host.languages
        for interpreter in helpers if is_needed else [""]:
            yield table, guest, host, interpreter
