"""Positions in a JSON text: the line of every value, and duplicate keys."""

import json
import re
from bisect import bisect_right
from typing import cast

_WHITESPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def child_pointer(pointer: str, key: object) -> str:
    """Return the JSON pointer (RFC 6901) of a member or an element."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


class JsonPositions:
    """The positions in a text that is valid JSON; `duplicate_keys` lists the pointers of repeated keys."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines: dict[str, int] = {}
        self.duplicate_keys: list[str] = []
        self._value("", self._skip_whitespace(0))

    def line(self, pointer: str) -> int:
        """Return the line, counted from 1, of a value, or of the nearest existing parent."""
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines[pointer]

    def _skip_whitespace(self, at: int) -> int:
        return cast("re.Match[str]", _WHITESPACE.match(self._text, at)).end()

    def _value(self, pointer: str, at: int) -> int:
        """Store the line of a value; return the offset of its end."""
        self._lines[pointer] = bisect_right(self._line_starts, at)
        match self._text[at]:
            case "{":
                return self._object(pointer, self._skip_whitespace(at + 1))
            case "[":
                return self._array(pointer, self._skip_whitespace(at + 1))
        return _DECODER.raw_decode(self._text, at)[1]

    def _object(self, pointer: str, at: int) -> int:
        names = set[str]()
        while self._text[at] != "}":
            name, at = _DECODER.raw_decode(self._text, at)
            if name in names:
                self.duplicate_keys.append(child_pointer(pointer, name))
            names.add(name)
            at = self._skip_comma(
                self._value(child_pointer(pointer, name), self._skip_whitespace(self._skip_whitespace(at) + 1))
            )
        return at + 1

    def _array(self, pointer: str, at: int) -> int:
        number = 0
        while self._text[at] != "]":
            at = self._skip_comma(self._value(child_pointer(pointer, number), at))
            number += 1
        return at + 1

    def _skip_comma(self, at: int) -> int:
        at = self._skip_whitespace(at)
        return self._skip_whitespace(at + 1) if self._text[at] == "," else at
