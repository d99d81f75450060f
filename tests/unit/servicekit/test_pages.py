from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from servicekit import formats, hyphens, marks, pages, problems, refusals

AFTERNOON = datetime(2024, 12, 10, 7, 0, tzinfo=UTC)


@pytest.fixture
def app():
    app = Flask(__name__)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.register_blueprint(pages.blueprint())
    app.add_url_rule("/shelf", "shelf", lambda: render_template_string(SHELF, frame=FRAME))
    return app


FRAME = pages.Frame(
    "Shelf",
    [pages.Link(key="in", label="Here", url="/in"), pages.Link(key="out", label="Lent", url="/out")],
    "out",
    note="Krasnoyarsk time",
)
SHELF = """{% extends "frame.html" %}{% from "macros/tables.html" import table %}{% block content %}
{{ table([{"key": "n", "label": "Name", "head": true}, {"key": "c", "label": "Copies", "num": true}], rows, "Books") }}
{% endblock %}"""


def read(app, template, **values):
    with app.test_request_context("/?lang=ru", headers={"Accept-Language": "ru"}):
        return render_template_string(template, **values)


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
    shown = hyphens.shy(word)

    assert shown.replace(hyphens.SOFT_HYPHEN, "-") == parted


def test_shy_leaves_short_words_and_numbers_whole():
    text = "ООО «Рудмонтаж», 113800000000 и 18"

    assert hyphens.shy(text) == text


def test_shy_leaves_tags_and_attributes_whole():
    text = Markup('<a title="производство" href="/manufacturing">производство</a>')

    shown = hyphens.shy(text)

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
    assert marks.nbsp(text).replace(marks.NO_BREAK, "_") == tied


def test_marked_escapes_the_text_and_marks_the_spans():
    shown = marks.marked("Лопатки & <b>турбины</b>", [(0, 7), (13, 20)])

    assert shown == "<mark>Лопатки</mark> &amp; &lt;b&gt;<mark>турбины</mark>&lt;/b&gt;"


def test_marked_joins_spans_that_overlap_or_touch_over_a_space():
    shown = marks.marked("steam turbine blades", [(6, 13), (0, 5), (8, 13)])

    assert shown == "<mark>steam turbine</mark> blades"


@pytest.mark.parametrize("spans", [[], [(30, 40)], [(3, 3)], [(5, 2)]])
def test_marked_marks_nothing_when_no_span_lies_in_the_text(spans):
    assert marks.marked("turbine", spans) == "turbine"


@pytest.mark.parametrize(
    ("language", "day", "zone"),
    [
        ("ru", "вторник, 10\u00a0декабря", "Красноярск, UTC+7"),
        ("en", "Tuesday, 10\u00a0December", "Krasnoyarsk, UTC+7"),
    ],
)
def test_an_instant_is_told_in_its_zone_and_language(language, day, zone):
    assert formats.local_date(AFTERNOON, "Asia/Krasnoyarsk", language=language) == day
    assert formats.local_time(AFTERNOON, "Asia/Krasnoyarsk", language=language) == "14:00"
    assert formats.zone_name("Asia/Krasnoyarsk", AFTERNOON, language=language) == zone


@pytest.mark.parametrize(("language", "day"), [("ru", "12_декабря 2025"), ("en", "12_December 2025")])
def test_a_full_date_names_the_year(language, day):
    evening = datetime(2025, 12, 11, 20, 30, tzinfo=UTC)

    told = formats.full_date(evening, "Asia/Krasnoyarsk", language=language)

    assert told.replace("\u00a0", "_") == day


def test_a_date_changes_with_the_zone_when_midnight_lies_between():
    late = datetime(2024, 12, 10, 20, 30, tzinfo=UTC)

    assert formats.local_date(late, "Europe/Moscow", language="en").startswith("Tuesday")
    assert formats.local_date(late, "Asia/Krasnoyarsk", language="en").startswith("Wednesday")


def test_an_instant_without_a_zone_is_refused():
    naive = AFTERNOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match="without a zone"):
        formats.local_time(naive, "Europe/Moscow", language="ru")


def test_a_zone_west_of_greenwich_with_half_an_hour_is_named_in_full():
    name = formats.zone_name("America/St_Johns", AFTERNOON, language="en")

    assert name.endswith("UTC−3:30")


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2024, 12, 10), date(2024, 12, 12), "10–12_December 2024"),
        (date(2024, 12, 10), date(2024, 12, 10), "10_December 2024"),
        (date(2024, 11, 30), date(2024, 12, 2), "30_November – 2_December 2024"),
        (date(2024, 12, 30), date(2025, 1, 2), "30_December 2024 – 2_January 2025"),
    ],
)
def test_days_repeats_no_month_or_year(first, last, told):
    assert formats.days(first, last, language="en").replace("\u00a0", "_") == told


@pytest.mark.parametrize(
    ("amount", "language", "written"),
    [
        (113_800_000, "ru", "113_800_000_₽"),
        (Decimal("1.5"), "ru", "1,50_₽"),
        (113_800_000, "en", "RUB_113,800,000"),
        (0, "ru", "0_₽"),
    ],
)
def test_money_has_decimals_only_where_the_sum_has_some(amount, language, written):
    assert formats.money(amount, language=language).replace("\u00a0", "_") == written


