"""Page layout, static files, themes.

The colours of the pages: as the reader's system has them, unless they chose light or dark.

The frame that every page stands in: its sheet and fonts, its filters and its values.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, Response, request, send_from_directory, url_for

from servicekit.service import Frame
from servicekit.texts import formats, languages, typography
from servicekit.texts.languages import noop as _
from servicekit.web import security

COOKIE = "theme"
"""What the cookie that keeps the choice is for."""
_NAMES = {"": _("As the system"), "light": _("Light"), "dark": _("Dark")}
AS_THE_SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Theme:
    """One choice: its code, its name in English, the address of this very page in it."""

    code: str
    name: str
    url: str


def of_request() -> str:
    """Return light or dark as asked (`?theme=`) or as kept (cookie); empty: as the system has it."""
    asked = request.args.get("theme")
    if asked is not None:
        return asked if asked in _NAMES else ""
    kept = (request.cookies.get(f"{prefix}caravan-{COOKIE}", "") for prefix in ("__Host-", ""))
    return next((wish for wish in kept if wish in _NAMES and wish), "")


def asked() -> str | None:
    """Return what the request chooses anew; None: nothing."""
    wish = request.args.get("theme")
    return wish if wish in {*_NAMES, AS_THE_SYSTEM} else None


def offered() -> list[Theme]:
    """List this very page in each choice; none for an answer to a form, which has no address of its own."""
    if request.method not in {"GET", "HEAD"}:
        return []
    path = request.script_root + request.path
    others = [(key, value) for key, value in request.args.items(multi=True) if key != "theme"]
    return [
        Theme(code=code, name=name, url=f"{path}?{urlencode([*others, ('theme', code or AS_THE_SYSTEM)])}")
        for code, name in _NAMES.items()
    ]


STATIC = Path(__file__).parents[1] / "static"
YEAR_SECONDS = 31_536_000


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """The page in another language: its code, its name in itself, its address."""

    code: str
    name: str
    url: str


def blueprint() -> Blueprint:
    """Make what an app registers to have the frame: static files, templates, filters and globals."""
    made = Blueprint("look", __name__, template_folder="../templates")
    made.add_url_rule("/look/<state>/<path:name>", "file", _file)
    for name, filter_ in FILTERS.items():
        made.add_app_template_filter(filter_, name)
    made.add_app_template_global(asset, "asset")
    made.add_app_template_global(tongues, "tongues")
    made.add_app_template_global(of_request, "theme")
    made.add_app_template_global(offered, "themes")
    made.add_app_template_global(htmx_config, "htmx_config")
    made.add_app_template_global(languages.of_request, "language")
    made.add_app_template_global(security.nonce, "nonce")
    made.app_context_processor(lambda: {"frame": Frame("")})
    return made


def asset(name: str) -> str:
    """Give the address of a static file; it changes when any of them changes, so that caches may keep it for ever."""
    return url_for("look.file", state=digest(), name=name)


@cache
def digest() -> str:
    """Name the present state of the static files, fonts included, in twelve hexadecimal digits."""
    state = sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        state.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return state.hexdigest()[:12]


def htmx_config() -> str:
    """Return how htmx behaves here: nothing inline, nothing kept, refused forms are shown with their errors."""
    return json.dumps(
        {
            "includeIndicatorStyles": False,
            "allowEval": False,
            "selfRequestsOnly": True,
            "historyCacheSize": 0,
            "timeout": 15_000,
            "responseHandling": [
                {"code": "204", "swap": False},
                {"code": "[23]..", "swap": True},
                {"code": "4(?:09|22)", "swap": True},
                {"code": "...", "swap": False, "error": True},
            ],
        }
    )


def tongues() -> list[Tongue]:
    """List this very page in the other languages; none for an answer to a form, which has no address of its own."""
    if request.method not in {"GET", "HEAD"}:
        return []
    path = request.script_root + request.path
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return [
        Tongue(code=code, name=_autonym(code), url=f"{path}?{urlencode([*asked, ('lang', code)])}")
        for code in languages.SUPPORTED
        if code != languages.of_request()
    ]


def _file(state: str, name: str) -> Response:
    """Send a static file, to be kept for ever when the address names the present state."""
    response = send_from_directory(STATIC, name)
    if Path(name).suffix in {".css", ".js", ".svg"} and response.status_code == HTTPStatus.OK:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0 and request.method == "GET":
            response.close()  # the file, which is not sent as it is
            response.direct_passthrough = False
            response.set_data(_packed(name, digest()))
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(f"{digest()}-gzip")
    if state == digest():
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    return response


@cache
def _packed(name: str, _state: str) -> bytes:
    """Pack a file for the way, once for each state."""
    return gzip.compress((STATIC / name).read_bytes(), mtime=0)


def _autonym(code: str) -> str:
    """Name a language in itself: Русский, English."""
    return str(Locale.parse(code).get_language_name()).capitalize()


def _spoken(write: Callable[..., str]) -> Callable[..., str]:
    """Bind a format to the language of the request."""

    @wraps(write)
    def filter_(*values: object, **options: object) -> str:
        return write(*values, language=languages.of_request(), **options)

    return filter_


FILTERS: dict[str, Callable[..., str]] = {
    "shy": typography.shy,
    "nbsp": typography.nbsp,
    "marked": typography.marked,
    "sentence": formats.sentence,
    "local_time": _spoken(formats.local_time),
    "local_date": _spoken(formats.local_date),
    "full_date": _spoken(formats.full_date),
    "short_date": _spoken(formats.short_date),
    "local_span": _spoken(formats.local_span),
    "days": _spoken(formats.days),
    "zone_name": _spoken(formats.zone_name),
    "money": _spoken(formats.money),
    "money_short": _spoken(formats.money_short),
    "unit": _spoken(formats.unit),
    "number": _spoken(formats.number),
    "share": _spoken(formats.share),
}
