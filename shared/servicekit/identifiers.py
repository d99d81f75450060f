"""Identifiers: fresh ones that sort by time, and ones derived from what they stand for."""

from uuid import NAMESPACE_URL, UUID, uuid5

import uuid_utils.compat


def fresh() -> UUID:
    """Return a new UUIDv7 (RFC 9562): later ones sort after earlier ones."""
    return uuid_utils.compat.uuid7()


def derived(*parts: object) -> UUID:
    """Return the UUIDv5 that stands for these parts, the same in every process and at every try."""
    return uuid5(NAMESPACE_URL, "/".join(str(part) for part in parts))
