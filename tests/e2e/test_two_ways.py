"""A mission in one process on SQLite and on PostgreSQL; in many under kills it is played in tests/faults."""

import json
from contextlib import ExitStack

import pytest

from deployment import one_process
from letters_read import address_of, body_of, calendars_of, check_letter, language_of, letters_in
from plays import SCENARIO, end_state, finish, kaluga_on_sqlite, small_on_sqlite, start, states_of_deliveries, told_in
from under_kills import databases


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory):
    folder = kaluga_on_sqlite(tmp_path_factory)
    return told_in(folder), letters_in(folder / "data" / "mailbox")


def test_play_on_sqlite_ends_with_the_expected_report(on_sqlite):
    told, letters = on_sqlite

    assert told["report_equal"]
    assert told["report"] == told["expected_report"]
    assert states_of_deliveries(told) == {"accepted"}
    assert len(letters) == sum(channels["mail"] for channels in end_state(told)["deliveries"].values())


def test_every_letter_of_the_play_can_be_read(on_sqlite):
    _told, letters = on_sqlite

    for letter in letters:
        check_letter(letter)


def test_every_letter_speaks_its_readers_language_and_tells_both_times(on_sqlite):
    _told, letters = on_sqlite
    organisations = json.loads(SCENARIO.read_text())["organisations"]
    people = {person["email"]: (row["side"], person["language"]) for row in organisations for person in row["staff"]}
    cities = {"ru": ("в Калуге", "в Красноярске"), "en": ("in Kaluga", "in Krasnoyarsk")}

    for letter in letters:
        side, language = people[address_of(letter)]
        assert language_of(letter) == language
        if calendars_of(letter):
            text = body_of(letter, "plain").replace("\xa0", " ")
            guests, hosts = (city in text for city in cities[language])
            assert (guests, hosts) == (side == "guest", True), text

    assert {language_of(letter) for letter in letters} == {"ru", "en"}


@pytest.mark.long
def test_play_on_postgresql_ends_the_same(tmp_path_factory, postgres_url, tmp_path):
    folder = small_on_sqlite(tmp_path_factory)
    with ExitStack() as stack:
        settings = databases(stack, postgres_url)
        instance = stack.enter_context(one_process(tmp_path, settings))
        out = tmp_path / "play.json"
        told = finish(start(instance, out, folder / "scenario.json"), instance, out)

    assert end_state(told) == end_state(told_in(folder))
