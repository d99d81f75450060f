"""The table in which vectors of texts outlive the process that made them."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matching.models import TextVector
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.data.database import Database
from servicekit.data.tables import insert_new

T = TypeVar("T")

BATCH = 500
KEPT_FOR = timedelta(days=180)
"""What is still needed after so long is made anew: cheaper than to note each use."""


class TableShelf:
    """A shelf of vectors in the database of matching; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, model: str, names: Collection[str]) -> Mapping[str, bytes]:
        """Give those of the named texts that are kept."""
        found: dict[str, bytes] = {}
        columns = select(TextVector.digest, TextVector.vector).where(TextVector.model == model)
        with self._database.read() as session:
            for some in _batches(list(names)):
                rows = session.execute(columns.where(TextVector.digest.in_(some)))
                found |= {name: b64decode(vector) for name, vector in rows}
        return found

    def keep(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep what was made; what another worker kept meanwhile stays."""
        made_at = machine_now()
        rows = [
            {"model": model, "digest": name, "vector": b64encode(numbers).decode(), "made_at": made_at}
            for name, numbers in vectors.items()
        ]
        with self._database.write() as session:
            for some in _batches(rows):
                insert_new(session, TextVector.__table__, some)  # type: ignore[arg-type]  # a mapped class has a Table


def forget_vectors(session: Session, now: datetime, actor: Actor) -> bool:
    """Delete vectors that were made long ago by the machine's clock."""
    session.execute(delete(TextVector).where(TextVector.made_at < machine_now() - KEPT_FOR))
    return False


def _batches(listed: Sequence[T]) -> Iterator[Sequence[T]]:
    return (listed[start : start + BATCH] for start in range(0, len(listed), BATCH))
