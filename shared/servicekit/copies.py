"""Copies of what other services own, written many at a time: one statement a table, whatever the batch."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from contracts.event import Envelope
from servicekit.columns import Copy
from servicekit.inserts import upsert_newer

Those = Callable[[Session, Sequence[Envelope[Any]]], object]


@dataclass(frozen=True)
class Keep:
    """A state handler that is one row: the copy is written unless there is a newer one.

    `row` gives the columns of an event's copy; `id`, `home` and `version` are those of its
    aggregate unless it gives them, too. It must give the same columns each time. Of several
    states of one aggregate that come together only the newest is written.
    """

    model: type[Copy]
    row: Callable[[Envelope[Any]], dict[str, Any]]
    before: Those | None = None
    """Called with the events that are about to be written: the place for locks that come first."""
    then: Those | None = None
    """Called with the events that were written: those that told something new."""


class Copies:
    """The copies of one transaction that wait to be written."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: dict[Keep, dict[UUID, tuple[Mapping[str, Any], Envelope[Any]]]] = {}

    def add(self, keep: Keep, event: Envelope[Any]) -> None:
        """Let an event wait, unless a newer state of the same aggregate does."""
        own = {"id": UUID(event.subject), "home": home_of(event), "version": event.subjectversion}
        row: dict[str, Any] = own | keep.row(event)
        rows = self._waiting.setdefault(keep, {})
        if row["id"] not in rows or rows[row["id"]][0]["version"] < row["version"]:
            rows[row["id"]] = (row, event)

    def types(self) -> Counter[str]:
        """Count those that wait by the types of their events."""
        return Counter(event.type for rows in self._waiting.values() for _, event in rows.values())

    def write(self) -> None:
        """Write all that wait.

        They go in the order of their ids: two writers never wait for each other in a circle.
        """
        waiting, self._waiting = self._waiting, {}
        for keep, rows in waiting.items():
            ordered = [rows[key] for key in sorted(rows)]
            if keep.before:
                keep.before(self._session, [event for _, event in ordered])
            written = self._upsert(keep.model, [row for row, _ in ordered])
            news = [event for row, event in ordered if row["id"] in written]
            if keep.then and news:
                keep.then(self._session, news)

    def _upsert(self, model: type[Copy], rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
        self._session.flush()
        written = set(upsert_newer(self._session, model.__table__, rows))  # type: ignore[attr-defined]  # it is mapped
        for known in list(self._session.identity_map.values()):
            if isinstance(known, model) and known.id in written:
                self._session.expire(known)
        return written


def home_of(event: Envelope[Any]) -> str:
    """Return the home of an event's aggregate: `RU-KLU` of the source `/ru-klu/registration`."""
    return event.source.split("/")[1].upper()
