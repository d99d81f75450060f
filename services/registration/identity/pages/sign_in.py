"""Sign-in pages, cookies.

What a browser holds while somebody comes in, and the way on: for all pages on which people sign in.

The pages on which people sign in and out, and see where they are signed in.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import lookups
from registration.errors import FactorRefusedError, WrongCodeError
from registration.handlers import own_data
from registration.identity import accounts, roles, secret_hashes, sessions, sign_in, token_issue
from registration.identity.commands import AskToSignIn, SignIn
from registration.identity.oidc.providers import Provider
from registration.identity.second_factors import passkeys, policy
from registration.identity.sign_in import Begun
from registration.models import Account, SignedIn
from registration.pages import layout
from registration.queries import missions
from registration.schemas.values import Email
from registration.settings import Settings
from servicekit.auth import encryption, tokens
from servicekit.auth.actors import Actor
from servicekit.privacy.contacts import email_key
from servicekit.problems import translate_message
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web import authentication, rate_limits
from servicekit.web.authentication import SignInNeededError
from servicekit.web.endpoints import reads, runtime, writes
from servicekit.web.security import safe_next

SESSION, TOKEN, BROWSER, KNOWN = "session", "token", "browser", "known"
"""Cookies: the session's secret, its token, what a browser is known by while somebody signs in, and afterwards."""
KNOWN_FOR = timedelta(days=90)
FIRST_PAGE = "/"


def come_in(session: Session, signed_in: SignedIn, place: str, secret: str = "") -> BaseResponse:
    """Lead on to a place, or to the second factor that is asked of the session first; `secret` is a new one of it.

    Whoever has no role finds nothing on the first page, and the own page in the place of it.
    """
    is_whole = policy.is_whole(session, signed_in)
    if place == FIRST_PAGE and not token_issue.actor_of(session, signed_in).claims:
        place = url_for("sign_in.show_me")
    answer = redirect(place if is_whole else url_for("factors.show", next=place), HTTPStatus.SEE_OTHER)
    equip(session, answer, signed_in, secret)
    return answer


def equip(session: Session, answer: BaseResponse, signed_in: SignedIn, secret: str = "") -> None:
    """Give the browser its session, and a token unless the session is half a one."""
    if secret:
        keep(answer, SESSION, secret, int(sessions.LONGEST.total_seconds()))
        drop(answer, BROWSER)
        account = lookups.known(session, Account, signed_in.account_id)
        mark = sign_in.mark(runtime().settings.secret_key, account.email_key)
        keep(answer, KNOWN, mark, int(KNOWN_FOR.total_seconds()))
    if policy.is_whole(session, signed_in):
        keep(answer, TOKEN, token_issue.of_session(session, signed_in), int(tokens.LIFETIME.total_seconds()))
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
    return f"{address} {rate_limits.peer()}" if address and not _is_known(address) else None


def asked_place() -> str:
    """Return where the request asks to be led after signing in: a path of this origin, else the first page."""
    return safe_next(request.values.get("next", "")[:2000], FIRST_PAGE)


def render_sign_in(name: str, *, title: str, **shown: Any) -> Response:
    """Make a page of the sign-in; no cache keeps it."""
    g.pop("alarm", None)
    template = f"registration/identity/{name}.html"
    shown.setdefault("has_passkeys", passkeys.party(runtime().settings) is not None)
    answer = make_response(render_template(template, frame=layout.apart(layout.say(title)), **shown))
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
        policy.note_refusal(session, error)
    return layout.say(error.detail)


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
    return secret_hashes.are_equal(secret_hashes.digest(cookie(KNOWN)), secret_hashes.digest(mark))


blueprint = Blueprint("sign_in", __name__)
F = TypeVar("F", bound=Callable[..., Any])
LINKS_PER_PEER, CODES_PER_PEER = "20/hour", "60/hour"
LINKS_PER_ADDRESS, LINKS_PER_ADDRESS_AND_PEER = "5/hour", "3/hour"
"""Letters to one address: from all peers that nobody knows, and from one of them. So no peer alone uses up
what the owner of the address may ask for; a browser in which the owner has signed in has a share of its own."""
ANSWERS_EVERY_SECONDS = 0.5
"""Whether a letter goes is not to be told from how long the answer takes: recording one takes some 9 ms of 33. After
a fifth of a second an instance of one process is still busy with the letter itself, after half of one no more."""
KNOWN_SECONDS = 24 * 60 * 60
"""How long a browser is known by what the first page gave it: all presses of its button ask as the same one."""


def counted(view: F) -> F:
    """Count a code before the view's transaction begins: to stand above `writes`."""

    @wraps(view)
    def wrapper(**what: Any) -> Any:
        with runtime().database.write() as session:
            sign_in.count_try(session, _shown(**what))
        return view(**what)

    return wrapper  # type: ignore[return-value]  # wraps() keeps the shape


@blueprint.get("/sign-in")
@writes(Deed.LOOK)
def show(session: Session, actor: Actor) -> Response | BaseResponse:
    """Ask for an address; who is signed in already goes on with a fresh token."""
    live = sessions.live(session, cookie(SESSION))
    place = asked_place()
    if live is not None:
        return come_in(session, live, place)
    page = sign_in_page(place)
    if not cookie(BROWSER):
        keep(page, BROWSER, secret_hashes.fresh(), KNOWN_SECONDS)
    return page


