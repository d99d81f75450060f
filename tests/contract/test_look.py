"""No template says in an attribute what the policy of each page forbids; the sheet has what pages wear, and no more."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "shared/servicekit/static/look.css").read_text(encoding="utf-8")
LETTERS = ROOT / "services/notifications/templates/mail"
WIDTH = re.compile(r"w[\d-]+(rem|p)")
ALONE = "catalogue_alone.html"  # needs no server, which has no policy
PAGES = [
    path
    for folder in ("services", "shared", "deploy")
    for path in sorted((ROOT / folder).rglob("templates/**/*.html"))
    if LETTERS not in path.parents and path.name != ALONE
]

SCRIPTS = sorted((ROOT / "shared/servicekit/static").glob("*.js"))
MODULES = [path for folder in ("services", "shared") for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_134_template_holds_nothing_inline_without_a_nonce(path):
    said = path.read_text(encoding="utf-8")

    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)=", said) == []
    assert re.findall(r"<(?:style|script)(?! nonce=\"\{\{ nonce\(\) \}\}\")(?! src=)", said) == []
    assert "javascript:" not in said


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_template_asks_for_widths_that_the_sheet_has(path):
    asked = re.findall(r'"width": "([^"]+)"', path.read_text(encoding="utf-8"))

    names = {"w" + width.replace("%", "p").replace(".", "-") for width in asked}
    assert {name for name in names if f".{name}{{" not in SHEET} == set()


def test_sheet_dresses_nothing_that_no_page_wears():
    rules = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
    dressed = set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", rules))

    worn = {word for path in (*PAGES, *MODULES, *SCRIPTS) for word in words_of(path.read_text(encoding="utf-8"))}
    assert {name for name in dressed - worn if not WIDTH.fullmatch(name)} == set()


def words_of(source):
    """List the words of all that stands in quotes, with the class attributes that hold expressions."""
    for quoted in re.findall(r"class=\"(.*?)\">?|\"([^\"\n]*)\"|'([^'\n]*)'", source):
        yield from re.findall(r"[\w-]+", " ".join(quoted))
