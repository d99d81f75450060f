"""How many lists differ from those that were published: counted from the few that were touched, as if from all."""

from random import Random

import pytest
from sqlalchemy import delete, insert, select, update

from builders.matching import MISSION, an_office, profile
from contracts import registration as told
from contracts.matching import RecommendationsPublished
from crowds import GOODS, a_crowd
from matching import queries
from matching.handlers import versions
from matching.handlers.recommendations import incremental, list_publication
from matching.handlers.recommendations.incremental import AtHand
from matching.handlers.recommendations.lists import refresh_lists
from matching.models import ChangedList, Inputs, MissionCopy, Pair
from matching.queries.recommendations import partners_of_all
from servicekit import identifiers

STEPS = 30
ALIKE = ("Насосы для водоканала", "Насосы и задвижки для водоканала")


class Mission:
    """A mission in which something happens by chance, one thing after another."""

    def __init__(self, office, chance):
        self.office, self.chance, self.signals = office, chance, []
        self.goods = (*GOODS[:2], *ALIKE)

    def step(self):
        deeds = (self.come, self.change, self.leave, self.return_, self.avoid, self.say, self.take_back, self.publish)
        deed = self.chance.choice((*deeds, self.office.work, self.office.work, self.office.work))
        deed()
        return deed.__name__

    def come(self):
        side = self.chance.choice(("guest", "host"))
        self.office.admit(f"new-{len(self.office.sides)}", side, **self._wishes(side))

    def change(self):
        id_ = self._anyone()
        side = self.office.sides[id_]
        self.office.hear(identifiers.derived("profile", id_), profile(id_, side, **self._wishes(side)))

    def leave(self):
        self.office.participate(self._anyone(), told.ParticipantWithdrawn)

    def return_(self):
        self.office.participate(self._anyone())

    def avoid(self):
        one, other = self._both()
        self.office.participate(one, told.ParticipantChanged, avoids=(other,))

    def say(self):
        one, other = self.chance.sample(self._both(), 2)
        kind = self.chance.choice(("not_for_us", "known"))
        body = {"mission_id": str(MISSION), "organisation_id": str(one), "partner_id": str(other), "kind": kind}
        answer = self.office.post("signals", body)
        self.signals += [answer.json["id"]] if answer.status_code == 201 else []

    def take_back(self):
        if self.signals:
            self.office.post(f"signals/{self.chance.choice(self.signals)}/withdrawal")

    def publish(self):
        self.office.post(f"missions/{MISSION}/recommendations/publication")

    def _wishes(self, side):
        return {"needs" if side == "guest" else "offers": self.chance.choice(self.goods)}

    def _anyone(self):
        return self.chance.choice(sorted(self.office.sides))

    def _both(self):
        sides = {"guest": [], "host": []}
        for id_, side in sorted(self.office.sides.items()):
            sides[side].append(id_)
        return [self.chance.choice(ids) for ids in sides.values()]


def counted(office):
    with office.runtime.database.read() as session:
        return session.get_one(Inputs, MISSION).lists_changed


def in_full(office):
    """Count by what everybody reads now and what everybody was told last."""
    last = {event.organisation_id: event.partners for event in office.recorded(RecommendationsPublished)}
    if not last:
        return 0
    with office.runtime.database.read() as session:
        here = [row.organisation_id for row in queries.participants(session, MISSION) if row.is_in]
        lists = partners_of_all(session, MISSION)
    return sum(_shown(lists.get(id_, ())) != _told(last.get(id_, ())) for id_ in here)


def _shown(partners):
    return [
        (one["organisation_id"], [(r["direction"], r["need"], r["offer"]) for r in one["reasons"]]) for one in partners
    ]


def _told(partners):
    return [(one.organisation_id, [(r.direction, r.need, r.offer) for r in one.reasons]) for one in partners]


@pytest.fixture
def small(sqlite_runtime_of):
    """Two guests and three hosts of a mission that is always scored whole."""
    office = an_office(sqlite_runtime_of, recommendation_model="false")
    office.announce()
    for name in ("klu-1", "klu-2"):
        office.admit(name, "guest", needs=ALIKE[0])
    for name in ("kya-1", "kya-2", "kya-3"):
        office.admit(name, "host", offers=ALIKE[1])
    return office


