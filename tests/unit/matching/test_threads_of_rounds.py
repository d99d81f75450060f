"""Parts of a round are shared among threads, and nobody sees it from what comes of them."""

import time
from threading import Barrier, current_thread

import pytest

from matching.recommending import progress
from matching.recommending.matrix.semantic_scorer import recommend
from matching.recommending.scoring import score as large
from matching.recommending.scoring import sparse
from matching.recommending.scoring.sparse import in_order, in_turn
from matching.recommending.weights import Weights
from profiles import a_guest, a_host

WAIT = 10


@pytest.fixture
def two(monkeypatch):
    monkeypatch.setattr(sparse, "threads", lambda: 2)


@pytest.mark.usefixtures("two")
def test_parts_are_done_at_the_same_time_and_given_in_their_order():
    both = Barrier(2)

    def work(part):
        both.wait(WAIT)  # breaks unless another thread comes
        time.sleep(0.01 * (part % 2 == 0))
        return part

    assert list(in_order(work, range(6))) == [0, 1, 2, 3, 4, 5]


@pytest.mark.usefixtures("two")
def test_parts_of_a_part_are_done_in_turn():
    def work(_):
        return {current_thread()} == set(in_order(lambda _: current_thread(), range(3)))

    assert all(in_order(work, range(4)))


@pytest.mark.usefixtures("two")
def test_little_work_is_done_in_turn_and_only_within():
    with in_turn():
        within = set(in_order(lambda _: current_thread(), range(3)))
    after = set(in_order(lambda _: current_thread(), range(3)))

    assert within == {current_thread()}
    assert current_thread() not in after


@pytest.mark.usefixtures("two")
def test_few_parts_are_taken_up_before_the_first_is_given_back():
    taken = []

    next(in_order(str, (taken.append(part) or part for part in range(9))))

    assert taken == [0, 1, 2]


@pytest.mark.usefixtures("two")
def test_part_that_fails_ends_the_rest():
    def work(part):
        if part == 1:
            raise ValueError("part 1")
        return part

    found = in_order(work, range(9))

    assert next(found) == 0
    with pytest.raises(ValueError, match="part 1"):
        next(found)


class Keeping(progress.Nobody):
    """Keeps blocks, and stops the round after some."""

    def __init__(self, most=10**9):
        self.blocks, self.asked, self.most = {}, [], most

    def kept(self, stage, number):
        self.asked.append(number)
        return self.blocks.get(number)

    def keep(self, stage, number, found):
        if len(self.blocks) == self.most:
            raise progress.StoppedError
        assert number not in self.blocks
        self.blocks[number] = found


def test_round_is_the_same_on_one_thread_and_when_it_was_stopped_between(memory, monkeypatch):
    goods = ["Фанера берёзовая", "Станки токарные", "Мёд липовый", "Кирпич облицовочный"]
    guests, hosts = ([make(needs=[a], offers=[b]) for a in goods for b in goods] for make in (a_guest, a_host))
    monkeypatch.setattr(large, "BLOCK", 3)
    monkeypatch.setattr(sparse, "threads", lambda: 1)
    alone = recommend(guests, hosts, Weights(large=0), memory)
    watch = Keeping(most=2)

    monkeypatch.setattr(sparse, "threads", lambda: 3)
    with progress.watched(watch), pytest.raises(progress.StoppedError):
        recommend(guests, hosts, Weights(large=0), memory)
    stopped, watch.most = dict(watch.blocks), 10**9
    with progress.watched(watch):
        found = recommend(guests, hosts, Weights(large=0), memory)

    assert alone.pairs
    assert found == alone
    assert sorted(stopped) == [0, 1]
    assert sorted(watch.blocks) == [0, 1, 2, 3, 4, 5]
