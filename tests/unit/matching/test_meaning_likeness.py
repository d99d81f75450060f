import logging

import pytest

from matching.recommending.embeddings.cache import Memory
from matching.recommending.embeddings.encoder import installed
from matching.recommending.matrix import semantic_scorer as meaning
from matching.recommending.matrix.item_similarity import NOTHING
from matching.recommending.matrix.similarity import TextLikeness
from matching.recommending.strategies import meaning as scorer
from matching.recommending.text.clauses import Text
from matching.recommending.weights import TextWeights, Weights
from profiles import a_guest, a_host, an_item, marked

NEED = Text("Ремонт насосов на выезде", "ru")
OFFERS = [Text("On-site repair of pumps", "en"), Text("Wooden toys", "en"), Text("Tax advice for exporters", "en")]


def partners(found, guest):
    return [pair.host_id for pair in found.for_guest(guest.organisation_id)]


def test_need_meets_its_offer_in_another_language(memory):
    likeness = TextLikeness([NEED, *OFFERS], TextWeights(), memory)

    (row,) = likeness.compare([NEED], OFFERS)

    assert row.argmax() == 0
    assert row[1:].max() < NOTHING < row[0]


def test_likeness_of_two_texts_hangs_on_them_alone_if_words_are_as_rare(memory):
    weights = TextWeights(words=0)

    small = TextLikeness([NEED, *OFFERS], weights, memory).compare([NEED], OFFERS)
    alone = TextLikeness([NEED, OFFERS[0]], weights, memory).compare([NEED], OFFERS[:1])

    assert alone[0, 0] == pytest.approx(small[0, 0], abs=1e-5)


def test_one_clause_that_meets_is_enough(memory):
    listed = Text("Токарная обработка; сварка; ремонт насосов; окраска", "ru")
    weights = TextWeights(words=0)

    with_clauses = TextLikeness([NEED, listed], weights, memory).compare([NEED], [listed])
    whole = TextLikeness([NEED, listed], TextWeights(words=0, clauses=0), memory).compare([NEED], [listed])

    assert with_clauses[0, 0] > whole[0, 0]


def test_nothing_is_compared_when_there_is_nothing(memory):
    likeness = TextLikeness([NEED], TextWeights(), memory)

    assert likeness.compare([NEED], []).shape == (1, 0)
    assert likeness.compare([], [NEED]).shape == (0, 1)


def test_text_is_encoded_once_a_process(memory):
    asked = []

    class Counting:
        version, dimensions = "counting", 512

        def encode(self, texts):
            asked.extend(texts)
            return installed().encode(texts)

    own = Memory(Counting())
    first = own.vectors(["фанера", "кабель"])
    again = own.vectors(["кабель", "фанера"])

    assert asked == ["фанера", "кабель"]
    assert (first == again[::-1]).all()


def test_reason_across_languages_marks_translations():
    guest, host = a_guest(needs=["Стеклянные бутылки"]), a_host(offers=[an_item(en="Glass bottles and jars")])

    (pair,) = scorer([guest], [host], Weights()).pairs
    (reason,) = pair.reasons

    assert marked(reason.need_text, reason.need_marks) == ["Стеклянные", "бутылки"]
    assert marked(reason.offer_text, reason.offer_marks)[:2] == ["Glass", "bottles"]


@pytest.fixture
def no_model(monkeypatch):
    meaning.memory_of_process.cache_clear()
    monkeypatch.setattr(meaning, "installed", lambda: None)
    yield
    meaning.memory_of_process.cache_clear()


@pytest.mark.usefixtures("no_model")
def test_without_the_model_words_and_lexicon_work_alone_and_it_is_said_once(caplog):
    guest = a_guest(needs=["Стеклянные бутылки"])
    fitting, other = a_host(offers=[an_item(en="Glass bottles")]), a_host(offers=[an_item(en="Wooden toys")])

    with caplog.at_level(logging.WARNING):
        found = [scorer([guest], [other, fitting], Weights()) for _ in range(2)]

    assert partners(found[0], guest) == partners(found[1], guest) == [fitting.organisation_id]
    assert [record.message for record in caplog.records] == ["model was not found, words alone are compared"]
