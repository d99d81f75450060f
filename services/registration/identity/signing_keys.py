"""The keys that sign tokens: each announced a token's lifetime before it signs, retired a lifetime after."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

from joserfc.jwk import OKPKey
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from contracts.registration.identity import KeyAnnounced, KeyRetired
from registration import events
from registration.models import SigningKey
from servicekit import identifiers
from servicekit.auth import encryption, tokens
from servicekit.auth.actors import Actor
from servicekit.auth.tokens import LEEWAY, LIFETIME
from servicekit.data import context
from servicekit.data.clock import machine_now

PURPOSE = "private halves of signing keys"
TERM = timedelta(days=90)
"""For how long a key signs before the next one does."""
NOTICE = LIFETIME + timedelta(hours=1)
"""How long before its first use a key is announced."""


def current(session: Session) -> OKPKey:
    """Return the key that signs now; the very first one is made here, and signs at once.

    Raises:
        NoSecretError: the instance has no secret to seal it with.

    """
    row = _signing(session, machine_now()) or announce(session, machine_now())
    secret = context.of(session).settings.secret_key
    private = encryption.unseal(secret, PURPOSE, row.sealed)
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": row.public_key, "d": private, "kid": row.key_id})


def announce(session: Session, signs_from: datetime) -> SigningKey:
    """Make a key, and tell every service of it."""
    settings = context.of(session).settings
    id_ = identifiers.fresh()
    pair = OKPKey.generate_key("Ed25519", {"kid": str(id_)}, private=True).as_dict(private=True)
    row = SigningKey(
        id=id_,
        home=settings.own_home,
        version=0,
        key_id=str(id_),
        public_key=str(pair["x"]),
        sealed=encryption.seal(settings.secret_key, PURPOSE, str(pair["d"])),
        signs_from=signs_from,
    )
    session.add(row)
    events.tell(session, row, announced(row))
    tokens.trust(session, row.key_id, row.public_key, row.version)
    return row


def rotate(session: Session, now: datetime, actor: Actor) -> None:
    """Announce the next key in time, and retire those none of whose tokens can hold any more."""
    at = machine_now()
    rows = session.scalars(_living().with_for_update()).all()
    if not rows:
        return
    if rows[-1].signs_from < at - TERM + NOTICE:
        announce(session, at + NOTICE)
    for row, following in pairwise(rows):
        if following.signs_from < at - LIFETIME - LEEWAY:
            retire(session, row, at)


def retire(session: Session, row: SigningKey, at: datetime) -> None:
    """Take a key out of use, and tell every service."""
    row.retired_at, row.sealed = at, ""
    events.tell(session, row, KeyRetired(key_id=row.key_id))
    tokens.distrust(session, row.key_id, row.version)


def published(session: Session) -> str:
    """Return the public halves of all keys in use, as a JSON Web Key Set (RFC 7517)."""
    living = session.scalars(_living())
    shown = [{"kty": "OKP", "crv": "Ed25519", "kid": row.key_id, "x": row.public_key} for row in living]
    return json.dumps({"keys": shown})


def announced(row: SigningKey) -> KeyAnnounced:
    """Tell of a key."""
    return KeyAnnounced(key_id=row.key_id, public_key=row.public_key, signs_from=row.signs_from)


def _signing(session: Session, at: datetime) -> SigningKey | None:
    mine = _living().where(SigningKey.signs_from <= at).order_by(None).order_by(SigningKey.signs_from.desc())
    return session.scalars(mine.limit(1)).first()


def _living() -> Select[SigningKey]:
    return select(SigningKey).where(SigningKey.retired_at.is_(None)).order_by(SigningKey.signs_from, SigningKey.id)
