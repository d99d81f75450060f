"""Patterns of events that a stranger may read: what they may look like and what they catch."""

import re
from collections.abc import Iterable

import click

from contracts.event import REGISTRY, routing_key

MAX_LENGTH = 255
"""Bytes of a routing key, and so of a pattern."""
_WORD = re.compile(r"[a-z0-9_-]+|\*|#")
_ANY_REGION = "*"


def parse_patterns(given: Iterable[str]) -> list[str]:
    """Split what was asked for at spaces and commas, each pattern once, in order.

    Raises:
        click.BadParameter: one is no pattern of our routing keys, or none is left.

    """
    asked = list(dict.fromkeys(pattern for text in given for pattern in re.split(r"[\s,]+", text) if pattern))
    for pattern in asked:
        words = pattern.split(".")
        if len(pattern) > MAX_LENGTH or not all(_WORD.fullmatch(word) for word in words):
            raise click.BadParameter(f"{pattern!r} is no pattern like '*.application.#' or 'ru-klu.meeting.*.v1'")
        if words[0] == "caravan":
            raise click.BadParameter(f"{pattern!r}: keys begin with the region, not with caravan: '*.application.#'")
    if not asked:
        raise click.BadParameter("no pattern is given")
    return asked


def matching_event_types(pattern: str, *, private: bool = False) -> list[str]:
    """Return the types of the known public (or private) events that a pattern catches in some region."""
    words = pattern.split(".")
    known = (type_ for type_, declared in REGISTRY.items() if declared.private is private)
    return sorted(type_ for type_ in known if _matches(words, routing_key(_ANY_REGION, type_).split(".")))


def _matches(pattern: list[str], key: list[str]) -> bool:
    """Tell whether a topic pattern matches a key, whose word `*` stands for any word."""
    if not pattern:
        return not key
    if pattern[0] == "#":
        return any(_matches(pattern[1:], key[skipped:]) for skipped in range(len(key) + 1))
    if not key:
        return False
    return (pattern[0] == "*" or key[0] in (pattern[0], _ANY_REGION)) and _matches(pattern[1:], key[1:])
