"""A mission that was played, and browsers to read its pages with."""

import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

import signed_in
from deployment import one_process
from plays import kaluga_on_sqlite, told_in
from servers.binaries import chromium

DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    before, folder = kaluga_on_sqlite(tmp_path_factory), tmp_path_factory.mktemp("pages")
    shutil.copytree(before / "data", folder / "data")
    with one_process(folder, {}) as instance:
        yield instance, told_in(before)


@pytest.fixture(scope="module")
def origin(played):
    return played[0].urls["registration"]


@pytest.fixture(scope="module")
def mission(played):
    return played[0].get("registration", "/registration/v1/missions").json()["items"][0]["id"]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(chromium()), args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def reader(browser, origin):
    """Call it to get a page in a fresh browser of the admin; at the end nothing may have gone wrong in any of them."""
    contexts, wrong = [], []

    def read(language="ru", **options):
        context = browser.new_context(base_url=origin, locale=language, **{"viewport": DESK} | options)
        signed_in.let_in(context, origin)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: wrong.append(asked.url) if is_foreign(asked.url, origin) else None)
        return page

    yield read
    for context in contexts:
        context.close()
    assert wrong == []


def is_foreign(url, origin):
    return urlsplit(url).scheme in {"http", "https", "ws"} and urlsplit(url).netloc != urlsplit(origin).netloc
