"""Who the tests ask as: the platform's admin, unless a test says otherwise.

The keys are made anew for each run; the services trust the public one by their settings, as an operator's
services trust those of the registration that they belong to.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import requests
from flask.testing import FlaskClient
from joserfc.jwk import OKPKey

from access.actor import Actor
from access.matrix import Deed
from access.roles import EVERYTHING, Role
from servicekit.auth import tokens

AUDIENCE = "caravan.localhost"
SECRET = "tests keep no secret from anybody, 32 or more"
_KEY_NAME, _TOKEN_NAME = "CARAVAN_TEST_SIGNING_KEY", "CARAVAN_TOKEN"
ADMIN: Mapping[Role, frozenset[str]] = {Role.ADMIN: frozenset({EVERYTHING})}


def signing_key() -> OKPKey:
    """The private key of this run; workers and child processes find it in the environment."""
    if _KEY_NAME not in os.environ:
        made = OKPKey.generate_key("Ed25519", {"kid": "of-the-tests"}, private=True)
        os.environ[_KEY_NAME] = json.dumps(made.as_dict(private=True))
    return OKPKey.import_key(json.loads(os.environ[_KEY_NAME]))


def token(
    claims: Mapping[Role, Any] | None = None,
    *,
    actor_id: str = "person:00000000-0000-4000-8000-000000000001",
    session: str = "",
    deeds: frozenset[Deed] | None = None,
    persons: frozenset[UUID] = frozenset(),
    **options: Any,
) -> str:
    """Return a token that every service of the tests takes."""
    given = ADMIN if claims is None else {role: frozenset(map(str, scopes)) for role, scopes in claims.items()}
    actor = Actor(id=actor_id, claims=given, session=session, deeds=deeds, persons=persons)
    return tokens.write(signing_key(), actor, AUDIENCE, datetime.now(UTC) - timedelta(seconds=1), **options)


def bearer(claims: Mapping[Role, Any] | None = None, **options: Any) -> dict[str, str]:
    """Return the header that says who asks."""
    return {"Authorization": f"Bearer {token(claims, **options)}"}


def anonymous() -> dict[str, str]:
    """Return a header that says of nobody who asks."""
    return {"Authorization": "Basic bm9ib2R5Og=="}


class SignedInClient(FlaskClient):
    """A client that asks as the admin: with a token to the API, with a cookie and the form's token to pages."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.set_cookie("caravan-token", os.environ[_TOKEN_NAME])

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request; a header of the test's own is left as it is."""
        headers = dict(options.pop("headers", None) or {})
        headers.setdefault("Authorization", f"Bearer {os.environ[_TOKEN_NAME]}")
        return super().open(*args, headers=headers, **options)


def let_in(context: Any, origin: str) -> None:
    """Let a real browser read pages as the admin."""
    context.add_cookies([{"name": "caravan-token", "value": os.environ[_TOKEN_NAME], "url": origin}])


def prepare() -> None:
    """Let every service of this process and its children trust the tests' key, and every client show its token."""
    public = signing_key().as_dict(private=False)
    os.environ.setdefault("CARAVAN_SECRET_KEY", SECRET)
    os.environ.setdefault("CARAVAN_TOKEN_KEYS", json.dumps({"keys": [public]}))
    os.environ.setdefault(_TOKEN_NAME, token(lifetime=timedelta(days=400)))
    _send = requests.Session.request

    def as_admin(self: Any, method: str, url: str, **given: Any) -> Any:
        asked = given.get("headers") or {}
        if "Authorization" not in asked:
            own = {"Authorization": f"Bearer {os.environ[_TOKEN_NAME]}"}
            as_reader = {} if self.cookies else {"Cookie": f"caravan-token={os.environ[_TOKEN_NAME]}"}
            given["headers"] = own | as_reader | asked
        return _send(self, method, url, **given)

    requests.Session.request = as_admin  # type: ignore[method-assign]
