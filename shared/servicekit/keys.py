"""The keys that verify tokens: those of the settings, and those that were announced since.

A key is announced a token's lifetime before it signs, so that every service knows it in time, and nobody has to ask.
"""

import logging
import threading
import time
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration.identity import KeyAnnounced, KeyRetired, SessionRevoked
from servicekit import context, token_keys
from servicekit.auth import Actor
from servicekit.clock import machine_now
from servicekit.inserts import upsert
from servicekit.settings import INSTANCE, Settings
from servicekit.tables import revoked_session, verifying_key

log = logging.getLogger(__name__)
KEEP_SECONDS = 5.0
"""How long the keys of the database are taken to be the same: an announced one signs hours later at the earliest."""


class KeyRing:
    """The keys of a service, as one set."""

    def __init__(self, settings: Settings) -> None:
        self._given = [*token_keys.read(settings.token_keys)]
        self._lock = threading.Lock()
        self._found = KeySet(self._given)
        self._until = 0.0

    @property
    def known(self) -> KeySet:
        """All keys that verified when somebody last looked."""
        return self._found

    def keys(self, session: Session, *, fresh: bool = False) -> KeySet:
        """Return all keys that verify; `fresh` looks for those that were announced this moment."""
        with self._lock:
            if fresh or time.monotonic() > self._until:
                rows = session.execute(select(verifying_key).where(verifying_key.c.is_retired.is_(False)))
                self._found = KeySet([*self._given, *(token_keys.public(row.key_id, row.public_key) for row in rows)])
                self._until = time.monotonic() + KEEP_SECONDS
            return self._found


def keep(session: Session, envelope: Envelope[KeyAnnounced], actor: Actor) -> None:
    """Trust a key that the service which signs has announced; one of another instance is left out."""
    told = envelope.data
    if not _is_own(session, envelope):
        log.warning("foreign key ignored", extra={"source": envelope.source})
        return
    try:
        token_keys.public(told.key_id, told.public_key)
    except (JoseError, ValueError):
        log.warning("unusable key ignored", extra={"source": envelope.source})
        return
    trust(session, told.key_id, told.public_key, envelope.subjectversion)


def trust(session: Session, key_id: str, x: str, version: int) -> None:
    """Keep a key to verify with, unless it was retired."""
    row = {"key_id": key_id, "public_key": x, "version": version, "is_retired": False}
    upsert(session, verifying_key, row, newer=verifying_key.c.version < version)


def retire(session: Session, envelope: Envelope[KeyRetired], actor: Actor) -> None:
    """Trust a key no more, and keep its id, so that a late announcement does not bring it back."""
    if _is_own(session, envelope):
        distrust(session, envelope.data.key_id, envelope.subjectversion)


def distrust(session: Session, key_id: str, version: int) -> None:
    """Note that a key is retired."""
    row = {"key_id": key_id, "public_key": "", "version": version, "is_retired": True}
    upsert(session, verifying_key, row, newer=verifying_key.c.version < version)


def heed(session: Session, envelope: Envelope[SessionRevoked], actor: Actor) -> None:
    """Refuse the tokens of a session that has ended."""
    if _is_own(session, envelope):
        revoke(session, envelope.data.session_id, envelope.data.issued_before, envelope.data.forget_at)


def revoke(session: Session, session_id: str, issued_before: datetime, forget_at: datetime) -> None:
    """Refuse tokens of a session that were issued before an instant, until the last of them has expired."""
    row = {"session_id": session_id, "issued_before": issued_before, "forget_at": forget_at}
    upsert(session, revoked_session, row, newer=revoked_session.c.issued_before < issued_before)


def is_revoked(session: Session, session_id: str, issued_at: datetime) -> bool:
    """Tell whether a token of a session does not hold any more."""
    ended: datetime | None = session.scalar(
        select(revoked_session.c.issued_before).where(revoked_session.c.session_id == session_id)
    )
    return ended is not None and issued_at < ended


def forget(session: Session) -> None:
    """Drop what was noted of sessions none of whose tokens can hold."""
    session.execute(delete(revoked_session).where(revoked_session.c.forget_at < machine_now()))


def _is_own(session: Session, envelope: Envelope[Any]) -> bool:
    """Tell whether an event comes from this instance: any other one is nobody to trust keys from."""
    settings = context.of(session).settings
    homes = {home.lower() for home in (*settings.homes, settings.own_home, INSTANCE)}
    return envelope.source.split("/")[1] in homes
