"""Problems with everything that a mission can ask of its timetable, small enough to be solved exactly."""

from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from matching.timetabling.exact.model import TimetableModel
from matching.timetabling.exact.objectives import rated
from matching.timetabling.exact.search import Budget, Search
from matching.timetabling.model.availability import Walk
from matching.timetabling.model.hall import Table
from matching.timetabling.model.objective_values import attainment
from matching.timetabling.model.objectives import STANDARD, through_value
from matching.timetabling.model.people import AgendaItem, Interpreter
from matching.timetabling.model.placement import fill_greedily
from matching.timetabling.model.problem import value_of
from timetable_problems import HALF_AN_HOUR, a_candidate, a_person, a_problem, a_slot, identity

GUESTS, HOSTS = ("g1", "g2", "g3"), ("h1", "h2", "h3")
TABLES = ("T1", "T2", "T3")
RUSSIAN, ENGLISH = frozenset({"ru"}), frozenset({"en"})


@st.composite
def crowded_problems(draw, orders=(STANDARD,), *, foreign=False):
    """Draw two days of two sessions with staff, caps, people online, an agenda, locks and now and then overlaps.

    Orders are those of the aims. Foreign: with languages, interpreters, two halls and walks between them, too.
    """
    slots = _slots(draw)
    people = [
        a_person(
            organisation,
            [slot for slot in slots if draw(st.integers(0, 3))],
            name=name,
            online=draw(st.integers(0, 3)) == 0,
            can_negotiate=draw(st.integers(0, 9)) > 0,
        )
        for organisation in (*GUESTS, *HOSTS)
        for name in ("p1", "p2")[: draw(st.integers(1, 2))]
    ]
    pairs = draw(st.lists(st.sampled_from(list(product(GUESTS, HOSTS))), min_size=1, unique=True))
    problem = a_problem(
        slots,
        people,
        [a_candidate(g, h, draw(st.integers(1, 30)), tier=draw(st.integers(0, 2))) for g, h in pairs],
        online_tables=frozenset(draw(st.sets(st.sampled_from(TABLES)))),
        max_per_person_per_day=draw(st.integers(1, 3)),
        agenda=_agenda(draw, slots),
        avoid=frozenset({frozenset((identity("g1"), identity("h2")))} if draw(st.integers(0, 4)) == 0 else ()),
        earliest_start_at=draw(st.sampled_from([None, slots[1].starts_at])),
    )
    problem = replace(problem, aims=draw(st.sampled_from(orders)), min_meetings_per_guest=draw(st.integers(0, 3)))
    if foreign:
        problem = _foreign(draw, problem)
    held = fill_greedily(problem, (), [c.pair for c in problem.candidates][: draw(st.integers(0, 2))])
    return replace(problem, locked=held)


def _slots(draw):
    slots = [a_slot(n, draw(st.sampled_from([TABLES, TABLES[:2], ("T2",)])), day=n // 3) for n in range(6)]
    if draw(st.integers(0, 3)) == 0:
        between = slots[0].starts_at + HALF_AN_HOUR / 2
        slots.append(replace(slots[0], id="between", starts_at=between, ends_at=between + HALF_AN_HOUR, tables=("T9",)))
    return slots


def _agenda(draw, slots):
    if draw(st.booleans()):
        return ()
    slot = draw(st.sampled_from(slots))
    whom = draw(st.sampled_from([None, frozenset({identity("g1"), identity("h1")})]))
    return (AgendaItem(starts_at=slot.starts_at, ends_at=slot.ends_at, organisations=whom),)


def _foreign(draw, problem):
    voices = st.sampled_from([frozenset(), RUSSIAN, RUSSIAN, ENGLISH])
    items = [replace(item, location=draw(st.sampled_from(["", "north"]))) for item in problem.agenda]
    windows = ((problem.slots[0].starts_at, problem.slots[draw(st.integers(1, 5))].ends_at),)
    return replace(
        problem,
        people=tuple(replace(person, languages=draw(voices)) for person in problem.people),
        interpreters=tuple(
            Interpreter(id=f"I{n}", languages=RUSSIAN | ENGLISH, windows=windows)
            for n in range(draw(st.integers(0, 2)))
        ),
        tables=tuple(
            Table(id=table, location=hall, seats=4, video_kit=False)
            for table, hall in zip((*TABLES, "T9"), ("north", "south", "north", "south"), strict=True)
        ),
        walking=(Walk(ends=frozenset({"north", "south"}), minutes=draw(st.sampled_from([0, 10, 40]))),),
        agenda=tuple(items),
    )


def best_value(problem, beside=None):
    """Give what the best timetable is worth, by the exact model alone; it is small enough to be proven.

    Beside: of those alone that do as well as these meetings in the aims before the value.
    """
    model = TimetableModel(problem, [candidate.pair for candidate in problem.candidates])
    for aim in () if beside is None else through_value(problem.aims)[:-1]:
        gain = attainment(aim, problem, beside) - attainment(aim, problem, problem.locked)
        model.cp.add(rated(aim, problem, model) >= abs(gain))
    found = Search(model.cp, Budget.of_seconds(60), seed=0).maximise(model.worth)
    assert found is not None and found.proven
    return value_of(problem, problem.locked) + found.value
