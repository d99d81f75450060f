"""Examples of offers and needs by industry."""

import pytest

from packs import loader
from registration.pages.applying import hints
from registration.schemas.applications import LONGEST_ITEM
from servicekit.web.schema_fields import PublishedText


def divisions():
    return sorted({code[:2] for code in loader.load().classifiers["nace2"].titles if code[:2].isdecimal()})


def test_every_division_of_the_classifier_has_one_example():
    found = {one: [e for e in hints.all_of_them() if e.first <= int(one) <= e.last] for one in divisions()}

    assert {one: len(matching) for one, matching in found.items() if len(matching) != 1} == {}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_examples_could_be_published_as_they_are(language):
    text = PublishedText(longest=LONGEST_ITEM)

    for one in hints.all_of_them():
        assert text.deserialize(one.offer[language]) == one.offer[language]
        assert text.deserialize(one.need[language]) == one.need[language]


@pytest.mark.parametrize(("codes", "first"), [(["28.11"], 28), (["nonsense", "01.13"], 1), (["2811"], 28)])
def test_example_is_that_of_the_first_code_that_is_known(codes, first):
    assert hints.of_activities(codes).first == first


def test_company_without_activities_gets_no_example():
    assert hints.of_activities([]) is None
    assert hints.of_activities(["X"]) is None
