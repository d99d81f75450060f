"""What is done to a text before it is shown: hyphens, spaces that hold, and marks."""

import pytest
from markupsafe import Markup

from servicekit.texts import typography


@pytest.mark.parametrize(
    ("word", "parted"),
    [
        ("Красноярское", "Крас-нояр-ское"),
        ("прикладных", "при-клад-ных"),
        ("производство", "произ-вод-ство"),
        ("компьютерный", "ком-пью-тер-ный"),
        ("международный", "меж-ду-на-род-ный"),
        ("partnership", "part-ner-ship"),
        ("biotechnology", "biotech-nology"),
        ("packaging", "packaging"),
    ],
)
def test_shy_parts_a_long_word_between_its_syllables(word, parted):
    shown = typography.shy(word)

    assert shown.replace(typography.SOFT_HYPHEN, "-") == parted


def test_shy_leaves_short_words_and_numbers_whole():
    text = "ООО «Рудмонтаж», 113800000000 и 18"

    assert typography.shy(text) == text


def test_shy_leaves_tags_and_attributes_whole():
    text = Markup('<a title="производство" href="/manufacturing">производство</a>')

    shown = typography.shy(text)

    assert isinstance(shown, Markup)
    assert shown.startswith('<a title="производство" href="/manufacturing">произ\u00adвод')


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("Аистов Г. Р. прилетает", "Аистов_Г._Р. прилетает"),
        ("113,8 млн ₽", "113,8_млн_₽"),
        ("стол № 7", "стол №_7"),
        ("двор на Каче", "двор на_Каче"),
        ("75 % мест — мало", "75_% мест_— мало"),
        ("we met and left", "we met and left"),
    ],
)
def test_nbsp_ties_what_a_line_must_not_part(text, tied):
    assert typography.nbsp(text).replace(typography.NO_BREAK, "_") == tied


def test_marked_escapes_the_text_and_marks_the_spans():
    shown = typography.marked("Лопатки & <b>турбины</b>", [(0, 7), (13, 20)])

    assert shown == "<mark>Лопатки</mark> &amp; &lt;b&gt;<mark>турбины</mark>&lt;/b&gt;"


def test_marked_joins_spans_that_overlap_or_touch_over_a_space():
    shown = typography.marked("steam turbine blades", [(6, 13), (0, 5), (8, 13)])

    assert shown == "<mark>steam turbine</mark> blades"


@pytest.mark.parametrize("spans", [[], [(30, 40)], [(3, 3)], [(5, 2)]])
def test_marked_marks_nothing_when_no_span_lies_in_the_text(spans):
    assert typography.marked("turbine", spans) == "turbine"
