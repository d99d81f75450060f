"""What is to be translated, and what has been."""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from servicekit import context, languages, paging
from servicekit.auth import Actor
from translations.models import Original, Translation

SCANNED = 100
"""Originals that are looked through for one page."""


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
    """The gaps of some originals, and the cursor behind the last of them."""

    items: list[Gap]
    next: UUID | None


def gaps(session: Session, after: UUID | None, language: str | None, actor: Actor) -> Gaps:
    """List what is to be translated, original by original."""
    query = select(Original).order_by(Original.id).limit(SCANNED)
    originals = session.scalars(query if after is None else query.where(Original.id > after)).all()
    offered = _offered(session, [original.id for original in originals])
    wanted = [language] if language else list(context.of(session).settings.languages)  # type: ignore[attr-defined]  # ours
    found = [gap for original in originals for gap in _of(original, wanted, offered)]
    return {"items": found, "next": originals[-1].id if len(originals) == SCANNED else None}


def translations(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List translations by their ids."""
    return paging.page(session, select(Translation), Translation.id, args)


def _offered(session: Session, ids: Sequence[UUID]) -> dict[tuple[UUID, str, str], bool]:
    rows = session.scalars(select(Translation).where(Translation.original_id.in_(ids)))
    return {(row.original_id, row.field, row.language): row.is_outdated for row in rows}


def _of(original: Original, wanted: Sequence[str], offered: dict[tuple[UUID, str, str], bool]) -> Iterator[Gap]:
    for field, texts in original.texts.items():
        spoken = [language for language, text in texts.items() if text]
        for language in wanted:
            outdated = offered.get((original.id, field, language))
            if not spoken or language in spoken or outdated is False:
                continue
            source = languages.DEFAULT if languages.DEFAULT in spoken else spoken[0]
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
