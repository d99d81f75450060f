"""Timetables changed by hand: whatever organisers try, no rule is broken and nothing vanishes."""

from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from matching.timetabling.manual import alternatives
from matching.timetabling.manual.alternatives import Wish
from matching.timetabling.manual.conflicts import Refused
from matching.timetabling.manual.edits import Change, Draft, Edit, EditKind
from matching.timetabling.model.availability import Walk
from matching.timetabling.model.objective_values import breaks
from matching.timetabling.model.people import AgendaItem, Interpreter
from matching.timetabling.model.placement import fill_greedily
from servicekit import identifiers
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
from timetable_trials import GUESTS, HOSTS, TABLES, far_apart_problems, small_problems

PAIRS = [(identity(guest), identity(host)) for guest, host in product(GUESTS, HOSTS)]
PROBLEMS = st.one_of(small_problems(), far_apart_problems())
TRIES = st.tuples(
    st.sampled_from([0, 1]),
    st.sampled_from(list(EditKind)),
    st.sampled_from(PAIRS),
    st.sampled_from(PAIRS),
    st.integers(0, 2),
    st.sampled_from([None, *TABLES]),
    st.booleans(),
)
"""Who does what to which pair (and which other one), where, and whether having looked anew before."""


def begun(problem):
    meetings = fill_greedily(problem, (), [candidate.pair for candidate in problem.ordered_candidates])
    return meetings, Draft.of(problem, meetings, locked=(), begun=())


def anybody(problem):
    """Give a problem in which any guest may meet any host, as the checker reads it."""
    return plainly(problem) | {"pairs": [(str(guest), str(host)) for guest, host in PAIRS]}


def changes(draft, view, attempt):
    """Return what an organiser who sees `view` wants changed, as the handlers make it."""
    _who, kind, pair, other, slot, table, _anew = attempt
    slot_id = draft.places.problem.slots[slot].id
    if kind is EditKind.SWAP:
        one, two = view.get(pair), view.get(other)
        if one is None or two is None or pair == other:
            return ()
        if {pair, other} - set(draft.meetings):
            return ()
        cells, _wish = alternatives.exchanged(draft.places, one, two)
        return tuple(Change(pair=m.pair, before=m, after=c.place) for m, c in zip((one, two), cells, strict=True))
    before = None if kind is EditKind.ADD else view.get(pair)
    if before is None and kind is not EditKind.ADD:
        return ()
    after = {EditKind.REMOVE: None, EditKind.LOCK: before, EditKind.UNLOCK: before}
    if kind in after:
        return (Change(pair=pair, before=before, after=after[kind]),)
    cell = alternatives.found(draft.places, Wish(pair=pair, slot_id=slot_id, table_id=table))
    return (Change(pair=pair, before=before, after=cell.place),)


def played(draft, attempts):
    """Let two organisers, each with the view that they last had, try one thing after another; return what was made."""
    made, views = [], [dict(draft.meetings), dict(draft.meetings)]
    for attempt in attempts:
        who, kind, anew = attempt[0], attempt[1], attempt[-1]
        if anew:
            views[who] = dict(draft.meetings)
        wanted = changes(draft, views[who], attempt)
        edit = Edit(id=identifiers.fresh(), kind=kind, changes=wanted)
        before = dict(draft.meetings), set(draft.locked)
        if wanted and not draft.make(edit):
            made.append(edit)
        else:
            assert (dict(draft.meetings), set(draft.locked)) == before
    return made


@given(PROBLEMS, st.lists(TRIES, max_size=12))
def test_no_rule_is_broken_whatever_two_organisers_try(problem, attempts):
    _meetings, draft = begun(problem)

    played(draft, attempts)

    assert broken_rules(anybody(problem), plain_meetings(draft.meetings.values())) == []
    assert draft.stranded() == {}


@given(PROBLEMS, st.lists(TRIES, max_size=12))
def test_nothing_vanishes_that_nobody_removed(problem, attempts):
    meetings, draft = begun(problem)

    made = played(draft, attempts)

    removed = {edit.changes[0].pair for edit in made if edit.kind is EditKind.REMOVE}
    assert {meeting.pair for meeting in meetings} - set(draft.meetings) <= removed


