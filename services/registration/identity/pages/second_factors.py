"""The pages on which people show a second factor, or sign in by a passkey alone."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import lookups
from registration.errors import FactorRefusedError
from registration.identity import accounts, secret_hashes, sessions
from registration.identity.commands import ShowPasskey
from registration.identity.pages import sign_in as sign_in_pages
from registration.identity.second_factors import authenticator, passkeys, policy
from registration.models import Account
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _
from servicekit.web import rate_limits
from servicekit.web.endpoints import runtime, writes

blueprint = Blueprint("factors", __name__)
PER_ACCOUNT, PER_PEER = "10/15 minutes", "60/hour"
"""How often a factor may be tried."""


@blueprint.get("/sign-in/factor")
@writes(Deed.LOOK)
def show(session: Session, actor: Actor) -> Response | BaseResponse:
    """Ask for the second factor of a session; lead on whoever has shown one, or has to set one up."""
    mine, place = sign_in_pages.present(session), sign_in_pages.asked_place()
    held = policy.enrolled(session, mine.account_id)
    if policy.is_fresh(mine) or (not held and policy.is_whole(session, mine)):
        return sign_in_pages.come_in(session, mine, place)
    if not held:
        return sign_in_pages.to_enrolment(place)
    return _page(held, place, {})


@blueprint.post("/sign-in/factor/passkey/challenge")
@rate_limits.limited("challenges", PER_PEER, key=rate_limits.peer)
@writes(Deed.LOOK)
def ask_passkey(session: Session, actor: Actor) -> Response:
    """Give the page's script a challenge for a passkey of the account."""
    mine = sign_in_pages.present(session)
    return jsonify(passkeys.begin_showing(session, mine.account_id, sign_in_pages.cookie(sign_in_pages.SESSION)).told())


@blueprint.post("/sign-in/factor/passkey")
@rate_limits.limited("factor of account", PER_ACCOUNT, key=sign_in_pages.account_key)
@writes(Deed.LOOK)
def use_passkey(session: Session, actor: Actor) -> BaseResponse:
    """Show a passkey as the second factor."""
    mine = sign_in_pages.present(session)
    passkeys.show(session, mine.account_id, shown_passkey(sign_in_pages.SESSION))
    return sign_in_pages.come_in(session, mine, sign_in_pages.asked_place(), policy.accept(session, mine, "passkey"))


@blueprint.post("/sign-in/factor/code")
@rate_limits.limited("codes of peer", PER_PEER, key=rate_limits.peer)
@rate_limits.limited("factor of account", PER_ACCOUNT, key=sign_in_pages.account_key)
@writes(Deed.LOOK)
def use_code(session: Session, actor: Actor) -> BaseResponse:
    """Show a code of an app, or one on paper, as the second factor."""
    mine = sign_in_pages.present(session)
    which = authenticator.show(session, mine.account_id, sign_in_pages.code())
    return sign_in_pages.come_in(session, mine, sign_in_pages.asked_place(), policy.accept(session, mine, which))


@blueprint.post("/sign-in/passkey/challenge")
@rate_limits.limited("challenges", PER_PEER, key=rate_limits.peer)
@writes(Deed.LOOK)
def ask_any_passkey(session: Session, actor: Actor) -> Response:
    """Give the page's script a challenge for whichever passkey the device has for this place."""
    browser = sign_in_pages.cookie(sign_in_pages.BROWSER) or secret_hashes.fresh()
    answer = jsonify(passkeys.begin_showing(session, None, browser).told())
    sign_in_pages.keep(answer, sign_in_pages.BROWSER, browser, int(passkeys.LIFETIME.total_seconds()))
    return answer


@blueprint.post("/sign-in/passkey")
@rate_limits.limited("passkey of peer", PER_PEER, key=rate_limits.peer)
@writes(Deed.LOOK)
def sign_in(session: Session, actor: Actor) -> BaseResponse:
    """Sign in by a passkey: the device and what unlocks it are two factors."""
    key = passkeys.show(session, None, shown_passkey(sign_in_pages.BROWSER))
    account = lookups.known(session, Account, key.account_id)
    if accounts.find(session, account.id) is None:
        raise passkeys.refused("disabled account", account_id=account.id)
    is_staff = policy.is_staff(session, account)
    begun = sessions.begin(
        session, account, "passkey", sign_in_pages.agent(), is_staff=is_staff, second_factor="passkey"
    )
    policy.note_sign_in(session, begun[0])
    return sign_in_pages.come_in(session, begun[0], sign_in_pages.asked_place(), begun[1])


@blueprint.errorhandler(FactorRefusedError)
def ask_again(error: FactorRefusedError) -> tuple[Response, int]:
    """Write a refusal down, and ask again with what was wrong beside it."""
    said, place = sign_in_pages.said(error), sign_in_pages.asked_place()
    if request.endpoint == f"{blueprint.name}.{sign_in.__name__}":
        return sign_in_pages.sign_in_page(place, errors={"passkey": said}), HTTPStatus.UNPROCESSABLE_ENTITY
    field = "passkey" if request.endpoint == f"{blueprint.name}.{use_passkey.__name__}" else "code"
    with runtime().database.read() as session:
        held = policy.enrolled(session, sign_in_pages.present(session).account_id)
        return _page(held, place, {field: said}), HTTPStatus.UNPROCESSABLE_ENTITY


def shown_passkey(holder: str) -> ShowPasskey:
    """Read from the form what the page's script has put there."""
    form = request.form
    return ShowPasskey(
        ceremony=form.get("ceremony", ""), credential=form.get("credential", ""), browser=sign_in_pages.cookie(holder)
    )


def _page(held: policy.Enrolled, place: str, errors: dict[str, Any]) -> Response:
    return sign_in_pages.render_sign_in("factor", title=_("One more step"), held=held, place=place, errors=errors)
