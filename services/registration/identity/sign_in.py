"""Sign in by a link and a code that come by mail: each good once, for ten minutes, for the browser that asked."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from access.actor import Actor
from access.matrix import Deed
from contracts.registration.identity import SEALED_FOR
from registration.errors import LinkSpentError, WrongCodeError
from registration.identity import accounts, roles, secret_hashes, sessions
from registration.identity.commands import AskToSignIn, SignIn
from registration.models import Account, SignedIn, SignInAttempt
from servicekit import identifiers
from servicekit.auth import encryption
from servicekit.data import context
from servicekit.data.clock import machine_now
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _
from servicekit.web import rate_limits

log = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
"""Codes that may be tried for one attempt: so many alone, and so many by whoever holds its link."""
CODES_PER_DAY = "50/day"
"""Codes that may be tried alone for one account, whoever asks for them: guessing takes 20,000 days on average. Who
guesses is told nothing of it; whoever has the letter uses its link."""
_GUESSES = "codes alone"
_CODES, _KNOWN = "codes to sign in with", "browsers that are known"


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A session that has begun, with the secret of its browser and where to go."""

    signed_in: SignedIn
    secret: str
    place: str


def ask(session: Session, command: AskToSignIn) -> SignInAttempt:
    """Have a link and a code sent; for an address that nobody has the same is done, and nothing sent."""
    account = accounts.known_by(session, command.email)
    if account is None and command.opens_account:
        account = accounts.open_account(session, command.email, command.language)
    if account is not None and account.disabled_at is not None:
        account = None
    attempt, token, code = _made(session, account, command.browser, command.place)
    settings = context.of(session).settings
    sealed = encryption.seal(
        settings.secret_key, SEALED_FOR, json.dumps({"link": link(settings.public_url, token), "code": code})
    )
    if account is not None:
        accounts.tell_to_sign_in(session, account, sealed, attempt.expires_at)
    return attempt


def admin_link(session: Session, account: Account) -> str:
    """Return the link by which an operator lets somebody sign in: it is bound to no browser."""
    _attempt, token, _code = _made(session, account, "", "/")
    return link(context.of(session).settings.public_url, token)


def link(public_url: str, token: str) -> str:
    """Return the address at which a link's button is."""
    return f"{public_url.rstrip('/')}/registration/sign-in/link/{token}"


def count_try(session: Session, command: SignIn) -> None:
    """Count a code before it is looked at: in a transaction of its own, so that guesses at once are counted, too.

    Codes that are tried alone and those beside a link are counted apart: who only knows an address can burn
    the code, never the link. In the browser that asked a link needs no code; in another one a code alone does not help.

    Raises:
        LinkSpentError: as many as may be were tried.

    """
    attempt = _meant(session, command)
    if attempt is None or bool(command.token) == is_of_browser(attempt, command.browser):
        return
    tries = SignInAttempt.link_tries if command.token else SignInAttempt.tries
    left = update(SignInAttempt).where(SignInAttempt.id == attempt.id, tries < MOST_TRIES)
    if session.scalar(left.values({tries: tries + 1}).returning(SignInAttempt.id)) is None:
        raise LinkSpentError(_("The code was tried too often. Ask for a new one."))
    if not command.token:
        rate_limits.add(session, _GUESSES, _whose(attempt), CODES_PER_DAY)


def by_link(session: Session, command: SignIn) -> Begun:
    """Use a link; another browser than the one that asked shows the code, too. `count_try` comes first.

    Raises:
        LinkSpentError: it was used, is older than ten minutes, or never was.
        WrongCodeError: it was asked for from another browser, and the code is not right.

    """
    attempt = _holding(_meant(session, command, locked=True))
    if not is_of_browser(attempt, command.browser):
        _check_code(session, attempt, command.code)
    return _begin(session, attempt, "link" if attempt.browser_hash else "admin", command.agent)


