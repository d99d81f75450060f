"""Each kind of hostile input has a number; each number is in the name of a test, or docs/security.md says why not."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
SECURITY = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
NUMBERS = {*range(1, 92), *range(109, 143)}
"""HTTP, names, times, events, files, outgoing requests, sign-in, privacy and operations."""
MOST_EXCUSED = 10
IN_NAME = re.compile(r"def test_((?:\d{1,3}_)+)")
IN_CASE = re.compile(r"\bcase\(\s*(\d{1,3}),")
IN_ID = re.compile(r"[\"'](\d{2,3})_[a-z0-9]")


IN_DOCUMENT = re.compile(r"`([\w/]*test_\w+\.py)`((?:,? \d+(?:-\d+)?)*)")


def numbers_tested():
    """Return the numbers that the names and cases of tests bear."""
    return {number for path in TESTS.rglob("test_*.py") for number in numbers_in(path)}


def numbers_in(path):
    """Return the numbers that the names and cases of one module bear."""
    text = path.read_text(encoding="utf-8")
    named = {int(n) for found in IN_NAME.findall(text) for n in found.strip("_").split("_")}
    return named | {int(n) for pattern in (IN_CASE, IN_ID) for n in pattern.findall(text)}


def promised():
    """Return each module that the document names, with the numbers beside it; one without a folder is of the last."""
    found, folder = [], Path()
    for name, numbers in IN_DOCUMENT.findall(SECURITY):
        folder = Path(name.removeprefix("tests/")).parent if "/" in name else folder
        ends = [list(map(int, part.split("-"))) for part in re.findall(r"\d+(?:-\d+)?", numbers)]
        found.append((TESTS / folder / Path(name).name, {n for end in ends for n in range(end[0], end[-1] + 1)}))
    return found


def excused():
    """Return the numbers that the table of the document explains."""
    return {int(number) for number in re.findall(r"^\| (\d{2,3}) \| \S", SECURITY, re.MULTILINE)}


def test_every_number_has_a_test_or_a_reason():
    assert sorted(NUMBERS - numbers_tested() - excused()) == []


def test_few_numbers_are_excused_and_none_that_is_tested():
    assert len(excused()) <= MOST_EXCUSED
    assert excused() & numbers_tested() == set()
    assert excused() <= NUMBERS


def test_every_test_that_the_document_names_is_there():
    named = re.findall(r"`((?:unit|integration|contract|e2e)/[\w/.]+)`", SECURITY)

    assert [place for place in named if not (TESTS / place).exists()] == []


def test_every_module_that_the_document_names_bears_the_numbers_beside_it():
    told = promised()
    wrong = {path.name: numbers for path, numbers in told if not path.exists() or numbers - numbers_in(path)}

    assert any(numbers for _path, numbers in told)
    assert wrong == {}
