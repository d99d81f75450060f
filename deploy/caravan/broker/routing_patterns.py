"""Patterns of routing keys in grants: their syntax, and the known events that they match."""

import re
from collections.abc import Iterable

import click

from contracts.event import REGISTRY, routing_key

MAX_LENGTH = 255
"""Bytes of a routing key, and so of a pattern, in AMQP."""
_WORD = re.compile(r"[a-z0-9_-]+|\*|#")
_ANY_REGION = "*"


def parse_patterns(given: Iterable[str]) -> list[str]:
    """Split texts at spaces and commas into patterns, without duplicates, in order.

    Raises:
        click.BadParameter: a pattern is invalid, or there is none.

    """
    asked = list(dict.fromkeys(pattern for text in given for pattern in re.split(r"[\s,]+", text) if pattern))
    for pattern in asked:
        words = pattern.split(".")
        if len(pattern) > MAX_LENGTH or not all(_WORD.fullmatch(word) for word in words):
            raise click.BadParameter(f"{pattern!r} is not a pattern like '*.application.#' or 'ru-klu.meeting.*.v1'")
        if words[0] == "caravan":
            raise click.BadParameter(f"{pattern!r}: keys begin with the region, not with caravan: '*.application.#'")
    if not asked:
        raise click.BadParameter("no pattern is given")
    return asked


def matching_event_types(pattern: str, *, private: bool = False) -> list[str]:
    """Return the types of the known public (or private) events that a pattern matches in some region."""
    words = pattern.split(".")
    known = (type_ for type_, declared in REGISTRY.items() if declared.private is private)
    return sorted(type_ for type_ in known if _matches(words, routing_key(_ANY_REGION, type_).split(".")))


def _matches(pattern: list[str], key: list[str]) -> bool:
    """Return whether a topic pattern can match a key, in which `*` means any region."""
    if not pattern:
        return not key
    if pattern[0] == "#":
        return any(_matches(pattern[1:], key[skipped:]) for skipped in range(len(key) + 1))
    if not key:
        return False
    return (pattern[0] == "*" or key[0] in (pattern[0], _ANY_REGION)) and _matches(pattern[1:], key[1:])
