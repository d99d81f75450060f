"""What a browser holds while somebody comes in, and the way on: for all pages on which people sign in."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Response, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from registration import finding, frames
from registration.domain import secrets
from registration.errors import FactorRefusedError
from registration.handlers.identity import ceremonies, factors, issuing, sessions, sign_in
from registration.models import Account, SignedIn
from registration.providers import Provider
from registration.settings import Settings
from servicekit import authentication, rates, tokens
from servicekit.authentication import SignInNeededError
from servicekit.contacts import email_key
from servicekit.endpoints import runtime
from servicekit.languages import noop as _
from servicekit.redirects import safe_next

SESSION, TOKEN, BROWSER, KNOWN = "session", "token", "browser", "known"
"""Cookies: the session's secret, its token, what a browser is known by while somebody signs in, and afterwards."""
KNOWN_FOR = timedelta(days=90)
FIRST_PAGE = "/"


def come_in(session: Session, signed_in: SignedIn, place: str, secret: str = "") -> BaseResponse:
    """Lead on to a place, or to the second factor that is asked of the session first; `secret` is a new one of it.

    Whoever has no role finds nothing on the first page, and the own page in the place of it.
    """
    is_whole = factors.is_whole(session, signed_in)
    if place == FIRST_PAGE and not issuing.actor_of(session, signed_in).claims:
        place = url_for("sign_in.show_me")
    answer = redirect(place if is_whole else url_for("factors.show", next=place), HTTPStatus.SEE_OTHER)
    equip(session, answer, signed_in, secret)
    return answer


def equip(session: Session, answer: BaseResponse, signed_in: SignedIn, secret: str = "") -> None:
    """Give the browser its session, and a token unless the session is half a one."""
    if secret:
        keep(answer, SESSION, secret, int(sessions.LONGEST.total_seconds()))
        drop(answer, BROWSER)
        account = finding.known(session, Account, signed_in.account_id)
        mark = sign_in.mark(runtime().settings.secret_key, account.email_key)
        keep(answer, KNOWN, mark, int(KNOWN_FOR.total_seconds()))
    if factors.is_whole(session, signed_in):
        keep(answer, TOKEN, issuing.of_session(session, signed_in), int(tokens.LIFETIME.total_seconds()))
    else:
        drop(answer, TOKEN)


def to_enrolment(place: str) -> BaseResponse:
    """Lead to where second factors are set up, and to a place afterwards."""
    return redirect(url_for("enrolment.show", next=place), HTTPStatus.SEE_OTHER)


def present(session: Session) -> SignedIn:
    """Return the session of the browser that asks, whole or half.

    Raises:
        SignInNeededError: there is none, or it has ended.

    """
    found = sessions.live(session, cookie(SESSION))
    if found is None:
        raise SignInNeededError(_("Nobody has signed in here, or the sign-in has ended."))
    return found


def account_key() -> str:
    """Return whose session the browser holds, to count what is tried on one account; before the transaction."""
    with runtime().database.read() as session:
        found = sessions.live(session, cookie(SESSION))
        return str(found.account_id) if found else ""


def address_key() -> str | None:
    """Return whose share of letters is asked for; None for what is no address."""
    address = _address()
    return f"known {address}" if address and _is_known(address) else address


def stranger_key() -> str | None:
    """Return the address with the peer that asks for it, where the browser is not one of its owner's."""
    address = _address()
    return f"{address} {rates.peer()}" if address and not _is_known(address) else None


def asked_place() -> str:
    """Return where the request asks to be led after signing in: a path of this origin, else the first page."""
    return safe_next(request.values.get("next", "")[:2000], FIRST_PAGE)


def page(name: str, *, title: str, **shown: Any) -> Response:
    """Make a page of the sign-in; no cache keeps it."""
    g.pop("alarm", None)
    template = f"registration/identity/{name}.html"
    shown.setdefault("has_passkeys", ceremonies.party(runtime().settings) is not None)
    answer = make_response(render_template(template, frame=frames.apart(frames.say(title)), **shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def providers() -> list[Provider]:
    """List the agencies whose staff sign in by their own OpenID Connect."""
    told = runtime().settings
    assert isinstance(told, Settings)
    return list(told.oidc.all().values())


def said(error: FactorRefusedError) -> str:
    """Say in the reader's language why a factor was refused, and write it down, as its transaction cannot."""
    with runtime().database.write() as session:
        factors.note_refusal(session, error)
    return frames.say(error.detail)


def keep(answer: BaseResponse, what: str, value: str, seconds: int) -> None:
    """Let the browser hold something."""
    answer.set_cookie(_name(what), value, max_age=seconds, path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def drop(answer: BaseResponse, what: str) -> None:
    """Let the browser hold it no more."""
    answer.delete_cookie(_name(what), path="/", secure=_is_secure(), httponly=True, samesite="Lax")


def cookie(what: str) -> str:
    """Return what the browser holds; empty for nothing."""
    return request.cookies.get(_name(what), "")[:200]


def code() -> str:
    """Return the code that was typed in, without spaces."""
    return "".join(request.form.get("code", "").split())[:40]


def agent() -> str:
    """Return what the browser says it is."""
    return request.headers.get("User-Agent", "")


def _name(what: str) -> str:
    return authentication.cookie_name(runtime().settings, what)


def _is_secure() -> bool:
    return authentication.is_secure(runtime().settings)


def _address() -> str | None:
    try:
        return email_key(request.form.get("email", "").strip())
    except ValueError:
        return None


def _is_known(address: str) -> bool:
    mark = sign_in.mark(runtime().settings.secret_key, address)
    return secrets.are_equal(secrets.digest(cookie(KNOWN)), secrets.digest(mark))
