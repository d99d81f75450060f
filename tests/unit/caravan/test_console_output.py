import io
import string
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from caravan.demo import texts
from caravan.demo.console_output import ConsoleOutput
from caravan.report import table as report

AT = datetime(2024, 11, 18, 2, 0, tzinfo=UTC)
FIGURES = {
    "guest_organisations": 24,
    "expected_amount_rub": 1000,
    "at_3_months": {"realised": 1},
    "definitions_en": "x",
}


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture
def told():
    return io.StringIO()


@pytest.fixture(params=["ru", "en"])
def output(request, told):
    return ConsoleOutput(request.param, ZoneInfo("Asia/Krasnoyarsk"), Console(file=told, width=100))


@pytest.mark.parametrize("table", [texts.TITLES, texts.LINES, texts.PAGES, report.COLUMN_TITLES, report.FIGURES])
def test_every_text_stands_in_both_languages_with_the_same_facts(table):
    assert all(set(said) == {"ru", "en"} for said in table.values())
    assert all(fields(said["ru"]) == fields(said["en"]) for said in table.values())


def test_every_line_can_be_said(output):
    for key, said in texts.LINES.items():
        facts = dict.fromkeys(fields(said["en"]), (2, "guest"))

        assert output.text(key, **facts)


def test_a_step_is_told_with_the_time_of_the_mission_and_its_length(output, told):
    with output.step(AT, "opening"):
        output.add_line("applied", guests=(24, "guest"), hosts=(41, "host"), people=(75, "delegate"))

    words_told = " ".join(told.getvalue().replace("\xa0", " ").split())
    assert "2024, 09:00" in words_told
    assert {"ru": "24 гостя, 41 хозяин, 75 делегатов", "en": "24 guests, 41 hosts, 75 delegates"}[
        output.language
    ] in words_told


def test_many_lines_of_a_kind_are_counted_after_the_first(output, told):
    with output.step(AT, "late_arrival"):
        output.add_lines("best", [{"guest": "a", "host": "b"}] * 11)

    assert told.getvalue().count("a — b") == 8
    assert {"ru": "и ещё 3", "en": "and 3 more"}[output.language] in told.getvalue()


def test_names_are_told_as_they_are_when_they_look_like_markup(output, told):
    with output.step(AT, "end"):
        output.add_line("who", who="[bold]Acme[/]", reason="{reason}")

    assert "[bold]Acme[/]: {reason}" in told.getvalue()


def test_the_report_shows_what_was_expected_beside_what_was_found(output, told):
    output.console.print(report.report_table(FIGURES, FIGURES | {"guest_organisations": 25}, output.language))

    rows = told.getvalue().splitlines()
    assert [row.split()[-2:] for row in rows if "24" in row] == [["24", "25"]]
    assert "definitions" not in told.getvalue()


def test_a_language_that_nobody_speaks_is_told_in_english(told):
    assert ConsoleOutput("kk", ZoneInfo("Asia/Almaty"), Console(file=told)).text("look") == "Where to look"
