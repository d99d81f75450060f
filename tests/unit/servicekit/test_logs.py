import json
import logging
import sys

import pytest

from servicekit.telemetry import logs
from servicekit.telemetry.logs import HIDDEN, scrubbed


def line(message="done", *arguments, exc_info=None, **fields):
    record = logging.LogRecord("any", logging.INFO, "x.py", 1, message, arguments, exc_info)
    vars(record).update(fields)
    return json.loads(logs.JsonLines().format(record))


def test_known_fields_are_written_as_they_are():
    with logs.bound(request_id="abc"):
        said = line(status=200, took_ms=1.5)

    assert (said["request_id"], said["status"], said["took_ms"], said["message"]) == ("abc", 200, 1.5, "done")
    assert logs.DROPPED not in said


def test_unknown_fields_are_left_out_and_counted():
    with logs.bound(surname="Иванова"):
        said = line(status=200, body={"a": 1})

    assert said[logs.DROPPED] == 2
    assert not {"surname", "body"} & said.keys()


def test_no_field_takes_the_place_of_what_every_line_tells():
    assert not logs.FIELDS & {"time", "level", "logger", "message", logs.DROPPED}


def test_forged_line_break_and_half_character_stay_inside_their_string():
    said = line("done", cause='x\n{"level": "ERROR"}\ud800')

    assert said["cause"] == 'x\n{"level": "ERROR"}?'


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail to anna.k+1@mail.example.org failed", f"mail to {HIDDEN} failed"),
        ("почта иван@почта.рф", f"почта {HIDDEN}"),
        ("call +7 913 000-00-00 now", f"call {HIDDEN} now"),
        ("call 8 (913) 000-00-00", f"call {HIDDEN}"),
        ("79130000000", HIDDEN),
        ("+49 30 901820-12", HIDDEN),
        ("bad eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln.", f"bad {HIDDEN}"),
        ("Authorization: Bearer abc.def-1", f"Authorization: Bearer {HIDDEN}"),
        ("crv_live_a1b2_Xyz-9 is revoked", f"{HIDDEN} is revoked"),
        ("GET /sign-in?token=abc&next=/x HTTP/1.1", f"GET /sign-in?{HIDDEN} HTTP/1.1"),
        ("Invalid request from ip=198.51.100.7: why", f"Invalid request from ip={HIDDEN} why"),
        ("token=abc, code=123456", f"token={HIDDEN}, code={HIDDEN}"),
        ("client_secret=abc", f"client_secret={HIDDEN}"),
        ("amqp://user:pass@host:5672/x", f"amqp://{HIDDEN}@host:5672/x"),
    ],
)
def test_what_no_log_may_hold_is_taken_out(text, left):
    assert scrubbed(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "0192f3a1-7c2e-7b13-8123-456789012345",
        "81234567-1234-7123-8123-456789012345",
        "00-80000000000000000000000000000007-8000000000000007-01",
        "2027-03-01T12:00:00.123+03:00",
        "took 12345678901 ns",
        "/v1/missions/<uuid:id>",
        "RU-KLU.application.approved.v1",
        "amqp.exceptions.NotFound: Queue.declare: (404) NOT_FOUND - no queue 'matching' in vhost '/'",
        'File "/opt/caravan/shared/servicekit/telemetry/logs.py", line 81, in format',
    ],
)
def test_ids_times_and_causes_stay(text):
    assert scrubbed(text) == text


@pytest.mark.parametrize("part", ["a", "a@", "+1 ", "8", "token", "?a=", "://a", "eyJ", "a.", "bearer ", "1-", "_"])
def test_long_text_is_scrubbed_in_a_moment(part):
    assert scrubbed(part * 3000)


def test_message_its_arguments_and_errors_are_scrubbed():
    try:
        raise ValueError("no letter to anna@example.org")
    except ValueError:
        said = line("asked %s", "https://example.org/x?code=7", exc_info=sys.exc_info())

    assert said["message"] == f"asked https://example.org/x?{HIDDEN}"
    assert said["error"].endswith(f"ValueError: no letter to {HIDDEN}")
