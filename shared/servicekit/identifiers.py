"""Identifiers: fresh ones that sort by time, and ones derived from what they stand for."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import uuid_utils.compat

_LAST = datetime.max.replace(microsecond=0, tzinfo=UTC).timestamp()


def fresh() -> UUID:
    """Return a new UUIDv7 (RFC 9562): later ones sort after earlier ones."""
    return uuid_utils.compat.uuid7()


def random() -> UUID:
    """Return a UUIDv4, which tells nothing of when it was made."""
    return uuid4()


def made_at(identifier: UUID) -> datetime:
    """Return when a UUIDv7 was made, by the machine's clock; the last instant where it says a later one."""
    return datetime.fromtimestamp(min((identifier.int >> 80) / 1000, _LAST), UTC)


def first_at(instant: datetime) -> UUID:
    """Return the least UUIDv7 that can be made at an instant: all that were made before sort before it."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def derived(*parts: object) -> UUID:
    """Return the UUIDv5 that stands for these parts, the same in every process and at every try."""
    return uuid5(NAMESPACE_URL, "/".join(str(part) for part in parts))
