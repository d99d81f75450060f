"""Who takes part on a side of a mission, with what each offers and needs, as readers look them up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import queries
from matching.models import MissionCopy, OrganisationCopy, ProfileCopy
from matching.recommending.profiles import digits
from packs.loader import Packs
from servicekit.texts import languages

GROUP_DIGITS = 2
"""Activities are told apart by so many digits of their codes."""
LEAST_STEM, MOST_ENDING = 4, 2
"""A word is looked for without its last letters, so that inflected forms are found, too; a code as it is."""

Texts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An organisation as the other side may know it, in a language; `words` is all that is searched."""

    id: UUID
    name: str
    city: str
    about: str
    offers: tuple[str, ...]
    needs: tuple[str, ...]
    activities: Mapping[str, str]
    """Groups of activities: the digits of a code and what they are called; the digits where nobody knows."""
    words: str

    def has(self, wanted: Iterable[str], activity: str) -> bool:
        """Tell whether all words are found, and it does an activity if one is wanted."""
        return (not activity or activity in self.activities) and all(stem in self.words for stem in wanted)


def listed(session: Session, mission: MissionCopy, ids: Iterable[UUID], language: str, packs: Packs) -> list[Listed]:
    """Return organisations of a mission by their names; one that was not heard of is left out."""
    wanted = set(ids)
    profiles = {row.organisation_id: row for row in queries.profiles(session, mission.id, wanted)}
    known = queries.organisations(session, wanted).values()
    found = [_listed(row, profiles.get(row.id), language, packs) for row in known]
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.id)))


def of_side(session: Session, mission_id: UUID, side: str) -> list[UUID]:
    """Return who takes part on a side of a mission."""
    return [row.organisation_id for row in queries.participants(session, mission_id) if row.is_in and row.side == side]


def stems(text: str) -> list[str]:
    """Return what to look for in place of each word of a search."""
    return [_stem(word) for word in _plain(text).split()]


def _stem(word: str) -> str:
    return word[: max(LEAST_STEM, len(word) - MOST_ENDING)] if word.isalpha() else word


def activities_of(found: Sequence[Listed]) -> list[tuple[str, str]]:
    """List the groups of activities of some organisations, by their codes."""
    return sorted({code: title for one in found for code, title in one.activities.items()}.items())


def _listed(row: OrganisationCopy, profile: ProfileCopy | None, language: str, packs: Packs) -> Listed:
    def pick(texts: dict[str, str]) -> str:
        return languages.pick(texts, language) if texts else ""

    offers, needs = (profile.offers, profile.needs) if profile else ([], [])
    every = [row.names, row.city, row.about, *(item["texts"] for item in (*offers, *needs))]
    return Listed(
        id=row.id,
        name=pick(row.names) or row.reference or str(row.id),
        city=pick(row.city),
        about=pick(row.about),
        offers=tuple(pick(item["texts"]) for item in offers),
        needs=tuple(pick(item["texts"]) for item in needs),
        activities=_activities(row, language, packs),
        words=_plain(" ".join(text for texts in every for text in _said(texts))),
    )


def _activities(row: OrganisationCopy, language: str, packs: Packs) -> dict[str, str]:
    groups = sorted({digits(code)[:GROUP_DIGITS] for code in row.activity_codes} - {""})
    titles = {code: packs.activity(row.region, code) for code in groups}
    return {code: languages.pick(dict(texts), language) or code for code, texts in titles.items()}


def _said(texts: Mapping[str, Any]) -> Iterable[str]:
    return (text for text in texts.values() if text)


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")