@pytest.fixture
def large(sqlite_runtime_of, tmp_path, monkeypatch):
    """Four guests and four hosts of a mission in which only those who change are scored, with lists of one."""
    monkeypatch.setattr(incremental, "SHARE", 1000)
    monkeypatch.setattr(AtHand, "kept", None)
    return a_crowd(sqlite_runtime_of, tmp_path, "\n[matching.lists]\nlength = 1\nkeep = 1\n")


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("size", ["small", "large"])
def test_count_is_that_of_all_lists_whatever_happens(request, size, seed):
    office = request.getfixturevalue(size)
    office.work()
    office.post(f"missions/{MISSION}/recommendations/publication")
    mission = Mission(office, Random(seed))

    seen = [(mission.step(), counted(office), in_full(office)) for _ in range(STEPS)]

    assert [step for step in seen if step[1] != step[2]] == []
    assert {found for _deed, found, _full in seen} > {0}


def test_only_the_lists_that_were_touched_are_read(large, monkeypatch):
    large.work()
    large.post(f"missions/{MISSION}/recommendations/publication")
    asked, differing = [], list_publication._differing

    def noted(session, mission_id, whose=None):
        asked.append(whose and set(whose))
        return differing(session, mission_id, whose)

    monkeypatch.setattr(list_publication, "_differing", noted)
    newcomer = large.admit("kya-9", "host", offers=GOODS[0])
    large.work()

    near = {newcomer, *(identifiers.derived("organisation", name) for name in ("klu-0", "kya-0"))}
    assert {newcomer} in asked
    assert None not in asked
    assert set().union(*asked) <= near
    assert counted(large) == in_full(large)


def test_all_lists_are_compared_where_nobody_wrote_down_which_differ(small):
    small.work()
    small.post(f"missions/{MISSION}/recommendations/publication")
    small.admit("kya-9", "host", offers=ALIKE[0])
    small.work()
    before = counted(small)
    with small.runtime.database.write() as session:
        session.execute(delete(ChangedList))
        session.execute(update(Inputs).values(are_lists_compared=False, lists_changed=7))

    small.participate(identifiers.derived("organisation", "kya-9"), told.ParticipantChanged)

    with small.runtime.database.read() as session:
        differing = session.scalars(select(ChangedList.organisation_id)).all()
    assert counted(small) == len(differing) == before == in_full(small)


def test_list_that_grows_for_who_had_to_make_room_elsewhere_is_counted(large):
    """A newcomer takes the only place of a list; who stood there gets into that of its best partner, full as it is."""
    pairs = (("klu-2", "kya-2", True), ("klu-2", "kya-1", False), ("klu-1", "kya-1", True))
    with large.runtime.database.write() as session:
        session.execute(
            insert(Pair), [_pair(guest, host, 2 * n, shown) for n, (guest, host, shown) in enumerate(pairs)]
        )
        counters = versions.locked(session, MISSION)
        counters.pairs_done = counters.pairs_version
    large.post(f"missions/{MISSION}/recommendations/publication")
    newcomer = _pair("klu-1", "kya-3", 3, shown=False)

    with large.runtime.database.write() as session:
        session.execute(insert(Pair), [newcomer])
        mission, counters = session.get_one(MissionCopy, MISSION), versions.locked(session, MISSION)
        refresh_lists(session, mission, counters, {newcomer["guest_id"], newcomer["host_id"]})

    with large.runtime.database.read() as session:
        grown = partners_of_all(session, MISSION)[_id("klu-2")]
    assert [one["organisation_id"] for one in grown] == [_id("kya-2"), _id("kya-1")]
    assert counted(large) == in_full(large)


def _pair(guest, host, place, shown):
    ends = {"guest_id": _id(guest), "host_id": _id(host), "is_in_list_of_guest": shown, "is_in_list_of_host": False}
    return {"mission_id": MISSION, "place": place, "score": 0.5, "reasons": [], **ends}


def _id(name):
    return identifiers.derived("organisation", name)
