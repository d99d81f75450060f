"""Judged cases.

Judged cases: missions with graded pairs, and sets of queries with graded documents, both as profiles.

Texts as they are typed in haste: a letter of some long words is dropped, doubled, exchanged or another.
"""

import json
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from matching.pack import activities
from matching.recommending.profiles import Item, Profile, Side
from packs import loader
from packs.loader import Packs

Pair = tuple[UUID, UUID]
ONE_TYPE = "supplier_agreement"
"""The partnership type of texts that name none: somebody seeks what somebody supplies."""


class CaseError(Exception):
    """A file that is no case; it says which, and what is wrong."""


@dataclass(frozen=True)
class Judgements:
    """Grades of pairs (0 to 3, absent is 0) and tempting pairs that are wrong; both as (owner, partner)."""

    grades: Mapping[Pair, float]
    hard_negatives: frozenset[Pair] = frozenset()

    def turned(self) -> "Judgements":
        """Give the same judgements with the sides exchanged."""
        grades = {(b, a): grade for (a, b), grade in self.grades.items()}
        return Judgements(grades, frozenset((b, a) for a, b in self.hard_negatives))

    def of(self, owner: UUID) -> Mapping[UUID, float]:
        """Give the grades of one organisation's partners."""
        return self._by_owner.get(owner, {})

    @cached_property
    def _by_owner(self) -> dict[UUID, dict[UUID, float]]:
        found: dict[UUID, dict[UUID, float]] = {}
        for (owner, partner), grade in self.grades.items():
            found.setdefault(owner, {})[partner] = grade
        return found


@dataclass(frozen=True, kw_only=True)
class Case:
    """Something to score and what people say of it; `is_mission` if both sides rank one another."""

    name: str
    languages: str
    guests: Sequence[Profile] = field(repr=False)
    hosts: Sequence[Profile] = field(repr=False)
    judged: Judgements = field(repr=False)
    is_mission: bool


def read_cases(paths: Iterable[Path], packs_dir: str = "") -> list[Case]:
    """Read files of judged sets and of missions; a mission takes the judgements that are among the files.

    What activity codes are called, the packs of the organisations' regions say; `packs_dir` holds further ones. Texts
    of a judged set have no codes: a classification is never judged by itself.

    Several files of judgements add up: the grades of the later, the hard negatives of all.

    Raises:
        CaseError: a file is neither, lacks something, or is a mission without judgements.

    """
    read = {path: read_object(path) for path in paths}
    missions = {path: content for path, content in read.items() if "organisations" in content}
    graded = [content for content in read.values() if "pairs" in content]
    sets = {path: content for path, content in read.items() if "relevance" in content}
    odd = [path for path, content in read.items() if not {"organisations", "pairs", "relevance"} & content.keys()]
    if odd:
        raise CaseError(f"{odd[0]} holds neither organisations nor graded pairs nor queries with relevance")
    packs = loader.load(packs_dir)
    return [
        *(_made(path, partial(_mission, path, content, graded, packs)) for path, content in missions.items()),
        *(_made(path, partial(_set, path, content)) for path, content in sets.items()),
    ]