@given(PROBLEMS, st.lists(TRIES, max_size=12))
def test_replay_makes_the_same_draft_and_refuses_nothing(problem, attempts):
    meetings, draft = begun(problem)
    made = played(draft, attempts)

    again = Draft.of(problem, meetings, locked=(), begun=()).replay(made)

    assert again.refused == {}
    assert (dict(again.meetings), again.locked) == (dict(draft.meetings), draft.locked)


@given(PROBLEMS, st.lists(TRIES, max_size=12), st.integers(0, 2))
def test_edits_replayed_on_another_world_keep_its_rules_and_name_what_they_cannot(problem, attempts, gone):
    meetings, draft = begun(problem)
    made = played(draft, attempts)
    slots = tuple(slot for number, slot in enumerate(problem.slots) if number != gone)
    kept = [meeting for meeting in meetings if meeting.slot_id in {slot.id for slot in slots}]
    changed = replace(problem, slots=slots)

    again = Draft.of(changed, kept, locked=(), begun=()).replay(made)

    assert broken_rules(anybody(changed), plain_meetings(again.meetings.values())) == []
    assert all(again.refused.values())


@given(PROBLEMS, st.sampled_from(PAIRS))
def test_rows_say_of_every_place_what_making_the_edit_says(problem, pair):
    _meetings, draft = begun(problem)
    before = draft.meetings.get(pair)
    kind = EditKind.MOVE if before else EditKind.ADD

    for row in alternatives.rows(draft.places, pair):
        for table, refusals in row.tables.items() if row.people else ():
            wish = Wish(pair=pair, slot_id=row.slot.id, table_id=table)
            sitting = replace(wish, guest_person=row.people[0], host_person=row.people[1])
            place = alternatives.found(draft.places, replace(sitting, interpreter=row.interpreter or None)).place
            edit = Edit(id=identity("edit"), kind=kind, changes=(Change(pair=pair, before=before, after=place),))
            _again, fresh = begun(problem)
            assert bool(fresh.make(edit)) == bool(row.refusals or refusals)


@given(PROBLEMS, st.sampled_from(PAIRS), st.integers(0, 2))
def test_nearest_places_are_free_and_in_order_of_time(problem, pair, slot):
    _meetings, draft = begun(problem)
    asked = problem.slots[slot]

    near = alternatives.nearest(draft.places, Wish(pair=pair, slot_id=asked.id))

    away = [abs(problem.slot_by_id[place.slot_id].starts_at - asked.starts_at) for place in near]
    assert away == sorted(away)
    assert all(draft.places.refusals(place) == () for place in near)
    rows = [row for row in alternatives.rows(draft.places, pair) if not row.refusals]
    free = {row.slot.id for row in rows if not all(row.tables.values())}
    assert {place.slot_id for place in near} == free


def test_of_two_places_as_far_the_later_one_is_nearer():
    slots = [a_slot(number) for number in range(3)]
    problem = a_problem(slots, [a_person("g1", slots), a_person("h1", slots)], [a_candidate("g1", "h1", 1)])
    draft = Draft.of(problem, (), locked=(), begun=())

    near = alternatives.nearest(draft.places, Wish(pair=PAIRS[0], slot_id=slots[1].id))

    assert [place.slot_id for place in near] == [slots[1].id, slots[2].id, slots[0].id]


def test_meeting_that_runs_is_left_alone():
    slots = [a_slot(0), a_slot(1)]
    problem = a_problem(slots, [a_person("g1", slots), a_person("h1", slots)], [a_candidate("g1", "h1", 1)])
    meeting = a_meeting("g1", "h1", slots[0])
    draft = Draft.of(problem, [meeting], locked=(), begun=[meeting.pair])
    after = replace(meeting, slot_id=slots[1].id)

    edit = Edit(
        id=identity("edit"),
        kind=EditKind.MOVE,
        changes=(Change(pair=meeting.pair, before=meeting, after=after),),
    )

    assert [refusal.code for refusal in draft.make(edit)] == [Refused.MEETING_BEGUN]


