"""Codes of economic activity (OKVED2, NACE, ISIC): all nest by their digits."""

CLASS_DIGITS = 4


def digits(code: str) -> str:
    """Keep the digits of a code: `31.09.1` is `31091`."""
    return "".join(sign for sign in code if sign.isdigit())


def is_same_class(one: str, other: str) -> bool:
    """Tell whether two codes share their four-digit class; a coarser code shares none."""
    a, b = digits(one)[:CLASS_DIGITS], digits(other)[:CLASS_DIGITS]
    return len(a) == CLASS_DIGITS and a == b


def closeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Share of the four digits of the class that the two nearest codes have in common, from 0 to 1."""
    return max((_common(digits(a), digits(b)) for a in one for b in other), default=0) / CLASS_DIGITS


def _common(a: str, b: str) -> int:
    """Count the leading digits that two codes share; one digit alone says nothing."""
    count = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return min(count, CLASS_DIGITS) if count > 1 else 0
