"""Tests that run on SQLite and on PostgreSQL take turns, so that all of them together end in minutes.

Each runs on one of the two, always the same one; which, its name decides, so that every module has tests on both. What
is claimed of several at once runs on both in every run, for the two lock in different ways; `make both` runs all
on both.
"""

from collections import defaultdict
from zlib import crc32

import pytest

PARAMETER = "database_kind"
AT_ONCE = ("at_once", "at_the_same_time", "two_senders")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let all be asked for."""
    parser.addoption("--both-databases", action="store_true", help="run each test of both databases on both")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the half whose turn it is not; what was asked for by its full name stays."""
    if config.getoption("--both-databases"):
        return
    twins = defaultdict(list)
    for item in items:
        if (kind := _kind_of(item)) and not any(word in item.name for word in AT_ONCE):
            twins[item.nodeid.replace(kind, "")].append(item)
    left_out = {
        id(item)
        for name, pair in twins.items()
        for place, item in enumerate(sorted(pair, key=lambda one: one.name))
        if len(pair) > 1 and place != crc32(name.encode()) % len(pair)
    }
    config.hook.pytest_deselected(items=[item for item in items if id(item) in left_out])
    items[:] = [item for item in items if id(item) not in left_out]


def _kind_of(item: pytest.Item) -> str:
    call = getattr(item, "callspec", None)
    return str(call.params.get(PARAMETER, "")) if call else ""
