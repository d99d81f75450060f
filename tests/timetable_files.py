"""Small instances of mission-schedule/1 and /2 for tests, by hand and by chance."""

from hypothesis import strategies as st


def a_given(meetings, slots=4, **changes):
    people = 1 + max(max(pair) for pair in meetings)
    body = {
        "format": "mission-schedule/1",
        "kind": "b2bsp",
        "name": "given",
        "slots": slots,
        "tables": 2,
        "participants": people,
        "forbidden": [[] for _ in range(people)],
        "meetings": [list(pair) for pair in meetings],
    }
    return body | changes


def a_mission(meetings, guests, people, **changes):
    body = {
        "format": "mission-schedule/1",
        "kind": "mission",
        "name": "mission",
        "slots": 3,
        "tables": 2,
        "participants": people,
        "guests": guests,
        "forbidden": [[] for _ in range(people)],
        "meetings": [list(meeting) for meeting in meetings],
    }
    return body | changes


def a_second(**changes):
    """Two guests and two hosts of one person each, two slots half an hour long with ten minutes between, two halls."""
    body = {
        "format": "mission-schedule/2",
        "name": "second",
        "slots": [{"start": 0, "end": 30, "day": 0}, {"start": 40, "end": 70, "day": 0}],
        "walking": [[0, 15], [15, 0]],
        "tables": [{"location": 0}, {"location": 0}],
        "organisations": [{"side": side} for side in ("guest", "guest", "host", "host")],
        "staff": [{"organisation": number} for number in range(4)],
        "meetings": [[0, 2, 5], [0, 3, 4], [1, 2, 3], [1, 3, 2]],
    }
    return body | changes


@st.composite
def seconds(draw):
    """Draw small instances of mission-schedule/2 that have a bit of everything."""
    slots, halls, a_day = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(2, 3))
    number_of = lambda things: st.integers(0, len(things) - 1)  # noqa: E731  used here alone
    tongues = st.lists(st.sampled_from(["ru", "zh", "en"]), max_size=2, unique=True)
    away = st.lists(st.integers(0, slots - 1), max_size=1)
    organisations = [
        {"side": "guest"},
        {"side": "host"},
        *draw(
            st.lists(
                st.fixed_dictionaries(
                    {"side": st.sampled_from(["guest", "host"])},
                    optional={"max_meetings": st.integers(1, 2), "min_meetings": st.integers(0, 2)},
                ),
                max_size=2,
            )
        ),
    ]
    person = st.fixed_dictionaries(
        {"organisation": number_of(organisations)},
        optional={"away": away, "online": st.booleans(), "languages": tongues, "max_a_day": st.integers(1, 2)},
    )
    guests, hosts = ([n for n, one in enumerate(organisations) if one["side"] == side] for side in ("guest", "host"))
    pairs = st.tuples(st.sampled_from(guests), st.sampled_from(hosts), st.integers(1, 9)).map(list)
    table = st.fixed_dictionaries(
        {"location": st.integers(0, halls - 1)}, optional={"online": st.booleans(), "closed": away}
    )
    item = st.fixed_dictionaries(
        {"start": st.just(0), "end": st.integers(5, 40)},
        optional={
            "location": st.integers(0, halls - 1),
            "organisations": st.lists(number_of(organisations), max_size=2),
        },
    )
    return a_second(
        slots=[{"start": 40 * n, "end": 40 * n + 30, "day": n // a_day} for n in range(slots)],
        walking=[[0 if here == there else 15 for there in range(halls)] for here in range(halls)],
        tables=draw(st.lists(table, max_size=2)),
        organisations=organisations,
        staff=draw(st.lists(person, min_size=1, max_size=4)),
        interpreters=draw(
            st.lists(
                st.fixed_dictionaries({"languages": st.just(["ru", "zh"])}, optional={"away": away}),
                max_size=1,
            )
        ),
        agenda=draw(st.lists(item, max_size=1)),
        meetings=draw(st.lists(pairs, max_size=3)),
    )


@st.composite
def given_bodies(draw):
    """Draw small instances of given meetings, and a schedule before that need not keep any rule."""
    people, slots = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    pairs = st.lists(st.integers(0, people - 1), min_size=2, max_size=2, unique=True)
    meetings = draw(st.lists(pairs, min_size=1, max_size=4))
    slot = st.integers(0, slots - 1)
    numbers = st.integers(0, len(meetings) - 1)
    body = a_given(
        meetings,
        slots=slots,
        participants=people,
        tables=draw(st.lists(st.integers(0, 2), min_size=slots, max_size=slots)),
        forbidden=draw(st.lists(st.lists(slot, max_size=2), min_size=people, max_size=people)),
        fixed=draw(st.lists(st.none() | slot, min_size=len(meetings), max_size=len(meetings))),
        precedences=draw(st.lists(st.tuples(numbers, numbers).map(list).filter(lambda p: p[0] < p[1]), max_size=1)),
        fairness_d=draw(st.sampled_from([None, 0, 1])),
        cancelled=draw(st.lists(numbers, max_size=1)),
    )
    before = draw(st.lists(st.tuples(numbers, slot).map(list), max_size=4, unique_by=lambda row: row[0]))
    return body, {"meetings": before}


@st.composite
def incidents(draw, body):
    """Draw what may happen to an instance of mission-schedule/2 after its timetable is made."""
    slot = st.integers(0, len(body["slots"]) - 1)
    now = body | {"staff": list(body["staff"]), "tables": list(body["tables"])}
    for part, name in (("staff", "away"), ("tables", "closed")):
        if now[part] and draw(st.booleans()):
            number = draw(st.integers(0, len(now[part]) - 1))
            entry = now[part][number]
            now[part][number] = entry | {name: sorted({*entry.get(name, ()), draw(slot)})}
    if body["meetings"] and draw(st.booleans()):
        now["cancelled"] = [draw(st.integers(0, len(body["meetings"]) - 1))]
    if draw(st.booleans()):
        now["meetings"] = [*body["meetings"], [0, 1, draw(st.integers(1, 9))]]
    return now
