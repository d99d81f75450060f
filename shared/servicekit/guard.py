"""Keep out requests that a stranger's page sends from the reader's own browser.

There is no sign-in yet, so the machine's own browser is the way in that is left: a page elsewhere
must neither reach an instance under a name of its own (DNS rebinding) nor post to it.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from servicekit.languages import noop as _
from servicekit.problems import ForeignHostError, ForeignOriginError
from servicekit.settings import Settings

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SAFE = {"GET", "HEAD", "OPTIONS"}
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'; form-action 'self'"
)


def install(app: Flask, settings: Settings) -> None:
    """Let the app answer only under its own names, change nothing for strangers' pages, and say so in headers."""
    own = LOOPBACK | {urlsplit(settings.public_url).hostname or ""} | set(settings.trusted_hosts)

    @app.before_request
    def check() -> None:
        if (urlsplit(f"//{request.host}").hostname or "") not in own:
            raise ForeignHostError(_("This address is not one of the platform's."))
        if request.method not in _SAFE and _comes_from_elsewhere():
            raise ForeignOriginError(_("Another site's page cannot change anything here."))

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")  # no-referrer would hide our own forms' origin
        if response.status_code == 413:
            response.headers["Connection"] = "close"
        return response


def _comes_from_elsewhere() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc != request.host
    return request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
