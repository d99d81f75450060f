"""The colours of the pages: as the reader's system has them, unless they chose light or dark."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from servicekit.languages import noop as _

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
