"""Marks of the words that met, made for reasons that were stored without them."""

from base64 import b64decode
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import TextVector

MOST = 500
"""Names of vectors that are asked for at once."""


def mark(session: Session, reasons: list[dict[str, Any]]) -> None:
    """Mark the words that met, in reasons that say in which languages they are to be marked.

    Vectors of words are taken from the table; where one is missing words are compared by spelling and lexicon alone.
    """
    left = [reason for reason in reasons if "unmarked" in reason]
    if not left:
        return
    from matching.recommending.highlights import Marking, NotKeptError  # noqa: PLC0415  loads numpy and the morphology

    ends = [(reason["need"], reason["offer"], *reason.pop("unmarked")) for reason in left]
    try:
        found = Marking(ends, lambda model, names: _stored(session, model, names)).marks()
    except NotKeptError:
        found = Marking(ends, None).marks()
    for reason, marks in zip(left, found, strict=True):
        reason["need_marks"], reason["offer_marks"] = ([list(span) for span in spans] for spans in marks)


def _stored(session: Session, model: str, names: list[str]) -> dict[str, bytes]:
    """Give the vectors of words that the table keeps."""
    found: dict[str, bytes] = {}
    for start in range(0, len(names), MOST):
        some = TextVector.digest.in_(names[start : start + MOST])
        rows = session.execute(select(TextVector.digest, TextVector.vector).where(TextVector.model == model, some))
        found |= {name: b64decode(vector) for name, vector in rows}
    return found
