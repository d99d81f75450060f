"""Writes headers that hold words of people so that every reader gets the same words, and nobody else the letter.

The standard library's own folding does not: with Python 3.11 a long name with commas comes out as 21 recipients,
and a Russian subject with a no-break space gains a space in the middle of a word.
"""

import re
from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any

PLAIN = re.compile(r"[A-Za-z0-9 .,:;()'!?&+/@\"\\-]{0,60}", re.ASCII)
LINE_LENGTH = 76


class HeaderPolicy(EmailPolicy):
    """The policy of our letters: CRLF, ASCII only, subject and addresses as RFC 2047 encoded words."""

    def fold(self, name: str, value: Any) -> str:
        """Write one header with its line ends."""
        if hasattr(value, "addresses"):
            people = f",{self.linesep} ".join(_written(address, self.linesep) for address in value.addresses)
            return f"{name}: {people}{self.linesep}"
        if name.lower() == "subject":
            return f"{name}: {_encoded(str(value), self.linesep, first=len(name) + 2)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Write one header as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _written(address: Address, linesep: str) -> str:
    name = address.display_name
    if not name:
        return address.addr_spec
    if PLAIN.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"{linesep} <{address.addr_spec}>'
    return f"{_words(name, linesep, first=10)}{linesep} <{address.addr_spec}>"


def _encoded(text: str, linesep: str, first: int) -> str:
    """Leave a short plain line alone and encode any other."""
    if PLAIN.fullmatch(text) and "=?" not in text:
        return text
    return _words(text, linesep, first)


def _words(text: str, linesep: str, first: int) -> str:
    """Encode a text as words of at most 76 octets; `first` columns of the first line are taken."""
    header = Header(text, "utf-8", maxlinelen=LINE_LENGTH, header_name="x" * first)
    return header.encode(splitchars="", linesep=linesep)
