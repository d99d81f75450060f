"""Words that any company writes about itself: they never carry a match."""

from functools import cache
from importlib.resources import files


@cache
def generic_words() -> frozenset[str]:
    """Russian lemmas (е for ё) and plain English words, from `generic_words.txt`."""
    return frozenset(files(__package__).joinpath("generic_words.txt").read_text(encoding="utf-8").split())
