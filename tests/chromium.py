"""Real browsers: fresh ones in a Chromium that runs already, and what must not go wrong in any of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import signed_in
from servers.binaries import chromium

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE_SECONDS = 30
_REFUSED = ("Failed to load resource: the server responded with a status of {}", "Response Status Error Code {} from")


@contextmanager
def running(playwright: Any) -> Iterator[Any]:
    """Run Chromium without a screen."""
    browser = playwright.chromium.launch(executable_path=str(chromium()), args=["--no-sandbox", "--disable-gpu"])
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def fresh(browser: Any, origin: str) -> Iterator[Callable[..., Any]]:
    """Yield what opens a page in a fresh browser: of the admin, or of nobody yet.

    At the end no page may have said that something is wrong, or have asked anybody but its origin. That a form was
    sent back to be mended is nothing wrong; another refusal is, unless its status was `expected`.
    """
    contexts: list[Any] = []
    wrong: list[str] = []

    def read(language: str = "ru", *, as_admin: bool = True, expected: Sequence[int] = (422,), **options: Any) -> Any:
        refusals = tuple(said.format(status) for said in _REFUSED for status in expected)

        def hear(said: Any) -> None:
            of_itself = said.location.get("url", "").endswith("/favicon.ico")  # a letter's own page names no icon
            if said.type in {"error", "warning"} and not (of_itself or said.text.startswith(refusals)):
                wrong.append(said.text)

        context = browser.new_context(base_url=origin, locale=language, **{"viewport": DESK} | options)
        contexts.append(context)
        if as_admin:
            signed_in.let_in(context, origin)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: wrong.append(asked.url) if is_foreign(asked.url, origin) else None)
        return page

    try:
        yield read
    finally:
        for context in contexts:
            context.close()
    assert wrong == [], wrong


def is_foreign(url: str, origin: str) -> bool:
    """Tell whether an address leads elsewhere."""
    return urlsplit(url).scheme in {"http", "https", "ws"} and urlsplit(url).netloc != urlsplit(origin).netloc
