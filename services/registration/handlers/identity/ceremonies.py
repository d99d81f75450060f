"""Challenges that passkeys answer: each once, within five minutes, in the browser that asked."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException

from registration.commands.identity import ShowPasskey
from registration.domain import secrets
from registration.errors import FactorRefusedError
from registration.models import Ceremony
from servicekit import context, identifiers
from servicekit.clock import machine_now
from servicekit.languages import noop as _
from servicekit.problems import NotFoundError
from servicekit.settings import Settings

LIFETIME = timedelta(minutes=5)
LONGEST = 20_000
"""Characters of what a browser says."""
ADD, SHOW, SIGN_IN = "add", "show", "sign_in"
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")
MALFORMED = (
    WebAuthnException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    InvalidKey,
    UnsupportedAlgorithm,
)
"""What the library raises over what cannot be read, or is wrong."""
_CAUSES = {
    "Client data challenge": "challenge",
    "Unexpected client data origin": "origin",
    "Unexpected RP ID": "rp id",
    "Response sign count": "sign count",
    "User verification": "user verification",
    "Could not verify": "signature",
}


@dataclass(frozen=True, kw_only=True)
class Party:
    """Whom passkeys are for: no browser shows them to another site."""

    id: str
    """The host name in the platform's public address."""
    origin: str


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a browser is asked, as its script reads it."""

    ceremony: UUID
    options: Any

    def told(self) -> dict[str, Any]:
        """Return it as JSON is made of it."""
        return {"ceremony": str(self.ceremony), "options": self.options}


def party(settings: Settings) -> Party | None:
    """Return whom passkeys are for; None where browsers allow none: by a bare IP address, or without TLS."""
    parts = urlsplit(settings.public_url)
    name = parts.hostname or ""
    if _is_address(name) or (parts.scheme != "https" and name != "localhost"):
        return None
    return Party(id=name, origin=f"{parts.scheme}://{parts.netloc}")


def asked(session: Session, purpose: str, account_id: UUID | None, browser: str) -> Ceremony:
    """Make a challenge for a browser."""
    ceremony = Ceremony(
        id=identifiers.random(),
        account_id=account_id,
        purpose=purpose,
        challenge=bytes_to_base64url(generate_challenge()),
        browser_hash=secrets.digest(browser),
        expires_at=machine_now() + LIFETIME,
    )
    session.add(ceremony)
    session.flush()
    return ceremony


def answered(session: Session, purpose: str, command: ShowPasskey, account_id: UUID | None) -> Ceremony:
    """Use a challenge up that this browser asked for, for this, and that nothing has answered yet.

    Raises:
        FactorRefusedError: there is no such challenge, or no more.

    """
    try:
        id_ = UUID(command.ceremony)
    except ValueError as error:
        raise refused("no challenge") from error
    ceremony = session.get(Ceremony, id_, with_for_update=True)
    if ceremony is None or (ceremony.purpose, ceremony.account_id) != (purpose, account_id):
        raise refused("no challenge")
    if ceremony.used_at is not None:
        raise refused("replayed challenge", ceremony)
    if ceremony.expires_at <= machine_now():
        raise refused("late", ceremony)
    if not secrets.are_equal(ceremony.browser_hash, secrets.digest(command.browser)):
        raise refused("another browser", ceremony)
    ceremony.used_at = machine_now()
    return ceremony


def parsed(ceremony: Ceremony, credential: str) -> dict[str, Any]:
    """Read what a browser says; the library looks at the rest.

    Raises:
        FactorRefusedError: it cannot be read.

    """
    try:
        given = json.loads(credential) if len(credential) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise refused("response", ceremony) from error
    if not isinstance(given, dict) or not isinstance(given.get("response"), dict):
        raise refused("response", ceremony)
    if not _ID.fullmatch(str(given.get("id"))):
        raise refused("response", ceremony)
    return given


def refused(cause: str, ceremony: Ceremony | None = None, account_id: UUID | None = None) -> FactorRefusedError:
    """Say that a passkey does not do; why stands in the log alone."""
    detail = _("The passkey was not accepted. Try again; if it keeps happening, use another way.")
    whose = account_id or (ceremony.account_id if ceremony else None)
    return FactorRefusedError(detail, cause=cause, account_id=whose, ceremony_id=ceremony.id if ceremony else None)


def cause_of(error: BaseException) -> str:
    """Say in a word why the library refused: its own sentences quote what was sent."""
    said = str(error)
    return next((cause for begins, cause in _CAUSES.items() if said.startswith(begins)), "response")


def here(session: Session) -> Party:
    """Return whom passkeys are for.

    Raises:
        NotFoundError: browsers allow none under the platform's public address.

    """
    found = party(context.of(session).settings)
    if found is None:
        raise NotFoundError(_("Passkeys need https and a host name in the platform's public address."))
    return found


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
