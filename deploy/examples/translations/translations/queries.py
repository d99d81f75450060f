"""Queries: texts that lack a language, and their translations."""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.texts import languages
from servicekit.web import paging
from translations.models import Original, Translation

SCANNED = 100
"""Originals examined for one page."""


class Gap(TypedDict):
    """A text that lacks a language, with one of the languages that it has."""

    original_id: UUID
    kind: str
    home: str
    field: str
    language: str
    from_language: str
    text: str
    is_outdated: bool


class Gaps(TypedDict):
    """The gaps of some originals, and the cursor of the next page."""

    items: list[Gap]
    next: UUID | None


def gaps(session: Session, after: UUID | None, language: str | None, actor: Actor) -> Gaps:
    """Return the texts that lack a language, for a page of originals."""
    query = select(Original).order_by(Original.id).limit(SCANNED)
    originals = session.scalars(query if after is None else query.where(Original.id > after)).all()
    translated = _is_outdated_by_key(session, [original.id for original in originals])
    wanted = [language] if language else list(context.of(session).settings.languages)  # type: ignore[attr-defined]  # a setting of this service
    found = [gap for original in originals for gap in _gaps_of(original, wanted, translated)]
    return {"items": found, "next": originals[-1].id if len(originals) == SCANNED else None}


def translations(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """Return a page of translations in the order of their ids."""
    return paging.page(session, select(Translation), Translation.id, args)


def _is_outdated_by_key(session: Session, ids: Sequence[UUID]) -> dict[tuple[UUID, str, str], bool]:
    rows = session.scalars(select(Translation).where(Translation.original_id.in_(ids)))
    return {(row.original_id, row.field, row.language): row.is_outdated for row in rows}


def _gaps_of(original: Original, wanted: Sequence[str], translated: dict[tuple[UUID, str, str], bool]) -> Iterator[Gap]:
    for field, texts in original.texts.items():
        existing = [language for language, text in texts.items() if text]
        for language in wanted:
            outdated = translated.get((original.id, field, language))
            if not existing or language in existing or outdated is False:
                continue
            source = languages.DEFAULT if languages.DEFAULT in existing else existing[0]
            yield {
                "original_id": original.id,
                "kind": original.kind,
                "home": original.home,
                "field": field,
                "language": language,
                "from_language": source,
                "text": texts[source],
                "is_outdated": bool(outdated),
            }
