"""Take out of a text what no log may hold: addresses and numbers of people, and whatever opens a door."""

import re

HIDDEN = "[…]"
_RULES = tuple(
    (trigger, re.compile(pattern), replacement)
    for trigger, pattern, replacement in (
        ("eyJ", r"\beyJ[\w-]{5,}(?:\.[\w-]*)*", HIDDEN),  # signed tokens
        ("crv_", r"\bcrv_[\w-]+", HIDDEN),  # keys of the API
        (" ", r"(?i:\b(bearer|basic)\s+)[\w.~+/=-]+", rf"\1 {HIDDEN}"),
        ("@", r"(?<=://)[^/\s@]+(?=@)", HIDDEN),  # name and password in an address
        ("=", r"(?<=[\w/])\?[\w.~%+-]{1,60}=[^\s\"'>)]*", f"?{HIDDEN}"),  # queries
        ("=", r"\b((?i:\w{0,40}(?:token|code|secret|password|signature)|ip))=[^\s&;,\"')]+", rf"\1={HIDDEN}"),
        ("@", r"[^\s@<>(),;:=\"'\[\]]{1,64}@[^\s@<>(),;:=\"'\[\]]+\.[^\W\d_]{2,}", HIDDEN),
        (
            "",
            r"[+78](?<![\w.:-].)(?:(?<=\+)\d(?:[\s().-]{0,2}\d){9,13}|(?<!\+)(?:[\s().-]{0,2}\d){10})(?![\w:-])",
            HIDDEN,
        ),
    )
)
"""What a text must hold to be looked through, what is looked for, and what stands in its place."""


def scrubbed(text: str) -> str:
    """Return the text with a mark in place of each secret and each e-mail address or telephone number."""
    for trigger, pattern, replacement in _RULES:
        if trigger in text:
            text = pattern.sub(replacement, text)
    return text
