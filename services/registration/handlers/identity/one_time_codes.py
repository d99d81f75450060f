"""Codes of an authenticator app, and codes on paper: each good once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from registration import finding, settings
from registration.domain import one_time_codes, secrets
from registration.errors import FactorRefusedError, TakenError
from registration.handlers.identity import factors
from registration.models import Account, Authenticator, RecoveryCode
from servicekit import identifiers, sealing
from servicekit.clock import machine_now
from servicekit.languages import noop as _

PURPOSE = "secrets of authenticator apps"
_RECOVERY = "recovery codes"
TOTP, RECOVERY = "totp", "recovery"


def begin(session: Session, account_id: UUID) -> None:
    """Make a secret for an app; until a code confirms it, it opens nothing.

    Raises:
        TakenError: the account has an app.

    """
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is not None and app.confirmed_at is not None:
        raise TakenError(_("An app is set up already: remove it first."))
    if app is None:
        app = Authenticator(account_id=account_id, created_at=machine_now())
        session.add(app)
    fresh = one_time_codes.fresh_secret()
    app.sealed = sealing.seal(settings.of(session).secret_key, PURPOSE, fresh.hex())


def pending(session: Session, account_id: UUID) -> bytes | None:
    """Return the secret that waits for its first code; a confirmed one is shown to nobody any more."""
    app = session.get(Authenticator, account_id)
    return _secret(session, app) if app is not None and app.confirmed_at is None else None


def app_address(session: Session, account_id: UUID, secret: bytes) -> str:
    """Return the address by which an app on the same device takes the secret."""
    account = finding.known(session, Account, account_id)
    return one_time_codes.app_address(secret, account.email, f"Caravan {settings.of(session).instance}")


def confirm(session: Session, account_id: UUID, code: str) -> None:
    """Let the app be a second factor, by its first code.

    Raises:
        FactorRefusedError: the code is not right.

    """
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is None or app.confirmed_at is not None:
        raise _refused("no app", account_id)
    _use(session, app, code)
    app.confirmed_at = machine_now()


def show(session: Session, account_id: UUID, code: str) -> str:
    """Use a code of the app, or one on paper; return which it was.

    Raises:
        FactorRefusedError: it is not right, or was used before.

    """
    if len(code) > one_time_codes.DIGITS:
        _use_recovery_code(session, account_id, code)
        return RECOVERY
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is None or app.confirmed_at is None:
        raise _refused("no app", account_id)
    _use(session, app, code)
    return TOTP


def remove(session: Session, account_id: UUID) -> None:
    """Let the app open nothing more.

    Raises:
        LastFactorError: the account's roles demand a second factor, and it is the last one.

    """
    app = session.get(Authenticator, account_id, with_for_update=True)
    if app is not None and app.confirmed_at is not None:
        factors.require_another(session, account_id)
    if app is not None:
        session.delete(app)


def make_recovery_codes(session: Session, account_id: UUID) -> Sequence[str]:
    """Return ten new codes, which are told here and never again; the ones before hold no more."""
    codes = one_time_codes.fresh_recovery_codes()
    finding.known(session, Account, account_id)
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(
        RecoveryCode(
            id=identifiers.random(),
            account_id=account_id,
            code_hash=_hash(session, account_id, code),
            created_at=machine_now(),
        )
        for code in codes
    )
    return codes


def _use(session: Session, app: Authenticator, code: str) -> None:
    step = one_time_codes.step_of(_secret(session, app), code, machine_now(), app.last_step)
    if step is None:
        raise _refused("code", app.account_id)
    app.last_step = step


def _use_recovery_code(session: Session, account_id: UUID, code: str) -> None:
    mine = (
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == _hash(session, account_id, code),
        RecoveryCode.used_at.is_(None),
    )
    used = session.execute(update(RecoveryCode).where(*mine).values(used_at=machine_now()).returning(RecoveryCode.id))
    if used.first() is None:
        raise _refused("recovery code", account_id)


def _secret(session: Session, app: Authenticator) -> bytes:
    return bytes.fromhex(sealing.unseal(settings.of(session).secret_key, PURPOSE, app.sealed))


def _hash(session: Session, account_id: UUID, code: str) -> str:
    key = sealing.derived(settings.of(session).secret_key, _RECOVERY)
    return secrets.digest_code(key, account_id, one_time_codes.recovery_code(code))


def _refused(cause: str, account_id: UUID) -> FactorRefusedError:
    detail = _("The code is not right, or it was used before. Wait for the next one.")
    return FactorRefusedError(detail, cause=cause, account_id=account_id)
