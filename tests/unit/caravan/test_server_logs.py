"""Gunicorn's log lines go to our log, without query strings and client addresses."""

import io
import json
import logging

import pytest

from caravan.serving.server import Server
from servicekit.telemetry import logs


@pytest.fixture
def gunicorn():
    """The logger of a served process."""
    own = logging.getLogger("gunicorn.error")
    before = own.propagate, own.level, list(own.handlers)
    cfg = Server(list, "127.0.0.1:0", workers=1, threads=1, with_worker=False).cfg
    yield cfg.logger_class(cfg)
    own.propagate, own.level, own.handlers = before


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_request_that_fails_in_gunicorn_is_logged_once_without_its_query(gunicorn, lines, capsys):
    gunicorn.warning("Error handling request %s %s", "POST", "/registration/sign-in?token=abc")

    assert [line["message"] for line in lines()] == ["Error handling request POST /registration/sign-in?[…]"]
    assert capsys.readouterr().err == ""


def test_malformed_request_is_logged_without_the_address_of_the_client(gunicorn, lines):
    gunicorn.warning("Invalid request from ip=198.51.100.7: Invalid HTTP request line: 'GET /a?code=7'")

    assert not {"198.51.100.7", "code=7"} & set(lines()[0]["message"].replace(":", " ").replace("?", " ").split())


def test_no_line_is_written_for_each_request(gunicorn):
    assert not gunicorn.access_log_enabled
