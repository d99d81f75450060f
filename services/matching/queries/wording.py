"""Reasons in the language of who reads them, where needs and offers are written in it as well."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import queries
from matching.models import ProfileCopy

Texts = Mapping[str, str]
Facts = Mapping[str, Any]


def word(session: Session, mission_id: UUID, reader: UUID, found: list[dict[str, Any]], language: str) -> None:
    """Put the reasons of a reader's partners into a language; what is not written in it stays as it is.

    Reasons that change are to be marked anew. One whose profile has changed since it was found stays, too.
    """
    ids = {reader, *(partner["organisation_id"] for partner in found)}
    rows = {row.organisation_id: row for row in queries.profiles(session, mission_id, ids)}
    for partner in found:
        for reason in partner["reasons"]:
            need, offer = written(rows, reader, partner["organisation_id"], reason)
            _put(reason, need, offer, language)


def written(rows: Mapping[UUID, ProfileCopy], reader: UUID, partner: UUID, reason: Facts) -> tuple[Texts, Texts]:
    """Return need and offer of a reason as they are written by now, by language; empty where nothing is known."""
    mine, theirs = rows.get(reader), rows.get(partner)
    needy, giver = (theirs, mine) if reason["direction"] == "they_seek" else (mine, theirs)
    need = _texts(needy.needs, reason["need_id"]) if needy else {}
    answers = (giver.needs if reason["direction"] == "both_seek" else giver.offers) if giver else []
    return need, _texts(answers, reason["offer_id"])


def translations(texts: Texts, text: str) -> Texts:
    """Return what a text of a reason says in each language; nothing where it is in one alone, or was changed since."""
    return {code: own for code, own in texts.items() if own} if _language(texts, text) and len(texts) > 1 else {}


def _texts(items: list[dict[str, Any]], id_: str) -> Texts:
    return next((item["texts"] for item in items if item["id"] == id_), {})


def _put(reason: dict[str, Any], need: Texts, offer: Texts, language: str) -> None:
    written = [_language(texts, reason[name]) for name, texts in (("need", need), ("offer", offer))]
    wanted = [language if texts.get(language) else own for own, texts in zip(written, (need, offer), strict=True)]
    if "" not in written and wanted != written:
        reason["need"], reason["offer"], reason["unmarked"] = need[wanted[0]], offer[wanted[1]], wanted


def _language(texts: Texts, text: str) -> str:
    return next((code for code, own in texts.items() if own == text), "")
