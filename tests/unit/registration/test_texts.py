"""Every text that a reader may see has a Russian translation."""

import ast
import re
from importlib.resources import files
from pathlib import Path

from servicekit.texts.languages import translations

HOUSE = Path(str(files("registration")))
SAID_IN_TEMPLATES = re.compile(r'(?<![\w.])(?:_|ngettext)\("((?:[^"\\]|\\.)*)"')


def said_in_code():
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                yield node.args[0].value


def said_in_templates():
    for path in HOUSE.rglob("*.html"):
        yield from SAID_IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))


def test_every_text_is_translated():
    catalogue = translations(("servicekit", "registration"), "ru")

    untranslated = {text for text in (*said_in_code(), *said_in_templates()) if catalogue.gettext(text) == text}

    assert untranslated - {"%(num)s organisation"} == set()


def test_translations_name_the_same_facts():
    catalogue = translations(("registration",), "ru")
    facts = re.compile(r"%\(\w+\)s")

    unlike = [
        text for text in said_in_code() if set(facts.findall(text)) != set(facts.findall(catalogue.gettext(text)))
    ]

    assert unlike == []
