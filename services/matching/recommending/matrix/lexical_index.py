"""Items read once: their words, base forms and character n-grams, ready to be compared again and again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from matching.recommending.profiles import Item
from matching.recommending.text.words import Word, in_latin, meaningful_words

GRAM_LENGTHS = (3, 4)


@dataclass(frozen=True)
class Reading:
    """One text of an item, read: its words, and how often each base form and each n-gram occurs."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def bases(self) -> Counter[str]:
        """Base forms and how often they occur."""
        return Counter(word.base for word in self.words)

    @cached_property
    def grams(self) -> Counter[str]:
        """Character n-grams and how often they occur."""
        return Counter(gram for word in self.words for gram in grams(word.spelling))

    @cached_property
    def latin_grams(self) -> Counter[str]:
        """Character n-grams of the words in Latin letters, comparable between scripts."""
        return Counter(gram for word in self.words for gram in grams(in_latin(word.spelling)))


@dataclass(frozen=True)
class ReadItem:
    """An item and the reading of each of its texts."""

    item: Item
    readings: Mapping[str, Reading]

    @cached_property
    def latin_grams(self) -> Counter[str]:
        """Character n-grams of all texts together, in Latin letters."""
        return sum((reading.latin_grams for reading in self.readings.values()), Counter())


class ItemIndex:
    """Remembers what it has read, so that an item is read again only if its texts changed."""

    def __init__(self) -> None:
        self._read: dict[str, ReadItem] = {}

    def __len__(self) -> int:
        """How many items are remembered."""
        return len(self._read)

    def read(self, item: Item) -> ReadItem:
        """Give the reading of an item."""
        known = self._read.get(item.id)
        if known is None or known.item != item:
            known = self._read[item.id] = ReadItem(item, {code: _reading(item, code) for code in item.texts})
        return known

    def read_all(self, items: Iterable[Item]) -> list[ReadItem]:
        """Give the readings of several items, in their order."""
        return [self.read(item) for item in items]


def grams(spelling: str) -> list[str]:
    """Cut a word, with a blank at each end, into its n-grams."""
    padded = f" {spelling} "
    return [padded[i : i + n] for n in GRAM_LENGTHS for i in range(len(padded) - n + 1)]


def _reading(item: Item, language: str) -> Reading:
    text = item.texts[language]
    return Reading(text, meaningful_words(text, language))