def test_a_break_is_a_row_of_idle_slots_between_two_meetings_of_one_session():
    slots = [*(a_slot(number) for number in range(4)), a_slot(0, day=1)]
    people = [a_person(name, slots) for name in ("g1", "h1", "h2", "h3")]
    problem = a_problem(slots, people, [a_candidate("g1", host, 1) for host in ("h1", "h2", "h3")])

    meetings = [
        a_meeting("g1", "h1", slots[0]),
        a_meeting("g1", "h2", slots[3]),
        a_meeting("g1", "h3", slots[4]),
    ]

    assert breaks(problem, meetings) == 1
    assert breaks(problem, meetings[1:]) == 0


def two_halls(**changes):
    """Give a mission of three slots in a row with a table in each of two halls that are ten minutes apart."""
    slots = [a_slot(number, TABLES) for number in range(3)]
    people = [
        a_person("g1", slots, languages=frozenset({"ru"})),
        a_person("h1", slots, languages=frozenset({"zh"})),
        a_person("h2", slots, languages=frozenset({"ru"})),
        a_person("g2", slots, languages=frozenset({"ru"})),
    ]
    problem = a_problem(slots, people, [a_candidate("g1", "h1", 1)])
    return replace(
        problem,
        tables=tuple(replace(table, location="far" if table.id == "T2" else "hall") for table in problem.tables),
        walking=(Walk(ends=frozenset(("hall", "far")), minutes=10),),
        interpreters=(Interpreter(id="I1", languages=frozenset({"ru", "zh"}), windows=people[0].windows),),
        **changes,
    )


def refusals_at(problem, meetings, wish):
    return alternatives.found(Draft.of(problem, meetings, locked=(), begun=()).places, wish)


def test_place_chosen_by_hand_finds_an_interpreter_where_one_is_needed():
    problem = two_halls()
    first = problem.slots[0].id

    needed = refusals_at(problem, (), Wish(pair=(identity("g1"), identity("h1")), slot_id=first))
    not_needed = refusals_at(problem, (), Wish(pair=(identity("g1"), identity("h2")), slot_id=first, interpreter="I1"))

    assert (needed.place.interpreter, needed.refusals) == ("I1", ())
    assert (not_needed.place.interpreter, not_needed.refusals) == ("", ())


def test_refusal_names_the_languages_that_nobody_interprets():
    problem = replace(two_halls(), interpreters=())

    cell = refusals_at(problem, (), Wish(pair=(identity("g1"), identity("h1")), slot_id=problem.slots[0].id))

    assert [(why.code, why.languages) for why in cell.refusals] == [(Refused.NO_INTERPRETER, ("ru", "zh"))]


def test_refusal_names_the_meeting_in_which_the_interpreter_sits():
    problem = two_halls()
    busy = a_meeting("g2", "h1", problem.slots[0], interpreter="I1")
    people = tuple(replace(p, id=identity("h1/p2")) for p in problem.people if p.organisation_id == identity("h1"))
    problem = replace(problem, people=(*problem.people, *people))

    cell = refusals_at(problem, [busy], Wish(pair=(identity("g1"), identity("h1")), slot_id=problem.slots[0].id))

    told = [(why.code, why.interpreter, why.meeting) for why in cell.refusals]
    assert told == [(Refused.INTERPRETER_BUSY, "I1", busy.pair)]


def test_refusal_names_the_meeting_that_is_too_far_away_and_the_minutes():
    problem = two_halls()
    before = a_meeting("g1", "h2", problem.slots[0], "T1")

    cell = refusals_at(
        problem, [before], Wish(pair=(identity("g1"), identity("h1")), slot_id=problem.slots[1].id, table_id="T2")
    )

    assert [(why.code, why.person_id, why.meeting, why.minutes) for why in cell.refusals] == [
        (Refused.TOO_FAR, identity("g1/p1"), before.pair, 10)
    ]


def test_refusal_names_the_item_of_the_agenda_that_is_too_far_away():
    visit = AgendaItem(
        id="V1",
        starts_at=NINE + HALF_AN_HOUR,
        ends_at=NINE + 2 * HALF_AN_HOUR,
        organisations=frozenset({identity("h2")}),
        location="far",
    )
    problem = two_halls(agenda=(visit,))

    cell = refusals_at(
        problem, (), Wish(pair=(identity("g1"), identity("h2")), slot_id=problem.slots[2].id, table_id="T1")
    )

    assert [(why.code, why.agenda_item, why.minutes) for why in cell.refusals] == [(Refused.AGENDA_TOO_FAR, visit, 10)]
