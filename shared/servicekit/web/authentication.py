"""Who sent a request: the API goes by a bearer token alone, pages go by a cookie alone.

A page of another site can make a browser send cookies, never a bearer token; so nothing that changes
anything through the API can be forged, and forms carry a token of their own (`forms`).
"""

import logging
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, redirect, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import OPEN, Deed, is_platform_only
from servicekit.auth import tokens
from servicekit.auth.actors import ANONYMOUS, Actor
from servicekit.data.clock import machine_now
from servicekit.problems import ForbiddenError, NotFoundError, Problem
from servicekit.service import Runtime
from servicekit.settings import Settings
from servicekit.telemetry import logs
from servicekit.texts.languages import noop as _
from servicekit.web import errors

log = logging.getLogger(__name__)
SECRETS = frozenset({"access_token", "token", "api_key", "key"})
"""Names under which somebody might put a secret into an address, where it would be logged and passed on."""
KEY_PREFIX = "crv_"
"""What every key to the API begins with, so that a leaked one can be found."""


class SignInNeededError(Problem):
    """Nobody has signed in, or no more."""

    status = HTTPStatus.UNAUTHORIZED
    slug = "sign-in-needed"
    title = _("Sign in first")


class SecretInAddressError(Problem):
    """A secret stands in the address of the request."""

    slug = "secret-in-address"
    title = _("A secret does not belong into an address")


def install(app: Flask) -> None:
    """Send whoever opens a page without having signed in to where one signs in."""
    app.register_error_handler(SignInNeededError, _ask_to_sign_in)
    app.jinja_env.globals["account_url"] = _account_url


def admitted(service: Runtime, session: Session, deed: Deed) -> Actor:
    """Return who sent the current request, about to do a deed.

    Raises:
        SignInNeededError: nobody has signed in, and the deed is not open to everybody.
        ForbiddenError: the key was not made for that, or no role of the actor has it anywhere.
        NotFoundError: the same, of something that the actor is not to know of.

    """
    return _admit(of_request(service, session), deed)


def admitted_apart(service: Runtime, deed: Deed) -> Actor:
    """Return who sent the current request, for what has to be told while the database is away, too.

    Then the keys that were known last verify the token, and nobody can say whether its session has ended.

    Raises:
        SignInNeededError, ForbiddenError, NotFoundError: as `admitted`.

    """
    with suppress(DBAPIError, PoolExhaustedError):
        if service.database.can_be_reached():
            with service.database.read() as session:
                return admitted(service, session, deed)
    return _admit(of_request(service, None), deed)


def _admit(who: Actor, deed: Deed) -> Actor:
    """Let somebody begin a deed that they may do to something, if not to everything."""
    actor = who.doing(deed)
    g.actor = actor
    if deed in OPEN:
        return actor
    if not actor.is_known:
        raise SignInNeededError(_("Nobody has signed in here, or the sign-in has ended."))
    if actor.may_somewhere() or (_names_a_thing(actor) and not is_platform_only(deed)):
        return actor
    if _names_a_thing(actor):
        raise NotFoundError(_("There is nothing here for you."))
    raise ForbiddenError(_("Your role does not allow that."))


def _names_a_thing(actor: Actor) -> bool:
    """Tell whether the address names a thing that a person may know of or not: then the view finds that out."""
    return bool(request.view_args) and actor.deeds is None


def of_request(service: Runtime, session: Session | None) -> Actor:
    """Return who sent the current request, by its token: `ANONYMOUS` where there is none.

    Without a session what a database alone can say is left out.

    Raises:
        SignInNeededError: the API was sent a token that does not hold.
        SecretInAddressError: it stands in the address.

    """
    is_api = errors.is_api()
    if is_api and SECRETS & request.args.keys():
        raise SecretInAddressError(_("Send it in the header: Authorization: Bearer …"))
    text = _bearer() if is_api else request.cookies.get(cookie_name(service.settings, "token"), "")
    if not text:
        return ANONYMOUS
    try:
        actor = _read(service, session, text)
    except tokens.BadTokenError as error:
        log.info("token refused", extra={"cause": logs.told(error)})
        if is_api:
            raise SignInNeededError(_("The token does not hold, or no more.")) from error
        return ANONYMOUS
    logs.bind({"actor_id": actor.id})
    return actor


def cookie_name(settings: Settings, what: str) -> str:
    """Name a cookie: over https with the prefix that binds it to this host and to TLS (RFC 6265bis)."""
    return f"__Host-caravan-{what}" if is_secure(settings) else f"caravan-{what}"


def is_secure(settings: Settings) -> bool:
    """Tell whether people reach the instance over https."""
    return urlsplit(settings.public_url).scheme == "https"


def _account_url() -> str:
    """Return where whoever has signed in sees who they are here; empty for anybody else."""
    actor = g.get("actor", ANONYMOUS)
    url: str = current_app.extensions["caravan.runtime"].settings.account_url
    return url if actor.is_known else ""


def _bearer() -> str:
    given = request.authorization
    return (given.token or "") if given is not None and given.type == "bearer" else ""


def _read(service: Runtime, session: Session | None, text: str) -> Actor:
    now, audience = machine_now(), service.settings.instance
    if session is None:
        return tokens.read(text, service.key_ring.known, audience, now).actor
    if text.startswith(KEY_PREFIX):
        by_key = service.service.actor_of_key
        found = by_key(session, text) if by_key else None
        if found is None:
            raise tokens.BadTokenError("no such key, or not here")
        return found
    try:
        token = tokens.read(text, service.key_ring.keys(session), audience, now)
    except tokens.BadTokenError:
        token = tokens.read(text, service.key_ring.keys(session, fresh=True), audience, now)
    if token.actor.session and tokens.is_revoked(session, token.actor.session, token.issued_at):
        raise tokens.BadTokenError("its session has ended")
    return token.actor


def _ask_to_sign_in(error: SignInNeededError) -> Response | BaseResponse:
    """Answer the API 401; lead a reader of pages to the sign-in, and back afterwards."""
    if errors.reads_pages() and "HX-Request" not in request.headers:
        place = request.script_root + request.full_path.rstrip("?") if request.method == "GET" else ""
        query = f"?{urlencode({'next': place})}" if place else ""
        settings = current_app.extensions["caravan.runtime"].settings
        return redirect(settings.sign_in_url + query, HTTPStatus.SEE_OTHER)
    response = errors.render(error)
    response.headers["WWW-Authenticate"] = 'Bearer realm="caravan"'
    return response
