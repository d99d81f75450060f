"""Missions that were played, and browsers to read their pages with; each worker of a run has one Chromium."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

import chromium
from deployment import one_process
from platforms import in_threads
from plays import kaluga_on_sqlite, small_on_sqlite, told_in


@pytest.fixture(scope="session")
def browser():
    """Chromium; it is shared, so open pages by `reader` or `visitor`, or in a context that you close."""
    with sync_playwright() as playwright, chromium.running(playwright) as running:
        yield running


@pytest.fixture(scope="session")
def played(tmp_path_factory):
    """An instance in a process of its own that has played Kaluga's mission, and what was told; only read it."""
    before, folder = kaluga_on_sqlite(tmp_path_factory), tmp_path_factory.mktemp("pages")
    shutil.copytree(before / "data", folder / "data")
    with one_process(folder, {}) as instance:
        yield instance, told_in(before)


@pytest.fixture(scope="session")
def origin(played):
    return played[0].urls["registration"]


@pytest.fixture(scope="session")
def mission(played):
    return played[0].get("registration", "/registration/v1/missions").json()["items"][0]["id"]


@pytest.fixture
def reader(browser, origin):
    """Call it to get a page of Kaluga's mission in a fresh browser of the admin."""
    with chromium.fresh(browser, origin) as read:
        yield read


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A platform of this module's own that has played the small mission; change it as you like."""
    before, folder = small_on_sqlite(tmp_path_factory), tmp_path_factory.mktemp("small")
    shutil.copytree(before / "data", folder / "data")
    with in_threads(folder / "data", told_in(before)) as platform:
        yield platform


@pytest.fixture
def visitor(browser, small):
    """Call it to get a page of the small mission in a fresh browser: of the admin, or `as_admin=False` of nobody."""
    with chromium.fresh(browser, small.origin) as read:
        yield read