@blueprint.post("/sign-in")
@encryption.even(ANSWERS_EVERY_SECONDS)
@rate_limits.limited("sign-in of peer", LINKS_PER_PEER, key=rate_limits.peer)
@rate_limits.limited("sign-in from peer", LINKS_PER_ADDRESS_AND_PEER, key=stranger_key)
@rate_limits.limited("sign-in", LINKS_PER_ADDRESS, key=address_key)
@writes(Deed.LOOK)
def ask(session: Session, actor: Actor) -> Response | BaseResponse | tuple[Response, int]:
    """Send a link and a code, where somebody has the address; say the same where nobody has it."""
    given, place = request.form.get("email", ""), asked_place()
    opens = request.form.get("opens_account") == "yes"
    try:
        email = Email().deserialize(given)
    except ValidationError as error:
        errors = {"email": translate_message(str(error.messages[0]), None, layout.say)}
        page = sign_in_page(place, given[:320], errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    browser = cookie(BROWSER)
    is_new = not browser
    browser = browser or secret_hashes.fresh()
    command = AskToSignIn(
        email=email, language=languages.of_request(), browser=browser, place=place, opens_account=opens
    )
    attempt = sign_in.ask(session, command)
    answer = redirect(url_for("sign_in.show_code", attempt_id=attempt.id), HTTPStatus.SEE_OTHER)
    if is_new:
        keep(answer, BROWSER, browser, KNOWN_SECONDS)
    return answer


@blueprint.get("/sign-in/code/<uuid:attempt_id>")
@reads(Deed.LOOK)
def show_code(session: Session, actor: Actor, attempt_id: UUID) -> Response:
    """Ask for the code, where the mail cannot be opened on this device."""
    return render_sign_in("code", title=_("Look into your mail"), attempt_id=attempt_id, errors={})


@blueprint.post("/sign-in/code/<uuid:attempt_id>")
@rate_limits.limited("code of peer", CODES_PER_PEER, key=rate_limits.peer)
@counted
@writes(Deed.LOOK)
def use_code(session: Session, actor: Actor, attempt_id: UUID) -> BaseResponse:
    """Sign in by the code."""
    return _signed_in(session, sign_in.by_code(session, _shown(attempt_id=attempt_id)))


@blueprint.get("/sign-in/link/<token>")
@reads(Deed.LOOK)
def show_link(session: Session, actor: Actor, token: str) -> Response:
    """Show the button of a link; to open the link does nothing: mail scanners do that, too."""
    attempt = sign_in.look_up(session, token)
    needs_code = not sign_in.is_of_browser(attempt, cookie(BROWSER))
    return render_sign_in("link", title=_("Sign in"), token=token, needs_code=needs_code, errors={})


@blueprint.post("/sign-in/link/<token>")
@rate_limits.limited("code of peer", CODES_PER_PEER, key=rate_limits.peer)
@counted
@writes(Deed.LOOK)
def use_link(session: Session, actor: Actor, token: str) -> BaseResponse:
    """Sign in by the link."""
    return _signed_in(session, sign_in.by_link(session, _shown(token=token)))


@blueprint.errorhandler(WrongCodeError)
def ask_again(error: WrongCodeError) -> tuple[Response, int]:
    """Ask again for a code that was not right, beside the field."""
    errors = {"code": layout.say(error.detail)}
    view = request.view_args or {}
    if "token" in view:
        page = render_sign_in("link", title=_("Sign in"), token=view["token"], needs_code=True, errors=errors)
    else:
        page = render_sign_in("code", title=_("Look into your mail"), attempt_id=error.attempt_id, errors=errors)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.post("/sign-out")
@writes(Deed.LOOK)
def sign_out(session: Session, actor: Actor) -> BaseResponse:
    """End this session, in every service."""
    live = sessions.live(session, cookie(SESSION))
    if live is not None:
        sessions.end(session, live.id, token_issue.actor_of(session, live))
    answer = redirect(url_for("sign_in.show"), HTTPStatus.SEE_OTHER)
    for name in (SESSION, TOKEN):
        drop(answer, name)
    return answer


@blueprint.get("/me")
@writes(Deed.SELF)
def show_me(session: Session, actor: Actor) -> Response:
    """Show who one is here: roles, and where one is signed in.

    The browser gets a token of today: the pages to which this one leads ask it whom organisations have named.
    """
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    mine = sessions.of_account(session, account.id) if account else []
    claims = roles.claims_of(session, account) if account else actor.claims
    named = missions.roles(session, claims)
    shown = {"account": account, "sessions": mine, "current": actor.session, "roles": named}
    answer = render_sign_in("me", title=_("My sign-ins"), **shown, named=own_data.named(session, actor))
    live = sessions.live(session, cookie(SESSION))
    if live is not None:
        equip(session, answer, live)
    return answer


@blueprint.post("/me/sessions/<uuid:session_id>/end")
@writes(Deed.SELF)
def end_session(session: Session, actor: Actor, session_id: UUID) -> BaseResponse:
    """End a session of one's own."""
    sessions.end(session, session_id, actor)
    return redirect(url_for("sign_in.show_me"), HTTPStatus.SEE_OTHER)


def sign_in_page(place: str, email: str = "", errors: Mapping[str, str] | None = None) -> Response:
    """Make the page on which people say who they are."""
    known = {"place": place, "email": email, "errors": errors or {}, "providers": providers()}
    return render_sign_in("sign_in", title=_("Sign in"), **known)


def _signed_in(session: Session, begun: Begun) -> BaseResponse:
    return come_in(session, begun.signed_in, begun.place, begun.secret)


def _shown(**what: Any) -> SignIn:
    return SignIn(code=code(), browser=cookie(BROWSER), agent=agent(), **what)
