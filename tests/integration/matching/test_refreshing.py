"""Who comes to a large mission, or changes, is scored at once: by the measure of its last whole round, it alone."""

import pytest
from sqlalchemy import select, update

from builders.matching import MISSION
from contracts.registration import ParticipantWithdrawn
from crowds import GOODS, a_crowd, noting
from matching.handlers import refreshing
from matching.handlers.recommending import recommend_next
from matching.handlers.refreshing import AtHand
from matching.models import ChangedProfile, MissionScale, Pair
from matching.recommending.scoring.score import Comparing
from servicekit import identifiers

SHORT = "\n[matching.lists]\nlength = 1\nkeep = 1\n"


@pytest.fixture
def crowd(runtime_of, tmp_path, monkeypatch):
    """Four guests and four hosts in a large mission with lists of one, scored once; a third of them may change."""
    monkeypatch.setattr(refreshing, "SHARE", 0.3)
    monkeypatch.setattr(AtHand, "kept", None)
    office = a_crowd(runtime_of, tmp_path, SHORT)
    office.work()
    return office


@pytest.fixture
def rounds(monkeypatch):
    """How often a block of a whole round is scored."""
    return noting(monkeypatch, Comparing)


def id_of(name):
    return identifiers.derived("organisation", name)


def everything(office, *columns):
    with office.runtime.database.read() as session:
        return session.execute(select(*columns)).all()


def scores(office):
    return {(guest, host): score for guest, host, score in everything(office, Pair.guest_id, Pair.host_id, Pair.score)}


def lists(office, name):
    row = office.get(f"missions/{MISSION}/recommendations?organisation_id={id_of(name)}")["items"][0]
    return [partner["organisation_id"] for partner in row["partners"]]


def test_newcomer_is_scored_alone_and_is_in_the_lists_of_its_neighbours(crowd, rounds):
    before = scores(crowd)
    crowd.admit("kya-9", "host", offers=GOODS[0])

    crowd.work()

    assert rounds == []
    assert lists(crowd, "kya-9") == [str(id_of("klu-0"))]
    assert str(id_of("kya-9")) in lists(crowd, "klu-0")
    assert {ends: score for ends, score in scores(crowd).items() if id_of("kya-9") not in ends} == before
    assert crowd.get(f"missions/{MISSION}")["recommendations"]["fresh"]


def test_newcomer_is_scored_nearly_as_a_whole_round_does(crowd, rounds):
    crowd.admit("kya-9", "host", offers=GOODS[0])
    crowd.work()
    alone = scores(crowd)

    answer = crowd.post(f"missions/{MISSION}/recommendations/round")
    crowd.work()

    assert (answer.status_code, rounds) == (202, [0])
    assert scores(crowd) == pytest.approx(alone, abs=0.15)


def test_two_who_came_one_after_the_other_are_scored_with_each_other(crowd, rounds):
    crowd.admit("kya-9", "host", offers="Зубные щётки и пасты")
    crowd.work()
    crowd.admit("klu-9", "guest", needs="Зубные щётки")

    crowd.work()

    assert rounds == []
    assert lists(crowd, "klu-9")[0] == str(id_of("kya-9"))


def test_who_leaves_is_in_no_list_any_more(crowd, rounds):
    crowd.participate(id_of("kya-1"), ParticipantWithdrawn)

    crowd.work()

    assert rounds == []
    assert all(id_of("kya-1") not in ends for ends in scores(crowd))
    assert lists(crowd, "klu-1") == []


def test_whole_round_follows_when_many_have_changed(crowd, rounds):
    for number in range(4):
        crowd.admit(f"kya-{number + 10}", "host", offers=GOODS[number])

    crowd.work()

    assert rounds == [0]
    assert everything(crowd, ChangedProfile.organisation_id) == []


@pytest.mark.parametrize("offers", ["Паровые турбины, их лопатки, роторы", GOODS[0]], ids=["weaker", "as-good"])
def test_nobody_with_a_pair_is_shown_nowhere_once_the_lists_around_are_full(crowd, rounds, offers):
    crowd.admit("kya-9", "host", offers=offers)

    crowd.work()

    rows = crowd.get(f"missions/{MISSION}/recommendations/exposure")["organisations"]
    assert rounds == []
    assert len(lists(crowd, "klu-0")) == 2
    assert [row["why"] for row in rows if not row["shown"]] == []


def test_worker_that_read_nothing_before_scores_the_same(crowd):
    crowd.admit("kya-9", "host", offers="Зубные щётки и пасты")
    crowd.work()
    crowd.admit("klu-9", "guest", needs="Зубные щётки")
    AtHand.kept = None

    crowd.work()

    assert lists(crowd, "klu-9")[0] == str(id_of("kya-9"))


def test_worker_that_is_killed_leaves_all_to_the_next(crowd, monkeypatch):
    before = scores(crowd)
    crowd.admit("kya-9", "host", offers=GOODS[0])
    monkeypatch.setattr(refreshing, "refresh_lists", _die)
    with pytest.raises(KeyboardInterrupt):
        recommend_next(crowd.runtime)
    left = scores(crowd)
    monkeypatch.undo()

    crowd.work()

    assert left == before
    assert lists(crowd, "kya-9") == [str(id_of("klu-0"))]


def test_what_was_found_is_thrown_away_where_a_whole_round_was_faster(crowd, monkeypatch):
    crowd.admit("kya-9", "host", offers=GOODS[0])
    scored = refreshing._scored

    def overtaken(*known):
        found = scored(*known)
        with crowd.runtime.database.write() as session:
            session.execute(update(MissionScale).values(version=MissionScale.version + 1))
        return found

    monkeypatch.setattr(refreshing, "_scored", overtaken)
    before = scores(crowd)
    recommend_next(crowd.runtime)

    assert scores(crowd) == before


def _die(*_args):
    raise KeyboardInterrupt
