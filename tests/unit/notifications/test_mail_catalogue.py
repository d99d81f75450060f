import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract


def strings_of(name):
    """List the translatable texts of a template as pairs (singular, plural or None)."""
    template = files("notifications") / "templates" / "mail" / name
    with template.open("rb") as file:
        found = list(babel_extract(file, ("_", "gettext", "ngettext"), [], {"trim_blocks": "true"}))
    return [(message if isinstance(message, tuple) else (message, None))[:2] for _, _, message, _ in found]


def test_strings_are_found_in_templates():
    assert len(strings_of("itinerary.txt")) > 10


@pytest.mark.parametrize("name", sorted(t.name for t in (files("notifications") / "templates" / "mail").iterdir()))
def test_catalogue_translates_every_string_with_its_placeholders(name):
    catalogue_file = (files("notifications") / "translations" / "ru.po").open("rb")
    with catalogue_file:
        russian = read_po(catalogue_file, locale="ru")

    for singular, plural in strings_of(name):
        forms = russian[singular].string if plural else (russian[singular].string,)
        assert len(forms) == (3 if plural else 1)
        for form in forms:
            assert form
            assert set(re.findall(r"%\(\w+\)s", form)) == set(re.findall(r"%\(\w+\)s", plural or singular))
