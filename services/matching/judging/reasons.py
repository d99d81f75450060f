"""Reasons of some recommended pairs, drawn by chance, for people to read and judge."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from matching.domain.recommendations import Reason, Recommendation, Span
from matching.judging.cases import CaseError, organisation_id, profiles, read_object
from matching.judging.configurations import Configuration
from packs import loader

COLUMNS = ("guest", "host", "direction", "need", "offer")


def drawn_reasons(
    path: Path, configuration: Configuration, seed: int, count: int, packs_dir: str = ""
) -> Iterator[Sequence[str]]:
    """Recommend in a mission file, and give the reasons of as many pairs as are asked for, as rows of `COLUMNS`.

    Words that met stand in brackets. Pairs come by their keys in the file, the reasons of each the strongest first.

    Raises:
        CaseError: the file is no mission.

    """
    content = read_object(path)
    if "organisations" not in content:
        raise CaseError(f"{path} holds no organisations")
    keys = {organisation_id(row["id"]): row["id"] for row in content["organisations"]}

    def ends(pair: Recommendation) -> tuple[str, str]:
        return keys[pair.guest_id], keys[pair.host_id]

    packs = loader.load(packs_dir)
    found = configuration.recommend(profiles(content, "guest", packs), profiles(content, "host", packs))
    pairs = sorted(found.pairs, key=ends)
    drawn = random.Random(seed).sample(pairs, min(count, len(pairs)))  # noqa: S311  a sample, no secret
    return (_row(ends(pair), reason) for pair in sorted(drawn, key=ends) for reason in pair.reasons)


def _row(ends: tuple[str, str], reason: Reason) -> Sequence[str]:
    need, offer = marked(reason.need_text, reason.need_marks), marked(reason.offer_text, reason.offer_marks)
    return (*ends, reason.direction, need, offer)


def marked(text: str, marks: Sequence[Span]) -> str:
    """Put the marked words of a text in brackets."""
    for start, end in sorted(marks, reverse=True):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text
