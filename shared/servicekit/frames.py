"""What came from the broker, made bearable for the client before it reads it.

A publisher may write of its message what it likes: a name that is no UTF-8, an instant that no calendar
has, tables within tables. The client gives its connection up over that, and so would every reader after it.
"""

from collections.abc import Callable, Iterator
from struct import pack, unpack_from
from typing import Any

Frame = tuple[int, int, bytes]
"""Kind, channel and payload."""
Handle = Callable[[Frame], Any]

METHOD, HEADER = 1, 2
_DELIVER = bytes((0, 60, 0, 60))
_STRINGS_BEFORE_HEADERS = (0x8000, 0x4000)
"""The flags of content type and content encoding."""
_HEADERS = 0x2000
_WHOLE = {"b": 1, "B": 1, "U": 2, "u": 2, "s": 2, "I": 4, "i": 4, "L": 8, "l": 8}
_LENGTHS = {"t": 1, "f": 4, "d": 8, "D": 5, "T": 8, "V": 0, **_WHOLE}
"""How long a value of each kind is; other kinds say it in four bytes of their own."""
_NUMBERS = {b"x-stream-offset", b"x-delivery-count"}
_NAMES = {b"x-first-death-exchange"}


def tolerant(handle: Handle) -> Handle:
    """Let a client's reader of frames bear every message, if need be without what it says of itself."""

    def on_frame(frame: Frame) -> Any:
        kind, channel, payload = frame
        if kind == METHOD and payload[:4] == _DELIVER:
            return handle((kind, channel, _legible(payload)))
        try:
            return handle(frame)
        except (ValueError, OverflowError, OSError, RecursionError):
            if kind != HEADER:
                raise
            return handle((kind, channel, _bare(payload)))

    return on_frame


def _legible(payload: bytes) -> bytes:
    """Replace what is no ASCII in the routing key of a delivery: no key of ours has such a letter."""
    at = 14 + payload[4]
    at += 1 + payload[at]
    key = payload[at + 1 :]
    return payload if key.isascii() else payload[: at + 1] + bytes(byte if byte < 128 else 63 for byte in key)


def _bare(payload: bytes) -> bytes:
    """Leave of a message's properties what the broker says of its way."""
    (flags,) = unpack_from(">H", payload, 12)
    at, kept = 14, b""
    for flag in _STRINGS_BEFORE_HEADERS:
        at += 1 + payload[at] if flags & flag else 0
    if flags & _HEADERS:
        (length,) = unpack_from(">I", payload, at)
        kept = b"".join(_of_the_way(payload[at + 4 : at + 4 + length]))
    return payload[:12] + pack(">HI", _HEADERS, len(kept)) + kept


def _of_the_way(table: bytes) -> Iterator[bytes]:
    """Yield the entries of a table that say how a message came; of its deaths only that there were any."""
    at = 0
    while at < len(table):
        name = table[at + 1 : at + 1 + table[at]]
        began, at = at, at + 1 + table[at]
        kind, after = chr(table[at]), at + 1
        at = after + _LENGTHS[kind] if kind in _LENGTHS else after + 4 + int(unpack_from(">I", table, after)[0])
        is_name = name in _NAMES and kind == "S" and table[after + 4 : at].isascii()
        if (name in _NUMBERS and kind in _WHOLE) or is_name:
            yield table[began:at]
        elif name == b"x-death":
            yield table[began : after - 1] + b"V"
