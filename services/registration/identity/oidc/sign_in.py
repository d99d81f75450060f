"""Sign in where the agency's staff always do: there and back once, known by issuer and subject."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registration import lookups, settings
from registration.errors import ProviderRefusedError
from registration.identity import accounts, secret_hashes, sessions
from registration.identity.commands import Depart
from registration.identity.oidc.client import Errand, Identity, refused
from registration.identity.oidc.providers import Provider
from registration.identity.second_factors import policy
from registration.models import Account, Departure, ExternalIdentity, RoleGrant, SignedIn
from servicekit import identifiers
from servicekit.auth import encryption
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.privacy.contacts import email_key
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

log = logging.getLogger(__name__)
LIFETIME = timedelta(minutes=10)
PURPOSE = "what somebody is sent to an OpenID Connect with"
METHOD = "oidc"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody who came back: from which session they left, if any, where they want to go, and with what."""

    session_id: UUID | None
    place: str
    errand: Errand


def depart(session: Session, command: Depart) -> Errand:
    """Send somebody to a provider."""
    told = settings.of(session)
    errand = Errand(
        state=secret_hashes.fresh(),
        nonce=secret_hashes.fresh(),
        verifier=secret_hashes.fresh(),
        redirect_uri=f"{told.public_url.rstrip('/')}/registration/sign-in/oidc/{command.provider}/return",
    )
    kept = json.dumps({"nonce": errand.nonce, "verifier": errand.verifier, "redirect_uri": errand.redirect_uri})
    departure = Departure(
        id=identifiers.random(),
        provider=command.provider,
        session_id=command.session_id,
        state_hash=secret_hashes.digest(errand.state),
        browser_hash=secret_hashes.digest(command.browser),
        sealed=encryption.seal(told.secret_key, PURPOSE, kept),
        place=command.place,
        expires_at=machine_now() + LIFETIME,
    )
    session.add(departure)
    return errand


def come_back(session: Session, provider: str, state: str, browser: str) -> Arrival:
    """Let somebody come back once, in the browser that they left with.

    Raises:
        ProviderRefusedError: nobody left with this state, or from another browser, or they are back already.

    """
    of_state = select(Departure).where(Departure.state_hash == secret_hashes.digest(state)).with_for_update()
    left = session.scalar(of_state)
    if left is None or left.provider != provider or left.expires_at <= machine_now():
        raise refused("state", provider)
    if left.used_at is not None:
        raise refused("replayed state", provider)
    if not secret_hashes.are_equal(left.browser_hash, secret_hashes.digest(browser)):
        raise refused("another browser", provider)
    left.used_at = machine_now()
    kept = json.loads(encryption.unseal(settings.of(session).secret_key, PURPOSE, left.sealed))
    return Arrival(session_id=left.session_id, place=left.place, errand=Errand(state=state, **kept))


def sign_in(
    session: Session, provider: Provider, identity: Identity, language: str, agent: str
) -> tuple[SignedIn, str]:
    """Begin a session for whom a provider vouches: of the account that is linked, or of a new one.

    An account that has the same address already is nobody's who comes this way: its owner links it.

    Raises:
        ProviderRefusedError: the address is not verified, not of the provider's domains, or has an account.

    """
    known = _known(session, identity)
    if known is None:
        known = _link(session, identity, _new_account(session, provider, identity, language))
    account = accounts.find(session, known.account_id)
    if account is None:
        raise refused("disabled account", provider.key)
    _seen(known, identity)
    begun = sessions.begin(
        session,
        account,
        METHOD,
        agent,
        is_staff=policy.is_staff(session, account),
        second_factor=METHOD if identity.has_second_factor else "",
    )
    policy.note_sign_in(session, begun[0])
    return begun


def link(session: Session, provider: Provider, identity: Identity, mine: SignedIn) -> str:
    """Link whom a provider vouches for to the account of a session, or show it again as a second factor.

    Return the new secret of the session's browser; empty where the provider asked for no second factor.

    Raises:
        ProviderRefusedError: the identity is another account's, its address is another one or not verified, nobody
            gave the account a role, or a second factor has to be shown before.

    """
    known = _known(session, identity)
    if known is None:
        account = lookups.known(session, Account, mine.account_id)
        _require_vouched(provider, identity)
        if email_key(identity.email) != account.email_key:
            raise refused("another address", provider.key)
        if not _was_invited(session, account) or not policy.may_enrol(session, mine):
            raise refused("not invited" if policy.may_enrol(session, mine) else "no second factor", provider.key)
        known = _link(session, identity, account)
        policy.note_change(session, mine, "identity linked")
    if known.account_id != mine.account_id:
        raise refused("another account", provider.key)
    if known.showed_second_factor and not identity.has_second_factor:
        detail = _("Your agency's sign-in asked for no second factor this time. Show another one.")
        raise ProviderRefusedError(detail, cause="no second factor", provider=provider.key)
    _seen(known, identity)
    return policy.accept(session, mine, METHOD) if identity.has_second_factor else ""


def note_refusal(session: Session, error: ProviderRefusedError) -> None:
    """Write down that somebody was not let in."""
    log.warning("sign-in by a provider refused", extra={"cause": error.cause, "provider": error.provider})
    told = {"provider": error.provider}
    audit_log.record(session, Actor(id=""), "signed in: oidc", told, outcome=f"refused: {error.cause}")


def _new_account(session: Session, provider: Provider, identity: Identity, language: str) -> Account:
    _require_vouched(provider, identity)
    key = email_key(identity.email)
    if session.scalar(select(exists().where(Account.email_key == key))):
        detail = _(
            "There is an account with your address. Sign in by a letter, then link this way in under Second factors."
        )
        raise ProviderRefusedError(detail, cause="account exists", provider=provider.key)
    return accounts.open_account(session, identity.email, language)


def _require_vouched(provider: Provider, identity: Identity) -> None:
    if not identity.email or not identity.is_email_verified:
        raise refused("unverified address", provider.key)
    if not provider.vouches_for(identity.email):
        raise refused("foreign domain", provider.key)


def _was_invited(session: Session, account: Account) -> bool:
    mine = exists().where(RoleGrant.account_id == account.id, RoleGrant.revoked_at.is_(None))
    return bool(session.scalar(select(mine)))


def _known(session: Session, identity: Identity) -> ExternalIdentity | None:
    named = (ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject)
    return session.scalar(select(ExternalIdentity).where(*named).with_for_update())


def _link(session: Session, identity: Identity, account: Account) -> ExternalIdentity:
    row = ExternalIdentity(
        id=identifiers.random(),
        account_id=account.id,
        issuer=identity.issuer,
        subject=identity.subject,
        created_at=machine_now(),
        last_used_at=machine_now(),
        showed_second_factor=identity.has_second_factor,
    )
    session.add(row)
    session.flush()
    return row


def _seen(known: ExternalIdentity, identity: Identity) -> None:
    known.last_used_at = machine_now()
    known.showed_second_factor = known.showed_second_factor or identity.has_second_factor
