from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select, update

from matching.handlers.recommendations.vector_store import KEPT_FOR, TableShelf, forget_vectors
from matching.models import TextVector
from matching.recommending.embeddings import cache
from matching.recommending.embeddings.cache import Memory
from matching.service import SERVICE
from servicekit.auth.actors import OPERATOR
from servicekit.data.clock import machine_now


class CountingEncoder:
    version = "counting-1"
    dimensions = 4

    def __init__(self):
        self.encoded = []

    def encode(self, texts):
        self.encoded += texts
        return np.array([[len(text), 1, 2, 3] for text in texts], dtype=np.float32).reshape(len(texts), 4)


@pytest.fixture
def database(runtime_of):
    return runtime_of(SERVICE).database


def test_text_is_encoded_once_whatever_process_asks(database):
    first, second = CountingEncoder(), CountingEncoder()
    with cache.at_hand(TableShelf(database)):
        made = Memory(first).vectors(["медный кабель", "фанера"])

        found = Memory(second).vectors(["фанера", "медный кабель", "кирпич"])

    assert second.encoded == ["кирпич"]
    assert found[:2].tolist() == made[::-1].tolist()


def test_vectors_of_another_model_are_not_taken(database):
    first, second = CountingEncoder(), CountingEncoder()
    second.version = "counting-2"
    with cache.at_hand(TableShelf(database)):
        Memory(first).vectors(["фанера"])

        Memory(second).vectors(["фанера"])

    assert second.encoded == ["фанера"]


def test_old_vectors_are_forgotten(database):
    with cache.at_hand(TableShelf(database)):
        Memory(CountingEncoder()).vectors(["фанера", "кирпич"])
    long_ago = machine_now() - KEPT_FOR - timedelta(days=1)
    with database.write() as session:
        one = session.scalars(select(TextVector.digest).order_by(TextVector.digest)).first()
        session.execute(update(TextVector).where(TextVector.digest == one).values(made_at=long_ago))

    with database.write() as session:
        forget_vectors(session, machine_now(), OPERATOR)

    with database.read() as session:
        assert session.scalars(select(TextVector.digest)).all() != []
        assert one not in session.scalars(select(TextVector.digest)).all()
