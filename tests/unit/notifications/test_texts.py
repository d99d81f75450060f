import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from notifications import pack
from notifications.composition import labels
from notifications.mail.contexts import CONTEXTS
from notifications.models import DeliveryState
from notifications.rules import CHANNELS
from notifications.status_texts import KIND_TEXTS, STATE_CLASSES, STATE_TEXTS
from packs.models import PackError, RegionPack

FOLDER = Path(str(files("notifications")))
KIT = FOLDER.parents[1] / "shared" / "servicekit" / "translations" / "ru.po"


def marked(path):
    """List the translatable texts of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "_"
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


def shown(path):
    """List the translatable texts of a template."""
    with path.open("rb") as file:
        for _, _, message, _ in babel_extract(file, ("_",), [], {"trim_blocks": "true"}):
            yield message[0] if isinstance(message, tuple) else message


def russian():
    texts = {}
    for path in (KIT, FOLDER / "translations" / "ru.po"):
        with path.open("rb") as file:
            texts |= {message.id: message.string for message in read_po(file, locale="ru") if message.id}
    return texts


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_every_marked_text_is_translated_with_its_placeholders(path):
    for text in marked(path):
        assert_same_placeholders(text, russian().get(text))


@pytest.mark.parametrize("path", sorted((FOLDER / "templates" / "notifications").iterdir()), ids=lambda path: path.name)
def test_every_text_of_a_page_is_translated_with_its_placeholders(path):
    for text in shown(path):
        assert_same_placeholders(text, russian().get(text))


def assert_same_placeholders(text, translated):
    assert translated, text
    assert sorted(re.findall(r"%\(\w+\)s", translated)) == sorted(re.findall(r"%\(\w+\)s", text))


def test_every_kind_and_state_has_its_word():
    assert set(KIND_TEXTS) == set(CONTEXTS)
    assert set(STATE_TEXTS) == set(STATE_CLASSES) == set(DeliveryState)
    apart = {"itinerary", "group_message", "sign_in", "invitation", "factors_changed"}
    assert set(CHANNELS) | apart == set(CONTEXTS)


def test_unknown_agreement_type_goes_by_its_code():
    assert labels.agreement_type_label("joint_venture", str) == "Joint venture"


def test_cause_is_told_as_written_else_by_its_code():
    assert labels.change_reason("Авария на станции", "cancellation", str) == "Авария на станции"
    assert labels.change_reason("hall_full", "late_arrival", str) == "All tables are taken"
    assert labels.change_reason("", "late_arrival", str) == "A delegate arrives later"
    assert labels.change_reason("", "hall_changed", str) == "The hall or the programme has changed"
    assert labels.change_reason("", "by_hand", str) == labels.change_reason("", "heard_of_tomorrow", str) == ""


def test_long_offer_is_cut_in_a_reason():
    line = labels.recommendation_reason(
        {"direction": "they_seek", "need": "датчики.", "offer": "давление " * 100}, "en", str
    )

    assert line.startswith("They need: датчики. You offer: давление")
    assert len(line) < 2 * labels.MAX_REASON_LENGTH
    assert line.endswith("…")


def test_zone_labels_come_from_the_packs_of_regions():
    assert pack.region_tables()["RU-KYA"].zone_label == {"ru": "в Красноярске", "en": "in Krasnoyarsk"}
    assert pack.region_tables()["RU-KLU"].timezone == "Europe/Moscow"


def test_bad_table_of_a_region_names_its_file():
    broken = RegionPack(
        id="RU-XXX",
        names={},
        source="ru-xxx.toml",
        tables={"notifications": {"zone_label": 3}},
        timezone="Europe/Moscow",
        languages=("ru",),
        currency="RUB",
    )

    with pytest.raises(PackError, match=r"ru-xxx\.toml.*notifications"):
        pack.region_table(broken)
