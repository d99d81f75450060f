"""The pages on which people sign in and out, and see where they are signed in."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import entrance, frames, page_queries
from registration.commands.identity import AskToSignIn, SignIn
from registration.domain import secrets
from registration.errors import WrongCodeError
from registration.handlers import own_data
from registration.handlers.identity import accounts, issuing, roles, sessions, sign_in
from registration.handlers.identity.sign_in import Begun
from registration.schemas.values import Email
from servicekit import languages, pace, rates
from servicekit.auth import Actor
from servicekit.endpoints import reads, runtime, writes
from servicekit.languages import noop as _
from servicekit.messages import translate_message

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
    live = sessions.live(session, entrance.cookie(entrance.SESSION))
    place = entrance.asked_place()
    if live is not None:
        return entrance.come_in(session, live, place)
    page = sign_in_page(place)
    if not entrance.cookie(entrance.BROWSER):
        entrance.keep(page, entrance.BROWSER, secrets.fresh(), KNOWN_SECONDS)
    return page


@blueprint.post("/sign-in")
@pace.even(ANSWERS_EVERY_SECONDS)
@rates.limited("sign-in of peer", LINKS_PER_PEER, key=rates.peer)
@rates.limited("sign-in from peer", LINKS_PER_ADDRESS_AND_PEER, key=entrance.stranger_key)
@rates.limited("sign-in", LINKS_PER_ADDRESS, key=entrance.address_key)
@writes(Deed.LOOK)
def ask(session: Session, actor: Actor) -> Response | BaseResponse | tuple[Response, int]:
    """Send a link and a code, where somebody has the address; say the same where nobody has it."""
    given, place = request.form.get("email", ""), entrance.asked_place()
    opens = request.form.get("opens_account") == "yes"
    try:
        email = Email().deserialize(given)
    except ValidationError as error:
        errors = {"email": translate_message(str(error.messages[0]), None, frames.say)}
        page = sign_in_page(place, given[:320], errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    browser = entrance.cookie(entrance.BROWSER)
    is_new = not browser
    browser = browser or secrets.fresh()
    command = AskToSignIn(
        email=email, language=languages.of_request(), browser=browser, place=place, opens_account=opens
    )
    attempt = sign_in.ask(session, command)
    answer = redirect(url_for("sign_in.show_code", attempt_id=attempt.id), HTTPStatus.SEE_OTHER)
    if is_new:
        entrance.keep(answer, entrance.BROWSER, browser, KNOWN_SECONDS)
    return answer


@blueprint.get("/sign-in/code/<uuid:attempt_id>")
@reads(Deed.LOOK)
def show_code(session: Session, actor: Actor, attempt_id: UUID) -> Response:
    """Ask for the code, where the mail cannot be opened on this device."""
    return entrance.page("code", title=_("Look into your mail"), attempt_id=attempt_id, errors={})


@blueprint.post("/sign-in/code/<uuid:attempt_id>")
@rates.limited("code of peer", CODES_PER_PEER, key=rates.peer)
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
    needs_code = not sign_in.is_of_browser(attempt, entrance.cookie(entrance.BROWSER))
    return entrance.page("link", title=_("Sign in"), token=token, needs_code=needs_code, errors={})


@blueprint.post("/sign-in/link/<token>")
@rates.limited("code of peer", CODES_PER_PEER, key=rates.peer)
@counted
@writes(Deed.LOOK)
def use_link(session: Session, actor: Actor, token: str) -> BaseResponse:
    """Sign in by the link."""
    return _signed_in(session, sign_in.by_link(session, _shown(token=token)))


@blueprint.errorhandler(WrongCodeError)
def ask_again(error: WrongCodeError) -> tuple[Response, int]:
    """Ask again for a code that was not right, beside the field."""
    errors = {"code": frames.say(error.detail)}
    view = request.view_args or {}
    if "token" in view:
        page = entrance.page("link", title=_("Sign in"), token=view["token"], needs_code=True, errors=errors)
    else:
        page = entrance.page("code", title=_("Look into your mail"), attempt_id=error.attempt_id, errors=errors)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


@blueprint.post("/sign-out")
@writes(Deed.LOOK)
def sign_out(session: Session, actor: Actor) -> BaseResponse:
    """End this session, in every service."""
    live = sessions.live(session, entrance.cookie(entrance.SESSION))
    if live is not None:
        sessions.end(session, live.id, issuing.actor_of(session, live))
    answer = redirect(url_for("sign_in.show"), HTTPStatus.SEE_OTHER)
    for name in (entrance.SESSION, entrance.TOKEN):
        entrance.drop(answer, name)
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
    named = page_queries.roles(session, claims)
    shown = {"account": account, "sessions": mine, "current": actor.session, "roles": named}
    answer = entrance.page("me", title=_("My sign-ins"), **shown, named=own_data.named(session, actor))
    live = sessions.live(session, entrance.cookie(entrance.SESSION))
    if live is not None:
        entrance.equip(session, answer, live)
    return answer


@blueprint.post("/me/sessions/<uuid:session_id>/end")
@writes(Deed.SELF)
def end_session(session: Session, actor: Actor, session_id: UUID) -> BaseResponse:
    """End a session of one's own."""
    sessions.end(session, session_id, actor)
    return redirect(url_for("sign_in.show_me"), HTTPStatus.SEE_OTHER)


def sign_in_page(place: str, email: str = "", errors: Mapping[str, str] | None = None) -> Response:
    """Make the page on which people say who they are."""
    known = {"place": place, "email": email, "errors": errors or {}, "providers": entrance.providers()}
    return entrance.page("sign_in", title=_("Sign in"), **known)


def _signed_in(session: Session, begun: Begun) -> BaseResponse:
    return entrance.come_in(session, begun.signed_in, begun.place, begun.secret)


def _shown(**what: Any) -> SignIn:
    return SignIn(code=entrance.code(), browser=entrance.cookie(entrance.BROWSER), agent=entrance.agent(), **what)