def by_code(session: Session, command: SignIn) -> Begun:
    """Use a code, in the browser that asked for it. `count_try` comes first.

    Raises:
        LinkSpentError: it was used, is older than ten minutes, or never was.
        WrongCodeError: it is another one, nobody has the address, or too many were tried for it today.

    """
    attempt = _holding(_meant(session, command, locked=True))
    if not is_of_browser(attempt, command.browser):
        raise LinkSpentError(_("Ask for a new one: this one was asked for from another browser."))
    if rate_limits.is_beyond(session, _GUESSES, _whose(attempt), CODES_PER_DAY):
        raise WrongCodeError(attempt.id)
    _check_code(session, attempt, command.code)
    return _begin(session, attempt, "code", command.agent)


def look_up(session: Session, token: str) -> SignInAttempt:
    """Return what a link stands for, and leave it unused.

    Raises:
        LinkSpentError: it does not hold.

    """
    return _holding(
        session.scalar(select(SignInAttempt).where(SignInAttempt.token_hash == secret_hashes.digest(token)))
    )


def is_of_browser(attempt: SignInAttempt, browser: str) -> bool:
    """Tell whether a browser asked for it; what an operator made is for any."""
    return not attempt.browser_hash or secret_hashes.are_equal(attempt.browser_hash, secret_hashes.digest(browser))


def mark(secret_key: str, address_key: str) -> str:
    """Return by what a browser is known in which the owner of an address has signed in."""
    return secret_hashes.digest_code(encryption.derived(secret_key, _KNOWN), "browser", address_key)


def forget(session: Session, now: object, actor: Actor) -> None:
    """Delete what holds no more."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.expires_at < machine_now() - timedelta(days=1)))


def _made(session: Session, account: Account | None, browser: str, place: str) -> tuple[SignInAttempt, str, str]:
    token, code, id_, now = secret_hashes.fresh(), secret_hashes.fresh_code(), identifiers.random(), machine_now()
    attempt = SignInAttempt(
        id=id_,
        account_id=account.id if account else None,
        token_hash=secret_hashes.digest(token),
        code_hash=secret_hashes.digest_code(_key(session), id_, code),
        browser_hash=secret_hashes.digest(browser) if browser else "",
        place=place,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(attempt)
    session.flush()
    return attempt, token, code


def _meant(session: Session, command: SignIn, *, locked: bool = False) -> SignInAttempt | None:
    """Return what a link, or the code of an attempt, is of."""
    mine = SignInAttempt.id == command.attempt_id
    if command.token:
        mine = SignInAttempt.token_hash == secret_hashes.digest(command.token)
    query = select(SignInAttempt).where(mine)
    return session.scalar(query.with_for_update() if locked else query)


def _holding(attempt: SignInAttempt | None) -> SignInAttempt:
    if attempt is None or attempt.used_at or attempt.expires_at <= machine_now():
        raise LinkSpentError(_("It was used, or it is older than ten minutes. Ask for a new one."))
    return attempt


def _check_code(session: Session, attempt: SignInAttempt, code: str) -> None:
    is_right = secret_hashes.are_equal(attempt.code_hash, secret_hashes.digest_code(_key(session), attempt.id, code))
    if not is_right or attempt.account_id is None:
        raise WrongCodeError(attempt.id)


def _whose(attempt: SignInAttempt) -> str:
    """Return for whom codes are counted; for an address that nobody has the same is done."""
    return str(attempt.account_id or attempt.id)


def _begin(session: Session, attempt: SignInAttempt, method: str, agent: str) -> Begun:
    account = accounts.find(session, attempt.account_id) if attempt.account_id else None
    if account is None:
        raise LinkSpentError(_("It was used, or it is older than ten minutes. Ask for a new one."))
    attempt.used_at = machine_now()
    is_staff = bool(sessions.STAFF & roles.claims_of(session, account).keys())
    signed_in, secret = sessions.begin(session, account, method, agent, is_staff=is_staff)
    person = Actor(id=f"person:{account.id}", session=str(signed_in.id), deed=Deed.SELF)
    audit_log.record(session, person, "signed in", {"method": method})
    log.info("signed in", extra={"method": method, "account_id": str(account.id)})
    return Begun(signed_in=signed_in, secret=secret, place=attempt.place)


def _key(session: Session) -> bytes:
    return encryption.derived(context.of(session).settings.secret_key, _CODES)
