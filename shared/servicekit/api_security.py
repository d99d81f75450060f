"""What the document of an API says of who may: the scheme, and the deed of each operation."""

from typing import Any

from access.matrix import OPEN, Deed

SCHEME = "bearer"
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": (
        "A token from `POST /registration/v1/tokens`, which takes a key to the API as the password of HTTP "
        "Basic (OAuth 2.0 client credentials). It may do what the key was made for: `x-deed` names it."
    ),
}


def describe(view: Any, deed: Deed) -> None:
    """Let the document say which deed a view is."""
    told = view.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
    told["x-deed"] = deed.value
    told["security"] = [] if deed in OPEN else [{SCHEME: []}]
