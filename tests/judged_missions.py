"""Missions whose pairs people have graded: profiles from a scenario file, and how well a ranking agrees."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from matching.domain.items import Item, Profile
from matching.domain.recommendations import Recommendations

CLEAR, GOOD = 3, 2
Ranking = Mapping[UUID, Sequence[UUID]]
Pair = tuple[UUID, UUID]


def organisation_id(key: str) -> UUID:
    """Make the id of an organisation from its key in the file."""
    return uuid5(NAMESPACE_URL, key)


def read_profiles(scenario: Path, side: str) -> list[Profile]:
    """Read the profiles of one side: `guest` or `host`."""
    organisations = json.loads(scenario.read_text(encoding="utf-8"))["organisations"]
    return [_profile(o) for o in organisations if o["side"] == side]


def _profile(row: Mapping[str, Any]) -> Profile:
    return Profile(
        organisation_id=organisation_id(row["id"]),
        side=row["side"],
        activity_codes=tuple(code["code"] for code in [row["okved_main"], *row.get("okved_extra", [])]),
        offers=tuple(_item(item) for item in row["offers"]),
        needs=tuple(_item(item) for item in row["needs"]),
        avoids=frozenset(organisation_id(key) for key in row.get("does_not_want_to_meet") or []),
    )


def _item(row: Mapping[str, Any]) -> Item:
    texts = {key.removeprefix("text_"): text for key, text in row.items() if key.startswith("text_") and text}
    return Item(id=row["id"], partnership_type=row["partnership"], texts=texts)


@dataclass(frozen=True)
class Judgements:
    """Grades of pairs (0 to 3, absent is 0) and tempting pairs that are wrong; both as (owner, partner)."""

    grades: Mapping[Pair, float]
    hard_negatives: frozenset[Pair]

    @classmethod
    def read(cls, path: Path) -> "Judgements":
        """Read a file of judgements, as (guest, host)."""
        content = json.loads(path.read_text(encoding="utf-8"))

        def ends(row: Mapping[str, Any]) -> Pair:
            return organisation_id(row["guest"]), organisation_id(row["host"])

        grades = {ends(row): float(row["grade"]) for row in content["pairs"]}
        return cls(grades, frozenset(ends(row) for row in content.get("hard_negatives", [])))

    def turned(self) -> "Judgements":
        """Give the same judgements as (host, guest)."""
        grades = {(b, a): grade for (a, b), grade in self.grades.items()}
        return Judgements(grades, frozenset((b, a) for a, b in self.hard_negatives))

    def of(self, owner: UUID) -> dict[UUID, float]:
        """Give the grades of one organisation's partners."""
        return {partner: grade for (one, partner), grade in self.grades.items() if one == owner}


def rankings(found: Recommendations, *, cut: bool) -> tuple[Ranking, Ranking]:
    """Rank the hosts of each guest and the guests of each host: only what is recommended, or (not cut) everybody."""
    if cut:
        guests = {one: [pair.host_id for pair in found.for_guest(one)] for one in found.guests}
        return guests, {one: [pair.guest_id for pair in found.for_host(one)] for one in found.hosts}
    rows, columns = found.scores, list(zip(*found.scores, strict=True))
    guests = {one: _ranked(found.hosts, row) for one, row in zip(found.guests, rows, strict=True)}
    return guests, {one: _ranked(found.guests, column) for one, column in zip(found.hosts, columns, strict=True)}


def _ranked(partners: Sequence[UUID], scores: Sequence[float]) -> list[UUID]:
    order = sorted(zip(scores, partners, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [partner for score, partner in order if score > 0]


def measure(ranking: Ranking, judged: Judgements) -> dict[str, float]:
    """Say how well a ranking agrees with the judgements: each figure from 0 to 1.

    nDCG has gain 2^grade - 1 and is the mean over those with a partner of grade 2 or better; `mrr3` is the mean
    reciprocal rank of the first clear fit; `recall3@5` is pooled; `hard@5` is the share of hard negatives in a top 5.
    """
    graded = [owner for owner in ranking if any(grade >= GOOD for grade in judged.of(owner).values())]
    clear = {pair for pair, grade in judged.grades.items() if grade >= CLEAR}
    top = {(owner, partner) for owner, partners in ranking.items() for partner in partners[:5]}
    first = [_reciprocal_rank(ranking[owner], owner, clear) for owner in {owner for owner, _ in clear}]
    return {
        "nDCG@5": _mean(_ndcg(ranking[owner], judged.of(owner), 5) for owner in graded),
        "nDCG@10": _mean(_ndcg(ranking[owner], judged.of(owner), 10) for owner in graded),
        "recall3@5": len(clear & top) / max(len(clear), 1),
        "mrr3": _mean(first),
        "hard@5": len(judged.hard_negatives & top) / max(len(judged.hard_negatives), 1),
    }


def _ndcg(partners: Sequence[UUID], grades: Mapping[UUID, float], depth: int) -> float:
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain(grades.get(partner, 0) for partner in partners[:depth]) / ideal


def _gain(grades: Iterable[float]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def _reciprocal_rank(partners: Sequence[UUID], owner: UUID, clear: set[Pair]) -> float:
    return next((1 / place for place, partner in enumerate(partners, 1) if (owner, partner) in clear), 0.0)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
