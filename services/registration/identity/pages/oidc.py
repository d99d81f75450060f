"""To an agency's OpenID Connect and back; it is asked before the transaction of the request begins."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration.errors import ProviderRefusedError
from registration.identity import secret_hashes, sessions
from registration.identity.commands import Depart
from registration.identity.oidc import client
from registration.identity.oidc import sign_in as oidc_sign_in
from registration.identity.oidc.providers import Provider
from registration.identity.pages import sign_in
from servicekit.auth.actors import Actor
from servicekit.problems import NotFoundError
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web import errors, rate_limits
from servicekit.web.endpoints import runtime, writes

blueprint = Blueprint("oidc", __name__, url_prefix="/sign-in/oidc")
PER_PEER = "60/hour"


def before(ask: Callable[[str], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Hand a view what was `told` before its transaction began: no provider may hold one up."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(provider: str) -> Any:
            return view(provider=provider, told=ask(provider))

        return wrapper

    return decorate


def _departure(provider: str) -> tuple[str, str]:
    """Return where to go, and what the browser is known by when it comes back."""
    chosen, place = _provider(provider), sign_in.asked_place()
    browser = sign_in.cookie(sign_in.BROWSER) or secret_hashes.fresh()
    with runtime().database.write() as session:
        mine = sessions.live(session, sign_in.cookie(sign_in.SESSION))
        command = Depart(
            provider=provider, browser=browser, place=place, session_id=mine.id if mine is not None else None
        )
        errand = oidc_sign_in.depart(session, command)
    return client.address(chosen, errand), browser


def _arrival(provider: str) -> tuple[oidc_sign_in.Arrival, client.Identity]:
    """Return who came back: the state is used up first, whatever the provider says then."""
    chosen, given = _provider(provider), request.args
    with runtime().database.write() as session:
        arrival = oidc_sign_in.come_back(session, provider, given.get("state", ""), sign_in.cookie(sign_in.BROWSER))
    if given.get("iss", chosen.issuer) != chosen.issuer:
        raise client.refused("issuer", provider)
    if "error" in given or not given.get("code"):
        raise client.refused("the provider's own", provider)
    return arrival, client.identity(chosen, arrival.errand, given["code"])


@blueprint.get("/<provider>")
@rate_limits.limited("departures", PER_PEER, key=rate_limits.peer)
@before(_departure)
@writes(Deed.LOOK)
def leave(session: Session, actor: Actor, provider: str, told: tuple[str, str]) -> BaseResponse:
    """Send somebody to where the agency's staff sign in: to sign in here, or to link it to a session."""
    where, browser = told
    answer = redirect(where, HTTPStatus.SEE_OTHER)
    sign_in.keep(answer, sign_in.BROWSER, browser, int(oidc_sign_in.LIFETIME.total_seconds()))
    return answer


@blueprint.get("/<provider>/return")
@rate_limits.limited("arrivals", PER_PEER, key=rate_limits.peer)
@before(_arrival)
@writes(Deed.LOOK)
def arrive(
    session: Session, actor: Actor, provider: str, told: tuple[oidc_sign_in.Arrival, client.Identity]
) -> BaseResponse:
    """Sign in whom the provider vouches for, or link it to the session from which it was asked."""
    (arrival, identity), chosen = told, _provider(provider)
    if arrival.session_id is None:
        mine, secret = oidc_sign_in.sign_in(session, chosen, identity, languages.of_request(), sign_in.agent())
        return sign_in.come_in(session, mine, arrival.place, secret)
    mine = sign_in.present(session)
    if mine.id != arrival.session_id:
        raise client.refused("another session", provider)
    secret = oidc_sign_in.link(session, chosen, identity, mine)
    return sign_in.come_in(session, mine, arrival.place, secret)


@blueprint.errorhandler(ProviderRefusedError)
def refuse(error: ProviderRefusedError) -> Response:
    """Write a refusal down, in a transaction of its own."""
    with runtime().database.write() as session:
        oidc_sign_in.note_refusal(session, error)
    return errors.render(error)


def _provider(key: str) -> Provider:
    found = next((provider for provider in sign_in.providers() if provider.key == key), None)
    if found is None:
        raise NotFoundError(_("No agency of that name signs its staff in here."))
    return found