def _made(path: Path, make: Callable[[], Case]) -> Case:
    try:
        return make()
    except KeyError as error:
        raise CaseError(f"{path}: something in it lacks {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise CaseError(f"{path} is not written as it must be: {error}") from error


def read_object(path: Path) -> Mapping[str, Any]:
    """Read the object of a file.

    Raises:
        CaseError: it is no JSON, or no object.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CaseError(f"{path} is no JSON: {error}") from error
    if not isinstance(content, dict):
        raise CaseError(f"{path} holds no object")
    return content


def organisation_id(key: str) -> UUID:
    """Make the id of an organisation from its key in a file."""
    return uuid5(NAMESPACE_URL, key)


def profiles(content: Mapping[str, Any], side: Side, packs: Packs) -> list[Profile]:
    """Read the profiles of one side of a mission file."""
    return [_profile(row, side, packs) for row in content["organisations"] if row["side"] == side]


def judgements(contents: Iterable[Mapping[str, Any]]) -> Judgements:
    """Read judgements as (guest, host)."""
    grades: dict[Pair, float] = {}
    hard: set[Pair] = set()
    for content in contents:
        grades |= {_ends(row): float(row["grade"]) for row in content["pairs"]}
        hard |= {_ends(row) for row in content.get("hard_negatives", ())}
    return Judgements(grades, frozenset(hard))


def _mission(path: Path, content: Mapping[str, Any], graded: Iterable[Mapping[str, Any]], packs: Packs) -> Case:
    known = {row["id"] for row in content["organisations"]}
    own = [one for one in graded if all({row["guest"], row["host"]} <= known for row in one["pairs"])]
    if not own:
        raise CaseError(f"{path} needs a file of judgements beside it")
    guests, hosts = profiles(content, "guest", packs), profiles(content, "host", packs)
    return Case(
        name=path.stem,
        languages=f"{_languages(guests)}→{_languages(hosts)}",
        guests=guests,
        hosts=hosts,
        judged=judgements(own),
        is_mission=True,
    )


def _set(path: Path, content: Mapping[str, Any]) -> Case:
    guests = [_single(row, "guest") for row in content["queries"]]
    hosts = [_single(row, "host") for row in content["documents"]]
    grades = {
        (organisation_id(query), organisation_id(document)): float(grade)
        for query, documents in content["relevance"].items()
        for document, grade in documents.items()
    }
    return Case(
        name=content.get("name", path.stem),
        languages=f"{_languages(guests)}→{_languages(hosts)}",
        guests=guests,
        hosts=hosts,
        judged=Judgements(grades),
        is_mission=False,
    )


def _ends(row: Mapping[str, Any]) -> Pair:
    return organisation_id(row["guest"]), organisation_id(row["host"])


def _single(row: Mapping[str, Any], side: Side) -> Profile:
    """Make a query the need of a guest, and a document the offer of a host."""
    items = (Item(id=row["id"], partnership_type=ONE_TYPE, texts={row["lang"]: row["text"]}),)
    return Profile(
        organisation_id=organisation_id(row["id"]),
        side=side,
        activity_codes=(),
        offers=items if side == "host" else (),
        needs=items if side == "guest" else (),
    )


def _profile(row: Mapping[str, Any], side: Side, packs: Packs) -> Profile:
    codes = tuple(code["code"] for code in [row["okved_main"], *row.get("okved_extra", [])])
    return Profile(
        organisation_id=organisation_id(row["id"]),
        side=side,
        activity_codes=codes,
        offers=tuple(_item(item) for item in row["offers"]),
        needs=tuple(_item(item) for item in row["needs"]),
        avoids=frozenset(organisation_id(key) for key in row.get("does_not_want_to_meet") or []),
        activities=activities(packs, row.get("region", ""), codes),
    )


def _item(row: Mapping[str, Any]) -> Item:
    texts = {key.removeprefix("text_"): text for key, text in row.items() if key.startswith("text_") and text}
    return Item(id=row["id"], partnership_type=row["partnership"], texts=texts)


def _languages(found: Sequence[Profile]) -> str:
    return "+".join(sorted({code for one in found for item in (*one.needs, *one.offers) for code in item.texts}))


LONG = re.compile(r"[^\W\d_]{5,}")


def damaged(case: Case, share: float, seed: int) -> Case:
    """Damage what the guests of a case write: the queries of a set, the needs and offers of one side of a mission.

    Args:
        case: what to damage; its judgements stay.
        share: how many of the words of five letters and more are damaged, from 0 to 1.
        seed: the same seed damages a text in the same way, whatever stands beside it.

    """
    return replace(case, guests=[_with_typing_errors(guest, share, seed) for guest in case.guests])


def damaged_text(text: str, share: float, seed: int) -> str:
    """Damage a share of the long words of a text."""
    chance = random.Random(f"{seed} {text}")  # noqa: S311  no secret
    return LONG.sub(lambda word: _damaged_word(word.group(), chance) if chance.random() < share else word.group(), text)


def _with_typing_errors(profile: Profile, share: float, seed: int) -> Profile:
    def typed(item: Item) -> Item:
        return replace(item, texts={code: damaged_text(text, share, seed) for code, text in item.texts.items()})

    needs, offers = (tuple(typed(item) for item in items) for items in (profile.needs, profile.offers))
    return replace(profile, needs=needs, offers=offers)


def _damaged_word(word: str, chance: random.Random) -> str:
    """Make one mistake behind the first letter."""
    at = chance.randrange(1, len(word) - 1)
    mistakes: tuple[Callable[[], str], ...] = (
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + word[at] + word[at:],
        lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        lambda: word[:at] + chance.choice(word) + word[at + 1 :],
    )
    return chance.choice(mistakes)()
