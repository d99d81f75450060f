"""Endpoints of sessions, members, keys and tokens."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from access.matrix import Deed
from access.roles import Role
from registration.errors import BadClientError, BadGrantError, TokenRefusedError
from registration.identity import api_keys, role_grants, roles, sessions, token_issue
from registration.identity.commands import Invite, MakeKey
from registration.identity.schemas import (
    BY_KEY,
    GrantSchema,
    InvitationSchema,
    KeyListSchema,
    MadeKeySchema,
    MemberListSchema,
    MemberSchema,
    NewKeySchema,
    ScopeQuerySchema,
    SessionListSchema,
    TokenRefusalSchema,
    TokenSchema,
)
from servicekit.auth.actors import Actor
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _
from servicekit.web import openapi, rate_limits
from servicekit.web.authentication import SignInNeededError
from servicekit.web.endpoints import ApiBlueprint, reads, writes

sessions_blueprint = ApiBlueprint("sessions", __name__, url_prefix="/v1/sessions", description="One's own sessions.")
members = ApiBlueprint("members", __name__, url_prefix="/v1/members", description="Who holds which role.")
keys = ApiBlueprint("api_keys", __name__, url_prefix="/v1/api-keys", description="Keys to the API.")
tokens = ApiBlueprint("tokens", __name__, url_prefix="/v1/tokens", description="Tokens for keys.")
_CHALLENGE = openapi.response(HTTPStatus.UNAUTHORIZED)["headers"]
BLUEPRINTS = (sessions_blueprint, members, keys, tokens)


@sessions_blueprint.get("")
@reads(Deed.SELF)
@sessions_blueprint.response(200, SessionListSchema)
def list_sessions(session: Session, actor: Actor) -> dict[str, Any]:
    """List the sessions of whoever asks."""
    mine = sessions.of_account(session, actor.account_id) if actor.account_id else []
    return {"items": mine}


@sessions_blueprint.delete("/<uuid:session_id>")
@writes(Deed.SELF)
@sessions_blueprint.response(204)
def end_session(session: Session, actor: Actor, session_id: UUID) -> None:
    """End a session of one's own: its tokens hold no more, in any service."""
    sessions.end(session, session_id, actor)


@members.get("")
@reads(Deed.MEMBERS_MANAGE)
@members.arguments(ScopeQuerySchema, location="query")
@members.response(200, MemberListSchema)
def list_members(query: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
    """List who holds a role for a region, a mission or an organisation."""
    role_grants.require_overseer(session, actor, query["scope"])
    return {"items": [_member(grant, account) for grant, account in roles.held_in(session, [query["scope"]])]}


@members.post("")
@writes(Deed.MEMBERS_MANAGE, creates=True)
@members.arguments(InvitationSchema)
@members.response(201, MemberSchema)
def invite(body: Invite, session: Session, actor: Actor) -> dict[str, Any]:
    """Give somebody a role by an e-mail address, and write there."""
    grant = roles.invite(session, body, actor)
    return _member(grant, roles.account_of(session, grant))


@members.delete("/<uuid:grant_id>")
@writes(Deed.MEMBERS_MANAGE)
@members.response(204)
def revoke_role(session: Session, actor: Actor, grant_id: UUID) -> None:
    """Take a role back, at once and in every service."""
    roles.revoke(session, grant_id, actor)


@keys.get("")
@reads(Deed.KEYS_MANAGE)
@keys.arguments(ScopeQuerySchema, location="query")
@keys.response(200, KeyListSchema)
def list_keys(query: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
    """List the keys of a region or a mission, and when each was last used."""
    role_grants.require_overseer(session, actor, query["scope"])
    return {"items": api_keys.held_in(session, [query["scope"]])}


@keys.post("")
@writes(Deed.KEYS_MANAGE)
@keys.arguments(NewKeySchema)
@keys.response(201, MadeKeySchema)
def make_key(body: MakeKey, session: Session, actor: Actor) -> dict[str, Any]:
    """Make a key; its secret is told here and never again."""
    key, secret = api_keys.make(session, body, actor)
    shown = {name: getattr(key, name) for name in MadeKeySchema().fields if name != "secret"}
    return shown | {"secret": secret}


@keys.delete("/<uuid:key_id>")
@writes(Deed.KEYS_MANAGE)
@keys.response(204)
def revoke_key(session: Session, actor: Actor, key_id: UUID) -> None:
    """Let a key hold no more, at once and in every service."""
    api_keys.revoke(session, key_id, actor)


@tokens.post("")
@rate_limits.limited("token", "60/minute", key=rate_limits.peer)
@writes(Deed.LOOK)
@tokens.arguments(GrantSchema, location="form", required=False)
@tokens.alt_response(401, schema=TokenRefusalSchema, headers=_CHALLENGE)
@tokens.alt_response(400, schema=TokenRefusalSchema)
@tokens.alt_response(400, schema=openapi.REFERENCE, content_type=openapi.MEDIA_TYPE)
@tokens.response(200, TokenSchema)
def exchange(grant: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
    """Exchange a key for a token that all services take (OAuth 2.0 client credentials, RFC 6749, section 4.4).

    The key is the password of HTTP Basic, or the bearer; the name does not matter.
    """
    if grant["grant_type"] != BY_KEY:
        raise BadGrantError(_("Say grant_type=client_credentials, or nothing."))
    shown = request.authorization
    text = (shown.token or shown.password or "") if shown else ""
    holder = api_keys.actor_of(session, text)
    if holder is None:
        raise BadClientError(_("The key does not hold, or is none."))
    audit_log.named(session, key_id=holder.session)
    token, lifetime = token_issue.of_key(session, holder)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(lifetime.total_seconds()),
        "scope": " ".join(sorted(holder.deeds or ())),
    }


def refuse(error: TokenRefusedError) -> Response:
    """Answer as OAuth does (RFC 6749, section 5.2): its words, in ASCII, in no reader's language."""
    response = jsonify({"error": error.word, "error_description": error.detail})
    response.status_code = error.status
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="caravan"'
    return response


def refuse_bearer(error: SignInNeededError) -> Response:
    """Answer to a bearer that does not hold as to a key that does not."""
    return refuse(BadClientError(error.detail))


tokens.register_error_handler(TokenRefusedError, refuse)
tokens.register_error_handler(SignInNeededError, refuse_bearer)


def _member(grant: Any, account: Any) -> dict[str, Any]:
    told = {name: getattr(grant, name) for name in ("id", "account_id", "scope", "granted_at")}
    return told | {"role": Role(grant.role), "email": account.email}
