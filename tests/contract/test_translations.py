"""Whatever the services say to a person, they can say in Russian."""

import ast
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

PACKAGES = ("servicekit", "sections", "registration", "matching", "notifications")
MARKS = ("_", "gettext", "ngettext")
OF_OPENAPI = {"path", "cookie"}
"""Words that the reference of an API takes from the document that it shows."""
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def folder_of(package):
    return Path(str(files(package)))


def catalogue(*packages):
    """Read Russian catalogues as one, the later over the earlier."""
    merged = Catalog(locale="ru")
    for package in packages:
        path = folder_of(package) / "translations" / "ru.po"
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                merged[message.id] = message
    return merged


def said_by_templates(package):
    """List the messages of a package's templates."""
    for path in sorted((folder_of(package) / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            with path.open("rb") as file:
                found = list(babel_extract(file, MARKS, [], {"trim_blocks": "true"}))
            yield from ((path.name, told(message)) for _line, _mark, message, _comments in found if message)


def told(message):
    """Return a message that was found in a template: a text, or a singular with its plural."""
    texts = [text for text in (message if isinstance(message, tuple) else (message,)) if text]
    return texts[0] if len(texts) == 1 else tuple(texts[:2])


def literals_of(package):
    """List every text in a package's code: some are said by a template that was handed them."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder_of(package).rglob("*.py"))
    return {text for tree in trees for text in literals(ast.walk(tree))}


def said_by_code(package):
    """List the marked texts of a package's modules, and the titles and details of its problems, marked or not."""
    for path in sorted(folder_of(package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            yield from ((path.name, text) for text in [*marked_in(node), *titles_in(node), *details_in(node)])


def marked_in(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "noop"}:
        yield from literals(node.args[:1])


def titles_in(node):
    """List the titles that classes of refusals declare."""
    if isinstance(node, ast.ClassDef) and any("slug" in names_of(part) for part in node.body):
        for part in node.body:
            if "title" in names_of(part):
                yield from literals([part.value])


def details_in(node):
    """List the details with which refusals are made, where they stand as plain texts."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in refusals():
        yield from literals(node.args[:1])


@cache
def refusals():
    """Name the classes of refusals of all packages."""
    trees = (ast.parse(path.read_text()) for package in PACKAGES for path in folder_of(package).rglob("*.py"))
    classes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return {made.name for made in classes if any("slug" in names_of(part) for part in made.body)}


def names_of(part):
    targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def literals(nodes):
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@cache
def messages_of(package):
    return sorted(
        {(place, message) for place, message in (*said_by_templates(package), *said_by_code(package))}, key=str
    )


def is_translated(message, russian):
    """Say whether a message has its Russian forms, each with placeholders that the English has, too."""
    forms_wanted = 3 if isinstance(message, tuple) else 1
    singular, longest = (message[0], message[1]) if isinstance(message, tuple) else (message, message)
    found = russian.get(singular)
    if found is None:
        return False
    forms = found.string if isinstance(found.string, tuple) else (found.string,)
    known = set(PLACEHOLDER.findall(singular)) | set(PLACEHOLDER.findall(longest))
    return len(forms) == forms_wanted and all(form and set(PLACEHOLDER.findall(form)) <= known for form in forms)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_has_a_russian_translation(package):
    russian = catalogue(*dict.fromkeys(("servicekit", package)))

    missing = [said for said in messages_of(package) if not is_translated(said[1], russian)]

    assert missing == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_translation_is_of_a_message_that_is_said(package):
    said = {first_of(message) for _place, message in messages_of(package)} | literals_of(package) | OF_OPENAPI

    unsaid = [message.id for message in catalogue(package) if message.id and first_of(message.id) not in said]

    assert unsaid == []


def first_of(id_):
    return id_[0] if isinstance(id_, tuple) else id_


@pytest.mark.parametrize("package", PACKAGES)
def test_a_catalogue_translates_each_message_once(package):
    text = (folder_of(package) / "translations" / "ru.po").read_text(encoding="utf-8")

    ids = re.findall(r'^msgid (".+")$', text, re.MULTILINE)

    assert sorted(ids) == sorted(set(ids))


def test_the_sources_of_messages_are_found():
    found = {package: len(messages_of(package)) for package in PACKAGES}

    assert all(count > 10 for count in found.values()), found
