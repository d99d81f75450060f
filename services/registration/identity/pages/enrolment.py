"""The pages on which people set second factors up, name them, and remove them."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration.errors import FactorRefusedError, SecondFactorNeededError
from registration.identity.commands import AddPasskey
from registration.identity.pages import second_factors, sign_in
from registration.identity.second_factors import authenticator, passkeys, policy
from registration.identity.second_factors.authenticator import in_letters
from registration.models import SignedIn
from registration.pages import layout
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _
from servicekit.web import errors, rate_limits
from servicekit.web.endpoints import runtime, writes
from servicekit.web.schema_fields import Text

blueprint = Blueprint("enrolment", __name__, url_prefix="/me/factors")
LONGEST_NAME = 100


@blueprint.get("")
@writes(Deed.LOOK)
def show(session: Session, actor: Actor) -> Response:
    """Show the second factors of one's own, and ways to set up more."""
    return _page(session, _enroller(session), {})


@blueprint.post("/passkeys/challenge")
@rate_limits.limited("challenges", second_factors.PER_PEER, key=rate_limits.peer)
@writes(Deed.LOOK)
def ask_passkey(session: Session, actor: Actor) -> Response:
    """Give the page's script a challenge for a new passkey."""
    mine = _enroller(session)
    return jsonify(passkeys.begin_adding(session, mine.account_id, sign_in.cookie(sign_in.SESSION)).told())


@blueprint.post("/passkeys")
@rate_limits.limited("enrolment", second_factors.PER_ACCOUNT, key=sign_in.account_key)
@writes(Deed.LOOK)
def add_passkey(session: Session, actor: Actor) -> BaseResponse:
    """Keep a new passkey."""
    mine, given = _enroller(session), second_factors.shown_passkey(sign_in.SESSION)
    command = AddPasskey(
        ceremony=given.ceremony, credential=given.credential, browser=given.browser, name=_passkey_name()
    )
    passkeys.add(session, mine.account_id, command)
    return _enrolled(session, mine, "passkey")


@blueprint.post("/passkeys/<uuid:passkey_id>/name")
@writes(Deed.LOOK)
def rename_passkey(session: Session, actor: Actor, passkey_id: UUID) -> BaseResponse:
    """Call a passkey something else."""
    mine = _enroller(session)
    passkeys.rename(session, mine.account_id, passkey_id, _passkey_name())
    policy.note(session, mine, "passkey renamed")
    return _back()


@blueprint.post("/passkeys/<uuid:passkey_id>/removal")
@writes(Deed.LOOK)
def remove_passkey(session: Session, actor: Actor, passkey_id: UUID) -> BaseResponse:
    """Let a passkey open nothing more."""
    mine = _enroller(session)
    passkeys.remove(session, mine.account_id, passkey_id)
    policy.note_change(session, mine, "passkey removed")
    return _back()


@blueprint.post("/app/secret")
@writes(Deed.LOOK)
def begin_app(session: Session, actor: Actor) -> BaseResponse:
    """Make a secret for an authenticator app."""
    authenticator.begin(session, _enroller(session).account_id)
    return redirect(url_for("enrolment.show_app", next=sign_in.asked_place()), HTTPStatus.SEE_OTHER)


@blueprint.get("/app")
@writes(Deed.LOOK)
def show_app(session: Session, actor: Actor) -> Response | BaseResponse:
    """Show the secret for the app, until its first code confirms it."""
    return _app_page(session, _enroller(session), {}) or _back()


@blueprint.post("/app")
@rate_limits.limited("enrolment", second_factors.PER_ACCOUNT, key=sign_in.account_key)
@writes(Deed.LOOK)
def confirm_app(session: Session, actor: Actor) -> BaseResponse:
    """Let the app be a second factor, by its first code."""
    mine = _enroller(session)
    authenticator.confirm(session, mine.account_id, sign_in.code())
    return _enrolled(session, mine, authenticator.TOTP_CODE)


