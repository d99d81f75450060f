"""Origin checks, headers, forms' tokens.

Keep out requests that a stranger's page sends from the reader's own browser, and tell browsers what no page may do.

A browser shows an instance its cookies whoever made the page that asks, and reaches what listens on its own
machine: a page elsewhere must neither reach an instance under a name of its own (DNS rebinding) nor post to it.

Forms that nobody else can send in the reader's name: each carries a token of the reader's own sign-in.

Flask-WTF makes and checks the tokens; what they are bound to is the session of the sign-in, so that a token from
before it, or of somebody else who used the same browser, does not hold.

Lead a reader on after a form, within the platform only.
"""

import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from servicekit.auth import encryption
from servicekit.auth.tokens import LIFETIME
from servicekit.problems import ForeignHostError, ForeignOriginError, Problem
from servicekit.settings import Settings
from servicekit.texts.languages import noop as _
from servicekit.web import authentication, errors

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HSTS_SECONDS = 63_072_000
"""For two years a browser that came by https does not come without it."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
_KEPT = {"look.file", "health.live", "health.ready"}
"""Endpoints whose answers say nothing of anybody: caches may keep them."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would hide our own forms' origin
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install_cross_site_guard(app: Flask, settings: Settings) -> None:
    """Let the app answer only under its own names, change nothing for strangers' pages, and say so in headers."""
    own = LOOPBACK | {urlsplit(settings.public_url).hostname or ""} | set(settings.trusted_hosts)

    @app.before_request
    def check() -> None:
        if (urlsplit(f"//{request.host}").hostname or "") not in own:
            raise ForeignHostError(_("This address is not one of the platform's."))
        if request.method not in _SAFE and _comes_from_elsewhere():
            raise ForeignOriginError(_("Another site's page cannot change anything here."))

    protect(app, settings)
    believe_proxies(app, settings.proxy_hops)


def protect(app: Flask, settings: Settings) -> None:
    """Let every answer of the app tell browsers and caches what they may not do with it."""
    is_encrypted = urlsplit(settings.public_url).scheme == "https"

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy())
        if is_encrypted:
            response.headers["Strict-Transport-Security"] = f"max-age={HSTS_SECONDS}; includeSubDomains"
        if request.endpoint not in _KEPT:
            response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code == 413:
            response.headers["Connection"] = "close"
        return response


def believe_proxies(app: Flask, hops: int) -> None:
    """Take the address, the scheme and the host of a client from so many proxies before the app; from nobody at 0."""
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's manual has it
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def nonce() -> str:
    """Return what a `<style>` or `<script>` of this very answer carries, and no other can."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy() -> str:
    """Return what the page may load and do: what is ours alone, nothing inline but what carries the nonce."""
    own = f"'self' 'nonce-{nonce()}'"
    return (
        f"default-src 'self'; script-src {own}; style-src {own}; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _comes_from_elsewhere() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin.partition("://")[2] != request.host  # a scheme and a host (RFC 6454): what is more is none
    return request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}


FIELD = "csrf_token"
_WHOSE = "whose"


class StaleFormError(Problem):
    """The form carries no token of this sign-in."""

    slug = "stale-form"
    title = _("The form is too old")


def install_form_tokens(app: Flask, settings: Settings) -> None:
    """Check the token of every form that is sent to a page; the API takes no cookies, and needs none."""
    app.config.update(
        SECRET_KEY=encryption.derived(settings.secret_key, f"forms of {app.name}") if settings.secret_key else None,
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
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not errors.is_api():
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
    return errors.render(StaleFormError(_("Open the page again and send the form once more: nothing was changed.")))


def safe_next(value: str | None, default: str) -> str:
    """Return where to go on: the value where it is a path of ours, else the default.

    Whatever a browser could take for another host or for a script is none: a scheme, `//`, a
    backslash, a blank or a control character, which browsers leave out.
    """
    path = value or ""
    is_ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and not {"\\", " "} & set(path)
    return path if is_ours else default
