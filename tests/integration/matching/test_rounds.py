"""Scoring a large mission: it shows how far it is, stops, goes on, and outlives a worker that is killed."""

import pytest
from sqlalchemy import select, update

from builders.matching import MISSION
from contracts.registration import ParticipantWithdrawn
from crowds import GOODS, a_crowd, noting
from matching.handlers import refreshing, watching
from matching.handlers.recommending import recommend_next
from matching.handlers.watching import TableWatch
from matching.models import Pair, ScoredBlock, ScoringRound
from matching.recommending import progress
from matching.recommending.scoring import score as large
from matching.recommending.scoring import sparse
from matching.recommending.scoring.score import Comparing
from servicekit import identifiers

ROUND = f"missions/{MISSION}/recommendations/round"


@pytest.fixture
def crowd(runtime_of, tmp_path, monkeypatch):
    """Four guests and four hosts in a mission that counts as large, all scored anew, one guest at a time."""
    monkeypatch.setattr(refreshing, "SHARE", 0)
    monkeypatch.setattr(large, "BLOCK", 1)
    monkeypatch.setattr(sparse, "threads", lambda: 1)  # several would compare some guests ahead
    monkeypatch.setattr(watching, "PROGRESS_SECONDS", 0)
    return a_crowd(runtime_of, tmp_path)


@pytest.fixture
def compared(monkeypatch):
    """Guests that were compared, in order."""
    return noting(monkeypatch, Comparing)


def after(monkeypatch, guests, then):
    """Do something once, as soon as so many guests are compared and kept."""
    keep, seen = TableWatch.keep, []

    def kept(self, stage, number, found):
        keep(self, stage, number, found)
        seen.append(number)
        if len(seen) == guests:
            then()

    monkeypatch.setattr(TableWatch, "keep", kept)


def everything(office, *columns):
    with office.runtime.database.read() as session:
        return session.execute(select(*columns)).all()


def stopped_half_way(crowd, monkeypatch):
    after(monkeypatch, 2, lambda: crowd.post(f"{ROUND}/stop"))
    recommend_next(crowd.runtime)


def test_large_mission_gets_the_lists_that_a_small_one_gets(crowd, compared):
    crowd.work()

    found = crowd.get(f"missions/{MISSION}/recommendations")["items"]
    assert [len(row["partners"]) for row in found] == [1, 1, 1, 1]
    assert compared == [0, 1, 2, 3]


def test_words_that_met_are_marked_for_who_reads_a_list(crowd):
    crowd.work()
    ids = [row["organisation_id"] for row in crowd.get(f"missions/{MISSION}/recommendations")["items"]]

    read = [crowd.get(f"missions/{MISSION}/recommendations?organisation_id={id_}")["items"] for id_ in ids]

    reasons = [reason for (row,) in read for partner in row["partners"] for reason in partner["reasons"]]
    assert [[reason["need"][start:end] for start, end in reason["need_marks"]] for reason in reasons] != []
    assert all(reason["need_marks"] and reason["offer_marks"] for reason in reasons)


def test_round_that_is_through_leaves_nothing_behind(crowd):
    crowd.work()

    assert crowd.get(ROUND) == {"state": "none", "stage": None, "done": 0, "total": 0, "started_at": None}
    assert everything(crowd, ScoredBlock.number) == everything(crowd, ScoringRound.mission_id) == []


def test_stop_keeps_what_is_done_and_leaves_the_lists_as_they_were(crowd, monkeypatch):
    crowd.work()
    before = everything(crowd, Pair.guest_id, Pair.host_id, Pair.score)
    crowd.admit("kya-9", "host", offers=GOODS[0])

    stopped_half_way(crowd, monkeypatch)
    idle = recommend_next(crowd.runtime)

    told = crowd.get(ROUND)
    assert (told["state"], told["stage"], told["total"]) == ("stopped", "scoring", 4)
    assert idle is False
    assert everything(crowd, Pair.guest_id, Pair.host_id, Pair.score) == before
    assert len(everything(crowd, ScoredBlock.number)) == 2


