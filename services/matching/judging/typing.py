"""Texts as they are typed in haste: a letter of some long words is dropped, doubled, exchanged or another."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

from matching.domain.items import Item, Profile
from matching.judging.cases import Case

LONG = re.compile(r"[^\W\d_]{5,}")


def damaged(case: Case, share: float, seed: int) -> Case:
    """Damage what the guests of a case write: the queries of a set, the needs and offers of one side of a mission.

    Args:
        case: what to damage; its judgements stay.
        share: how many of the words of five letters and more are damaged, from 0 to 1.
        seed: the same seed damages a text in the same way, whatever stands beside it.

    """
    return replace(case, guests=[_profile(guest, share, seed) for guest in case.guests])


def damaged_text(text: str, share: float, seed: int) -> str:
    """Damage a share of the long words of a text."""
    chance = random.Random(f"{seed} {text}")  # noqa: S311  no secret
    return LONG.sub(lambda word: _damaged_word(word.group(), chance) if chance.random() < share else word.group(), text)


def _profile(profile: Profile, share: float, seed: int) -> Profile:
    def typed(item: Item) -> Item:
        return replace(item, texts={code: damaged_text(text, share, seed) for code, text in item.texts.items()})

    needs, offers = (tuple(typed(item) for item in items) for items in (profile.needs, profile.offers))
    return replace(profile, needs=needs, offers=offers)


def _damaged_word(word: str, chance: random.Random) -> str:
    """Make one mistake behind the first letter."""
    at = chance.randrange(1, len(word) - 1)
    mistakes: tuple[Callable[[], str], ...] = (
        lambda: word[:at] + word[at + 1 :],
        lambda: word[:at] + word[at] + word[at:],
        lambda: word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        lambda: word[:at] + chance.choice(word) + word[at + 1 :],
    )
    return chance.choice(mistakes)()
