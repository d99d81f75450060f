"""Who is forgotten: ids alone, in a table and in a file that no back-up brings back to yesterday."""

import logging
import os
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import REGISTRY, Envelope
from servicekit import envelopes
from servicekit.data import context
from servicekit.data.tables import tombstone

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ANYBODY = select(tombstone.c.person_id).limit(1)


class SpoiltFileError(ValueError):
    """The file of tombstones holds something else."""


def among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Return which of some ids are those of people who are forgotten."""
    if not ids or session.scalar(_ANYBODY) is None:
        return set()
    return set(session.scalars(select(tombstone.c.person_id).where(tombstone.c.person_id.in_(ids))))


def people_of(envelope: Envelope[Any]) -> set[UUID]:
    """Return whom an event is about: its subject and, where it is private, the person that it names.

    What only refers to somebody, as a place in a hall, holds no more than an id, and is about something else.
    """
    declared = REGISTRY.get(envelope.type)
    named = getattr(envelope.data, "person_id", None) if declared is not None and declared.private else None
    return _ids([envelope.subject]) | ({named} if isinstance(named, UUID) else set())


def people_in(body: str, source: str = "") -> set[UUID]:
    """Return whom a body is about that may be unreadable: where nobody can tell, every id in it may be a person's."""
    said = envelopes.names_of(body)
    if envelopes.is_public(said.type) and "/" in source:
        return _ids([said.subject or ""])
    return _ids(_ID.findall(body))


def is_about_forgotten(session: Session, body: str, source: str = "") -> bool:
    """Whether a body must not be kept, because it is about somebody who is forgotten."""
    return bool(among(session, people_in(body, source)))


def note(session: Session, person_id: UUID, requested_at: datetime) -> None:
    """Add a person to the file, where there is one, once the transaction is committed."""
    path = context.of(session).settings.tombstones_file
    if path:
        context.of(session).afterwards.append(lambda: append_or_log(Path(path), {person_id: requested_at}))


def in_file(path: Path) -> dict[UUID, datetime]:
    """Read the file; empty where there is none yet.

    Raises:
        SpoiltFileError: it cannot be read, or a line is none of ours: somebody who was forgotten may stand in it.

    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise SpoiltFileError(f"{path} cannot be read: {error}") from error
    found = {}
    for number, line in enumerate(lines, 1):
        person_id, _, requested_at = line.partition(" ")
        try:
            found[UUID(person_id)] = datetime.fromisoformat(requested_at)
        except ValueError as error:
            raise SpoiltFileError(f"{path}, line {number}: no id and time of a tombstone") from error
    return found


def append(path: Path, people: Mapping[UUID, datetime]) -> None:
    """Add people to the file, on the disk when it returns; several processes may write at once.

    Raises:
        OSError: the file cannot be written.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{person_id} {at.isoformat()}\n" for person_id, at in people.items())
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, lines.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append_or_log(path: Path, people: Mapping[UUID, datetime]) -> None:
    """The table has it, and every start brings table and file together: a full disk undoes no erasure."""
    try:
        append(path, people)
    except OSError:
        log.exception("tombstones file cannot be written")


def held(session: Session) -> dict[UUID, datetime]:
    """Return everybody whom the service has forgotten, and when that was asked for."""
    return {row.person_id: row.requested_at for row in session.execute(select(tombstone))}


def _ids(texts: Iterable[str]) -> set[UUID]:
    return {UUID(text) for text in texts if _ID.fullmatch(text)}
