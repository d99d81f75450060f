"""The reader's language: which one it is, and texts in it.

English stands in the code; every package that speaks to people may hold catalogues
`translations/<language>.po`, read as they are: there is no compile step.
"""

import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import has_request_context, request

SUPPORTED = ("ru", "en")
"""The languages that the platform speaks, the most usual first."""
DEFAULT = "en"
COOKIE = "language"
"""What the cookie that keeps the choice is for: over https its name has a prefix before it."""


def noop(message: str) -> str:
    """Mark a text for translation where it is declared; it is translated where it is shown."""
    return message


@cache
def translations(packages: Sequence[str], language: str) -> Translations:
    """Return the merged catalogues of some packages in one language; what is missing stays English."""
    merged = Translations(None)
    merged._catalog = {}  # noqa: SLF001  # an empty Translations has none, yet merge() writes to it
    for package in packages:
        path = files(package) / "translations" / f"{language}.po"
        if path.is_file():
            compiled = _compile(path.read_bytes(), language)
            merged.merge(compiled)
            merged.plural = compiled.plural  # merge() forgets the language's plurals
    return merged


class Spoken:
    """A text that a message holds: it turns into the reader's words when the message is shown."""

    def __init__(self, text: str, package: str) -> None:
        self._text, self._package = text, package

    def __str__(self) -> str:
        return translations((self._package,), of_request()).gettext(self._text)


def of_request() -> str:
    """Return the reader's language: as asked (`?lang=`), as kept (cookie), else as the browser prefers."""
    if not has_request_context():
        return DEFAULT
    kept = (request.cookies.get(f"{prefix}caravan-{COOKIE}") for prefix in ("__Host-", ""))
    for wish in (request.args.get("lang"), *kept):
        if wish in SUPPORTED:
            return wish
    return request.accept_languages.best_match(SUPPORTED) or DEFAULT


def pick(texts: dict[str, str], language: str) -> str:
    """Return a text that exists in several languages in the reader's, else in any."""
    return texts.get(language) or texts.get(DEFAULT) or next((text for text in texts.values() if text), "")


def _compile(catalogue: bytes, language: str) -> Translations:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(catalogue), locale=language))
    compiled.seek(0)
    return Translations(compiled)
