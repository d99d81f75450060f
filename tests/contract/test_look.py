"""No template says in an attribute what the policy of every page forbids, and each class for a width is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "shared/servicekit/static/look.css").read_text(encoding="utf-8")
LETTERS = ROOT / "services/notifications/templates/mail"
ALONE = "catalogue_alone.html"  # needs no server, which has no policy
PAGES = [
    path
    for folder in ("services", "shared", "deploy")
    for path in sorted((ROOT / folder).rglob("templates/**/*.html"))
    if LETTERS not in path.parents and path.name != ALONE
]


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