@blueprint.post("/app/removal")
@writes(Deed.LOOK)
def remove_app(session: Session, actor: Actor) -> BaseResponse:
    """Let the app open nothing more."""
    mine = _enroller(session)
    authenticator.remove(session, mine.account_id)
    policy.note_change(session, mine, "app removed")
    return _back()


@blueprint.post("/recovery-codes")
@writes(Deed.LOOK)
def make_recovery_codes(session: Session, actor: Actor) -> BaseResponse:
    """Make ten new codes on paper; the ones before hold no more."""
    mine = _enroller(session)
    policy.require_any(session, mine.account_id)
    policy.note_change(session, mine, "recovery codes made")
    return _codes_page(session, mine)


@blueprint.errorhandler(SecondFactorNeededError)
def lead_to_factor(error: SecondFactorNeededError) -> Response | BaseResponse:
    """Ask for a second factor before another one is set up."""
    if not errors.reads_pages():
        return errors.render(error)
    after = url_for("enrolment.show", next=sign_in.asked_place())
    return redirect(url_for("factors.show", next=after), HTTPStatus.SEE_OTHER)


@blueprint.errorhandler(FactorRefusedError)
def ask_again(error: FactorRefusedError) -> tuple[Response | BaseResponse, int]:
    """Write a refusal down, and ask again with what was wrong beside it."""
    said = sign_in.said(error)
    with runtime().database.read() as session:
        mine = _enroller(session)
        shown = _app_page(session, mine, {"code": said}) if request.path.endswith("/app") else None
        return shown or _page(session, mine, {"passkey": said}), HTTPStatus.UNPROCESSABLE_ENTITY


def _enroller(session: Session) -> SignedIn:
    """Return the session that asks, if it may change second factors."""
    mine = sign_in.present(session)
    if not policy.may_enrol(session, mine):
        raise SecondFactorNeededError(_("Nobody else is to set up a second factor in your name."))
    return mine


def _enrolled(session: Session, mine: SignedIn, factor: str) -> BaseResponse:
    """Lead on after a new factor; with the first one come the codes for when it is lost."""
    policy.note_change(session, mine, f"second factor set up: {factor}")
    secret = policy.accept(session, mine, factor)
    if policy.enrolled(session, mine.account_id).recovery_codes:
        return sign_in.come_in(session, mine, url_for("enrolment.show"), secret)
    return _codes_page(session, mine, secret)


def _codes_page(session: Session, mine: SignedIn, secret: str = "") -> Response:
    codes = authenticator.make_recovery_codes(session, mine.account_id)
    answer = sign_in.render_sign_in(
        "recovery_codes", title=_("Codes for when it is lost"), codes=codes, place=sign_in.asked_place()
    )
    sign_in.equip(session, answer, mine, secret)
    return answer


def _page(session: Session, mine: SignedIn, errors: dict[str, str]) -> Response:
    held = policy.enrolled(session, mine.account_id)
    is_needed = not policy.is_whole(session, mine)
    title = _("Set up a second factor") if is_needed else _("Second factors")
    place = sign_in.asked_place()
    after = place if is_needed or place != sign_in.FIRST_PAGE else url_for("enrolment.show")
    known = {"held": held, "is_needed": is_needed, "place": place, "after": after, "errors": errors}
    return sign_in.render_sign_in("factors", title=title, providers=sign_in.providers(), **known)


def _app_page(session: Session, mine: SignedIn, errors: dict[str, str]) -> Response | None:
    secret = authenticator.pending(session, mine.account_id)
    if secret is None:
        return None
    address = authenticator.app_address(session, mine.account_id, secret)
    known = {"secret": in_letters(secret), "address": address, "place": sign_in.asked_place(), "errors": errors}
    return sign_in.render_sign_in("app", title=_("Authenticator app"), **known)


def _passkey_name() -> str:
    """Return what a passkey is to be called; one without a name is called so."""
    given = request.form.get("name", "").strip()[:LONGEST_NAME]
    try:
        return str(Text(longest=LONGEST_NAME).deserialize(given))
    except ValidationError:
        return layout.say(_("Passkey"))


def _back() -> BaseResponse:
    return redirect(url_for("enrolment.show"), HTTPStatus.SEE_OTHER)
