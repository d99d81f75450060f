"""Forms that nobody else can send in the reader's name: each carries a token of the reader's own sign-in.

Flask-WTF makes and checks the tokens; what they are bound to is the session of the sign-in, so that a token from
before it, or of somebody else who used the same browser, does not hold.
"""

from hashlib import sha256

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from servicekit import authentication, refusals, sealing
from servicekit.languages import noop as _
from servicekit.problems import Problem
from servicekit.settings import Settings
from servicekit.tokens import LIFETIME

FIELD = "csrf_token"
_WHOSE = "whose"


class StaleFormError(Problem):
    """The form carries no token of this sign-in."""

    slug = "stale-form"
    title = _("The form is too old")


def install(app: Flask, settings: Settings) -> None:
    """Check the token of every form that is sent to a page; the API takes no cookies, and needs none."""
    app.config.update(
        SECRET_KEY=sealing.derived(settings.secret_key, f"forms of {app.name}") if settings.secret_key else None,
        SESSION_COOKIE_NAME=authentication.cookie_name(settings, f"forms-{app.name}"),
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=authentication.is_secure(settings),
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=int(LIFETIME.total_seconds()),
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    guard = CSRFProtect(app)
    app.jinja_env.globals["csrf_token"] = lambda: _token(settings)
    app.register_error_handler(CSRFError, _refuse)

    @app.before_request
    def check() -> None:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not refusals.is_api():
            _bind(settings)
            guard.protect()


def _token(settings: Settings) -> str:
    """Return the token of a form on the page that is being made."""
    _bind(settings)
    made: str = generate_csrf()
    return made


def _bind(settings: Settings) -> None:
    """Let the tokens of this answer be those of the present sign-in, and of no other."""
    names = (authentication.cookie_name(settings, what) for what in ("session", "token"))
    held = next((request.cookies[name] for name in names if name in request.cookies), "")
    whose = sha256(held.encode("utf-8", "surrogatepass")).hexdigest()
    if session.get(_WHOSE, "") != whose:
        session.clear()
        session[_WHOSE] = whose


def _refuse(_error: CSRFError) -> Response:
    g.pop("csrf_token", None)
    return refusals.render(StaleFormError(_("Open the page again and send the form once more: nothing was changed.")))
