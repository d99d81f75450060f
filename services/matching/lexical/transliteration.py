"""Cyrillic in Latin letters: enough for a lazer to meet a laser."""

LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdezijklmnoprstufhcye", strict=True)),
        "ё": "e",
        "ж": "zh",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
    }
)


def in_latin(word: str) -> str:
    """Spell a lower-case word in Latin letters; what is Latin already stays."""
    return word.translate(LATIN)
