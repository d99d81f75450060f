"""The frame of every page, its files, and the macros from which pages are made."""

from datetime import UTC, datetime

import pytest
from flask import render_template_string

from servicekit import problems
from servicekit.service import Frame, Link
from servicekit.web import errors, layout

AFTERNOON = datetime(2024, 12, 10, 7, 0, tzinfo=UTC)


@pytest.fixture
def app(app):
    app.add_url_rule("/shelf", "shelf", lambda: render_template_string(SHELF, frame=FRAME))
    return app


FRAME = Frame(
    "Shelf",
    [Link(key="in", label="Here", url="/in"), Link(key="out", label="Lent", url="/out")],
    "out",
    note="Krasnoyarsk time",
)
SHELF = """{% extends "frame.html" %}{% from "macros/tables.html" import table %}{% block content %}
{{ table([{"key": "n", "label": "Name", "head": true}, {"key": "c", "label": "Copies", "num": true}], rows, "Books") }}
{% endblock %}"""


def read(app, template, **values):
    with app.test_request_context("/?lang=ru", headers={"Accept-Language": "ru"}):
        return render_template_string(template, **values)


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

    assert f'href="/library/look/{layout.digest()}/look.css"' in page
    assert 'href="/library/shelf?lang=' in page


@pytest.mark.parametrize("name", ["look.css", "fonts/golos-text-cyrillic-wght-normal.woff2", "mark.svg"])
def test_a_file_under_its_present_address_is_kept_for_ever(app, name):
    with app.test_client().get(f"/look/{layout.digest()}/{name}") as answer:
        answer.get_data()

    assert answer.status_code == 200
    assert answer.cache_control.immutable
    assert answer.cache_control.max_age == layout.YEAR_SECONDS


def test_a_file_under_an_old_address_is_sent_but_not_kept(app):
    with app.test_client().get("/look/000000000000/look.css") as answer:
        answer.get_data()

    assert answer.status_code == 200
    assert not answer.cache_control.immutable
    assert answer.cache_control.no_cache


def test_a_file_outside_the_folder_is_not_sent(app):
    answer = app.test_client().get(f"/look/{layout.digest()}/../pages.py")

    assert answer.status_code == 404


def test_a_problem_is_shown_as_a_page_and_escaped(app):
    app.extensions["caravan.gettext"] = lambda: str

    with app.test_request_context("/", method="POST", headers={"Accept": "text/html"}):
        page = errors.render(problems.ForbiddenError("Ask <Anna>.")).get_data(as_text=True)

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