def test_money_in_short_names_the_power():
    assert formats.money_short(113_800_000, language="ru") == "113,8\u00a0млн\u00a0₽"
    assert formats.money_short(113_800_000, language="en") == "RUB\u00a0113.8M"


def test_a_share_has_as_many_decimals_as_asked_for():
    assert formats.share(10 / 13, language="ru") == "76,9\u00a0%"
    assert formats.share(Decimal("0.75"), 0, language="en") == "75%"


def test_a_sentence_begins_with_a_capital_and_keeps_the_others():
    assert formats.sentence("вторник, 10 December") == "Вторник, 10 December"


def test_a_filter_speaks_the_language_of_the_request(app):
    shown = read(app, '{{ at | local_date("Asia/Krasnoyarsk") }}, {{ 0.5 | share(0) }}', at=AFTERNOON)

    assert shown == "вторник, 10\u00a0декабря, 50\u00a0%"


def test_a_page_stands_in_the_frame_with_its_current_section(app):
    page = app.test_client().get("/shelf?state=new&lang=en").text

    assert "<h1>Shelf</h1>" in page
    assert '<a href="/out" aria-current="page">Lent</a>' in page
    assert '<a href="/shelf?state=new&amp;lang=ru" lang="ru" hreflang="ru">Русский</a>' in page
    assert "Krasnoyarsk time" in page


def test_the_prefix_of_a_mounted_app_is_in_every_address(app):
    page = app.test_client().get("/shelf", environ_overrides={"SCRIPT_NAME": "/library"}).text

    assert f'href="/library/look/{pages.digest()}/look.css"' in page
    assert 'href="/library/shelf?lang=' in page


@pytest.mark.parametrize("name", ["look.css", "fonts/golos-text-cyrillic-wght-normal.woff2", "mark.svg"])
def test_a_file_under_its_present_address_is_kept_for_ever(app, name):
    with app.test_client().get(f"/look/{pages.digest()}/{name}") as answer:
        answer.get_data()

    assert answer.status_code == 200
    assert answer.cache_control.immutable
    assert answer.cache_control.max_age == pages.YEAR_SECONDS


def test_a_file_under_an_old_address_is_sent_but_not_kept(app):
    with app.test_client().get("/look/000000000000/look.css") as answer:
        answer.get_data()

    assert answer.status_code == 200
    assert not answer.cache_control.immutable
    assert answer.cache_control.no_cache


def test_a_file_outside_the_folder_is_not_sent(app):
    answer = app.test_client().get(f"/look/{pages.digest()}/../pages.py")

    assert answer.status_code == 404


def test_a_problem_is_shown_as_a_page_and_escaped(app):
    app.extensions["caravan.gettext"] = lambda: str

    with app.test_request_context("/", method="POST", headers={"Accept": "text/html"}):
        page = refusals.render(problems.ForbiddenError("Ask <Anna>.")).get_data(as_text=True)

    assert "<title>You may not do that" in page
    assert "<h1>You may not do that</h1>" in page
    assert "Ask &lt;Anna&gt;." in page
    assert "hreflang" not in page


def test_a_table_shows_a_dash_for_no_number_and_nothing_for_no_text(app):
    template = """{% from "macros/tables.html" import table %}{{ table(
      [{"key": "n", "label": "Name", "head": true}, {"key": "t", "label": "By"},
       {"key": "c", "label": "Copies", "num": true}],
      [{"n": {"text": "Ada", "url": "/ada"}, "t": none, "c": none}, {"n": "Bob", "t": "<i>", "c": 0}], "Books") }}"""

    shown = read(app, template)

    assert '<th scope="row"><a href="/ada">Ada</a></th><td data-l="By"></td>' in shown
    assert '<td data-l="Copies" class="num"><div>—</div></td>' in shown
    assert "<div>&lt;i&gt;</div>" in shown
    assert '<td data-l="Copies" class="num"><div>0</div></td>' in shown


def test_a_board_names_every_state_in_words(app):
    template = """{% from "macros/board.html" import board %}{{ board([{"label": "1"}, {"label": "2"}],
      [{"label": "14:00", "cells": [
        {"title": "Производство", "state": "lock", "tags": [{"text": "kept", "icon": "lock"}]},
        {"state": "gap", "url": "/take", "label": "Take 14:00"}]},
       {"label": "15:00", "cells": [{"state": "shut", "text": "lunch", "span": 2}]}], "Hall", "Time") }}"""

    shown = read(app, template)

    assert "Произ\u00adвод\u00adство" in shown
    assert "kept</span>" in shown
    assert '<a href="/take" aria-label="Take 14:00">' in shown
    assert '<td class="shut" colspan="2"><span>lunch</span></td>' in shown


def test_a_refused_field_keeps_what_was_typed_and_points_to_its_error(app):
    template = """{% from "macros/forms.html" import field %}
      {{ field("offers/0/text", "Offer", 'a "b"', hint="Which?", error="Say more.", maxlength=200) }}"""

    shown = read(app, template)

    assert 'value="a &#34;b&#34;"' in shown
    assert 'aria-describedby="offers-0-text-h offers-0-text-e"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'maxlength="200"' in shown
    assert '<p class="msg" id="offers-0-text-e">Say more.</p>' in shown