def test_who_leaves_or_avoids_another_is_shown_no_more_while_the_round_is_stopped(crowd, monkeypatch):
    crowd.work()
    crowd.post(ROUND)
    stopped_half_way(crowd, monkeypatch)
    wanted = identifiers.derived("organisation", "klu-2")
    crowd.participate(identifiers.derived("organisation", "kya-1"), ParticipantWithdrawn)
    crowd.participate(identifiers.derived("organisation", "kya-2"), avoids=(wanted,))

    crowd.work()

    found = crowd.get(f"missions/{MISSION}/recommendations")["items"]
    assert crowd.get(ROUND)["state"] == "stopped"
    assert sorted(len(row["partners"]) for row in found) == [0, 0, 1, 1]


def test_round_goes_on_where_it_was_stopped(crowd, compared, monkeypatch):
    stopped_half_way(crowd, monkeypatch)
    first = list(compared)

    answer = crowd.post(f"{ROUND}/resumption")
    crowd.work()

    assert answer.json["state"] == "working"
    assert (first, compared) == ([0, 1], [0, 1, 2, 3])
    assert crowd.get(f"missions/{MISSION}")["recommendations"] == {"fresh": True, "pairs": 4}


def test_round_of_a_killed_worker_is_taken_up_when_its_lease_is_over(crowd, compared, monkeypatch):
    monkeypatch.setattr(TableWatch, "let_go", lambda _self: None)
    after(monkeypatch, 2, _die)
    with pytest.raises(KeyboardInterrupt):
        recommend_next(crowd.runtime)

    too_early = recommend_next(crowd.runtime)
    with crowd.runtime.database.write() as session:
        session.execute(update(ScoringRound).values(lease_until=ScoringRound.started_at))
    crowd.work()

    assert too_early is False
    assert compared == [0, 1, 2, 3]
    assert crowd.get(f"missions/{MISSION}")["recommendations"]["fresh"]


def test_what_was_found_from_other_facts_is_not_used(crowd, compared, monkeypatch):
    stopped_half_way(crowd, monkeypatch)
    crowd.admit("kya-9", "host", offers=GOODS[0])

    crowd.post(f"{ROUND}/resumption")
    crowd.work()

    assert compared == [0, 1, 0, 1, 2, 3]


def test_round_counts_though_profiles_change_meanwhile_but_not_for_who_left(crowd, monkeypatch):
    gone = identifiers.derived("organisation", "kya-1")

    def change():
        crowd.admit("kya-9", "host", offers="Столовая и кофе")
        crowd.participate(gone, ParticipantWithdrawn)

    after(monkeypatch, 2, change)
    recommend_next(crowd.runtime)
    first = {host for (host,) in everything(crowd, Pair.host_id)}
    was_fresh = crowd.get(f"missions/{MISSION}")["recommendations"]["fresh"]
    crowd.work()

    assert first == {identifiers.derived("organisation", f"kya-{number}") for number in (0, 2, 3)}
    assert was_fresh is False
    assert crowd.get(f"missions/{MISSION}")["recommendations"]["fresh"]


def test_worker_whose_round_was_taken_over_writes_nothing_more(crowd):
    slow, quick = (TableWatch(crowd.runtime, MISSION, "the same facts") for _ in range(2))
    slow.tell("scoring", 0, 4)
    slow.let_go()
    quick.tell("scoring", 0, 4)

    with pytest.raises(progress.StoppedError):
        slow.keep("scoring", 0, b"late")

    assert everything(crowd, ScoredBlock.number) == []


def test_nothing_is_stopped_where_nothing_is_being_scored(crowd):
    answers = [crowd.post(f"{ROUND}/{wish}") for wish in ("stop", "resumption")]

    assert [(answer.status_code, answer.json["type"].split(":")[-1]) for answer in answers] == [(409, "no-round")] * 2


def test_organiser_sees_how_far_it_is_and_stops_it_by_a_button(crowd, monkeypatch):
    pages = []
    address = f"/missions/{MISSION}/exposure"
    after(monkeypatch, 2, lambda: pages.append(crowd.client.get(address, headers={"Accept-Language": "en"}).text))
    recommend_next(crowd.runtime)

    assert "<progress" in pages[0]
    assert f'action="/missions/{MISSION}/recommendations/stop"' in pages[0]
    assert "<progress" not in crowd.client.get(address).text


def _die():
    raise KeyboardInterrupt
