"""Builders of profiles: what a test does not name does not matter."""

from itertools import count
from uuid import UUID

from matching.recommending.profiles import Item, Profile, Side

NUMBERS = count(1)
SUPPLY, CUSTOMERS, TOGETHER = "supplier_agreement", "commercial_agreement", "rnd_cooperation"


def an_item(ru: str | None = None, *, en: str | None = None, kind: str = SUPPLY) -> Item:
    """An offer or need with a text in Russian, in English or in both."""
    texts = {language: text for language, text in (("ru", ru), ("en", en)) if text}
    return Item(id=f"item-{next(NUMBERS):04}", partnership_type=kind, texts=texts)


def a_profile(side: Side, *, offers=(), needs=(), activity: str = "", avoids=()) -> Profile:
    """An organisation with offers and needs; a plain text is one in Russian, of goods supplied."""
    return Profile(
        organisation_id=UUID(int=next(NUMBERS)),
        side=side,
        activity_codes=(activity,) if activity else (),
        offers=tuple(item if isinstance(item, Item) else an_item(item) for item in offers),
        needs=tuple(item if isinstance(item, Item) else an_item(item) for item in needs),
        avoids=frozenset(avoids),
    )


def a_guest(**known) -> Profile:
    """An organisation of the guest side."""
    return a_profile("guest", **known)


def a_host(**known) -> Profile:
    """An organisation of the host side."""
    return a_profile("host", **known)


def marked(text: str, marks) -> list[str]:
    """The pieces of a text that are marked."""
    return [text[start:end] for start, end in marks]
