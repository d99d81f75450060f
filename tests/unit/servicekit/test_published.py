"""A text that everybody may read names no way to reach people."""

from types import SimpleNamespace

import pytest
from flask import Flask
from marshmallow import ValidationError

from servicekit.settings import Settings
from servicekit.web.schema_fields import PublishedText


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Write to ivan.petrov@example.org", ["e-mail address"]),
        ("Звоните 8 (495) 123-45-67", ["telephone number"]),
        ("+49 30 123456", ["telephone number"]),
        ("ivan.petrov@example.org, +7 913 555-12-34", ["e-mail address", "telephone number"]),
    ],
)
def test_published_text_with_a_way_to_reach_somebody_is_refused(text, wrong):
    with pytest.raises(ValidationError) as refused:
        PublishedText().deserialize(text)

    assert [message.split(":")[0] for message in refused.value.messages] == [f"Take the {what} out" for what in wrong]


@pytest.mark.parametrize("text", ["", "  25 000 000 руб. в год, ГОСТ 12345-2020 ", "2024-12-10, 14:00–14:30"])
def test_published_text_without_one_is_trimmed_and_taken(text):
    assert PublishedText(shortest=0).deserialize(text) == text.strip()


def test_number_without_its_country_s_code_is_found_where_the_instance_is_at_home():
    text = "Büro 030 12345678"
    app = Flask("test")
    app.extensions["caravan.runtime"] = SimpleNamespace(settings=Settings(database_url="sqlite:///x", homes=("DE-BE",)))

    with app.app_context(), pytest.raises(ValidationError, match="telephone number"):
        PublishedText().deserialize(text)
    assert PublishedText().deserialize(text) == text
