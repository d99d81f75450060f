"""What a client was promised: one line for each write that was answered with success, or may have been."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import Table, Uuid, func, select

from servicekit.service import Runtime


@dataclass(frozen=True)
class Entry:
    """One write: the row that must stand for it, by the service's table and the values of its natural key."""

    service: str
    table: str
    key: tuple[tuple[str, Any], ...]
    is_promised: bool = True
    """Whether the answer was 2xx; without an answer the row may be there, once, or not at all."""

    def __str__(self) -> str:
        return f"{self.service}.{self.table} " + ", ".join(f"{name}={value}" for name, value in self.key)


@dataclass
class Ledger:
    """The writes of a client; safe to share between threads."""

    _entries: dict[tuple[str, str, tuple[tuple[str, Any], ...]], Entry] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def promised(self, service: str, table: str, **key: Any) -> None:
        """Note that a write was answered with success: exactly one row has this key."""
        self._note(Entry(service, table, tuple(sorted(key.items()))))

    def asked(self, service: str, table: str, **key: Any) -> None:
        """Note that a write was asked for and not answered: at most one row has this key."""
        self._note(Entry(service, table, tuple(sorted(key.items())), is_promised=False))

    def forget(self, service: str, table: str, **key: Any) -> None:
        """Strike a write that was undone, or refused."""
        with self._lock:
            self._entries.pop((service, table, tuple(sorted(key.items()))), None)

    def __len__(self) -> int:
        return sum(entry.is_promised for entry in self._entries.values())

    def broken(self, runtimes: Sequence[Runtime]) -> Iterator[str]:
        """Say which promises were not kept, or kept twice."""
        by_name = {runtime.service.name: runtime for runtime in runtimes}
        for place in sorted({(entry.service, entry.table) for entry in self._entries.values()}):
            mine = [entry for entry in self._entries.values() if (entry.service, entry.table) == place]
            yield from _broken(by_name[place[0]], place[1], mine)

    def _note(self, entry: Entry) -> None:
        with self._lock:
            known = self._entries.get((entry.service, entry.table, entry.key))
            if known is None or entry.is_promised:
                self._entries[entry.service, entry.table, entry.key] = entry


def _broken(runtime: Runtime, name: str, entries: Sequence[Entry]) -> Iterator[str]:
    table = runtime.service.metadata.tables[name]
    counts: dict[tuple[str, ...], Mapping[tuple[Any, ...], int]] = {}
    with runtime.database.read() as session:
        for columns in {tuple(column for column, _ in entry.key) for entry in entries}:
            keyed = [table.c[column] for column in columns]
            rows = session.execute(select(*keyed, func.count()).group_by(*keyed))
            counts[columns] = {tuple(row[:-1]): row[-1] for row in rows}
    for entry in entries:
        columns = tuple(column for column, _ in entry.key)
        count = counts[columns].get(tuple(_typed(table, column, value) for column, value in entry.key), 0)
        if count > 1:
            yield f"{entry} stands {count} times"
        elif count == 0 and entry.is_promised:
            yield f"{entry} was promised and is not there"


def _typed(table: Table, column: str, value: Any) -> Any:
    return UUID(value) if isinstance(table.c[column].type, Uuid) and isinstance(value, str) else value
