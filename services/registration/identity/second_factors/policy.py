"""Second factors: who has set up which, whether a session has shown one, and whether it has to."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from access.actor import Actor
from registration import lookups, settings
from registration.errors import FactorRefusedError, LastFactorError, SecondFactorNeededError
from registration.identity import accounts, roles, sessions
from registration.identity.oidc.providers import Provider
from registration.models import (
    Account,
    Authenticator,
    Ceremony,
    Departure,
    ExternalIdentity,
    Passkey,
    RecoveryCode,
    SignedIn,
)
from registration.settings import SecondFactor
from servicekit.data.clock import machine_now
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

log = logging.getLogger(__name__)
FRESH = timedelta(minutes=15)
"""For how long after showing a second factor somebody may change what second factors there are."""


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """The second factors of an account."""

    passkeys: Sequence[Passkey]
    authenticator: Authenticator | None
    """The app, once a code has confirmed it."""
    providers: Sequence[Provider]
    """Agencies' sign-ins that have shown a second factor for this account."""
    recovery_codes: int
    """Codes on paper that are left; they count only beside another factor."""

    def __len__(self) -> int:
        """How many there are beside codes on paper."""
        return len(self.passkeys) + len(self.providers) + (self.authenticator is not None)


def enrolled(session: Session, account_id: UUID) -> Enrolled:
    """Return what an account has set up."""
    keys = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at, Passkey.id)
    app = select(Authenticator).where(Authenticator.account_id == account_id, Authenticator.confirmed_at.is_not(None))
    issuers = select(ExternalIdentity.issuer).where(
        ExternalIdentity.account_id == account_id, ExternalIdentity.showed_second_factor
    )
    known = settings.of(session).oidc
    providers = [provider for issuer in session.scalars(issuers) if (provider := known.of_issuer(issuer))]
    left = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return Enrolled(
        passkeys=session.scalars(keys).all(),
        authenticator=session.scalar(app),
        providers=providers,
        recovery_codes=session.scalar(left) or 0,
    )


def is_whole(session: Session, signed_in: SignedIn) -> bool:
    """Tell whether a session may be given tokens: no second factor is asked of it, or one was shown."""
    if signed_in.second_factor:
        return True
    return not (enrolled(session, signed_in.account_id) or is_demanded(session, signed_in.account_id))


def is_demanded(session: Session, account_id: UUID) -> bool:
    """Tell whether the roles of an account demand a second factor."""
    if settings.of(session).second_factor is not SecondFactor.REQUIRED:
        return False
    return is_staff(session, lookups.known(session, Account, account_id))


def is_staff(session: Session, account: Account) -> bool:
    """Tell whether somebody may change what is others'."""
    return bool(sessions.STAFF & roles.claims_of(session, account).keys())


def is_fresh(signed_in: SignedIn) -> bool:
    """Tell whether a second factor was shown a short while ago."""
    shown = signed_in.second_factor_at
    return shown is not None and shown > machine_now() - FRESH


def may_enrol(session: Session, signed_in: SignedIn) -> bool:
    """Tell whether a session may change second factors: right after showing one, or while there is none.

    So whoever holds nothing but a mailbox can add none beside those of its owner.
    """
    return is_fresh(signed_in) or not enrolled(session, signed_in.account_id)


def accept(session: Session, signed_in: SignedIn, factor: str) -> str:
    """Let a session be a whole one; return the new secret of its browser."""
    log.info("second factor shown", extra={"method": factor, "account_id": str(signed_in.account_id)})
    note(session, signed_in, f"second factor shown: {factor}")
    return sessions.strengthen(signed_in, factor)


def note(session: Session, signed_in: SignedIn, action: str) -> None:
    """Write into the journal what somebody did whose session may have no token yet."""
    actor = Actor(id=f"person:{signed_in.account_id}", session=str(signed_in.id))
    audit_log.record(session, actor, action, {"account": signed_in.account_id})


def note_change(session: Session, signed_in: SignedIn, action: str) -> None:
    """Note a change of second factors, and have it written to the account's owner: somebody else may have made it."""
    note(session, signed_in, action)
    accounts.tell_factors_changed(session, lookups.known(session, Account, signed_in.account_id))


def note_sign_in(session: Session, signed_in: SignedIn) -> None:
    """Write down that a session has begun without a letter."""
    told = {"method": signed_in.method, "account_id": str(signed_in.account_id)}
    log.info("signed in", extra=told)
    note(session, signed_in, f"signed in: {signed_in.method}")


def require_any(session: Session, account_id: UUID) -> None:
    """Refuse what makes sense beside a second factor alone.

    Raises:
        SecondFactorNeededError: there is none.

    """
    if not enrolled(session, account_id):
        raise SecondFactorNeededError(_("Set up a second factor first."))


def require_another(session: Session, account_id: UUID) -> None:
    """Refuse to remove a factor that is the last one, where the roles demand one.

    Raises:
        LastFactorError: it is.

    """
    session.refresh(lookups.known(session, Account, account_id), with_for_update=True)
    if len(enrolled(session, account_id)) <= 1 and is_demanded(session, account_id):
        raise LastFactorError(_("Your role demands one: set up another one first."))


def note_refusal(session: Session, error: FactorRefusedError) -> None:
    """Write down that a factor was refused, and let its challenge do no more, whatever is shown for it."""
    account = str(error.account_id or "")
    log.warning("second factor refused", extra={"cause": error.cause, "account_id": account})
    subjects = {"account": account} if account else {}
    audit_log.record(session, Actor(id=""), "second factor shown", subjects, outcome=f"refused: {error.cause}")
    ceremony = session.get(Ceremony, error.ceremony_id, with_for_update=True) if error.ceremony_id else None
    if ceremony is not None and ceremony.used_at is None:
        ceremony.used_at = machine_now()


def reset(session: Session, account: Account, actor: Actor) -> None:
    """Take all second factors from an account whose owner has lost them, and end its sessions."""
    delete_all(session, account.id)
    sessions.end_all(session, account)
    accounts.tell_factors_changed(session, account)
    audit_log.record(session, actor, "second factors reset", {"account": account.id})


def delete_all(session: Session, account_id: UUID) -> None:
    """Delete all second factors of an account, and what is on the way to one."""
    for table in (Passkey, Authenticator, RecoveryCode, ExternalIdentity, Ceremony):
        session.execute(delete(table).where(table.account_id == account_id))


def told_of(session: Session, account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Tell an account's owner what is kept of its second factors, but for what is secret."""
    held = enrolled(session, account_id)
    identities = session.scalars(select(ExternalIdentity).where(ExternalIdentity.account_id == account_id))
    apps = [held.authenticator] if held.authenticator else []
    return {
        "passkey": [
            {"name": key.name, "created_at": key.created_at, "last_used_at": key.last_used_at} for key in held.passkeys
        ],
        "authenticator": [{"created_at": app.created_at} for app in apps],
        "external_identity": [
            {"issuer": one.issuer, "subject": one.subject, "created_at": one.created_at} for one in identities
        ],
    }


def forget(session: Session, now: object, actor: Actor) -> None:
    """Delete challenges and departures that hold no more."""
    before = machine_now() - timedelta(days=1)
    session.execute(delete(Ceremony).where(Ceremony.expires_at < before))
    session.execute(delete(Departure).where(Departure.expires_at < before))
