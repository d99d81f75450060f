"""What the platform calls for a user may answer much, slowly, never or falsely: it is left in time."""

import gzip
import socket
import threading
from time import monotonic

import pytest

from outgoing_calls import allowing, failure_of
from servers.ports import free_port
from servicekit.settings import Settings
from servicekit.web import outgoing
from servicekit.web.outgoing import MOST_BYTES, Failure
from strange_servers import HEAD, endlessly, saying


def test_113_large_answer_is_cut(serving):
    with serving(endlessly(HEAD + b"Content-Length: 1000000000\r\n\r\n", b"x" * 65536, never)) as (server, settings):
        answer = outgoing.request("GET", f"https://localhost:{server.port}/", settings)

    assert (answer.status, len(answer.body), answer.is_cut) == (200, 64 * 1024, True)


@pytest.mark.parametrize("status", ["200 OK", "302 Found\r\nLocation: https://example.org/"])
def test_113_packed_answer_stays_packed_though_it_was_not_asked_for(serving, status):
    bomb = gzip.compress(b"\0" * 20_000_000)
    head = f"HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with serving(saying(head, bomb)) as (server, settings):
        answer = outgoing.request("GET", f"https://localhost:{server.port}/", settings)

    assert answer.body == bomb[:MOST_BYTES]
    assert "Accept-Encoding: identity\r\n" in server.heads[0]


@pytest.mark.parametrize(
    ("beginning", "part"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK", b"x"),
        (HEAD, b"X-More: 1\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silence", "a line", "headers", "promises"],
)
def test_113_server_that_never_answers_is_left_in_time(serving, beginning, part):
    tick = threading.Event()
    with serving(endlessly(beginning, part, lambda: tick.wait(0.02))) as (server, settings):
        began = monotonic()
        failure = failure_of(f"https://localhost:{server.port}/", settings, seconds=0.1)
        took = monotonic() - began
        tick.set()

    assert failure in {Failure.SLOW, Failure.UNREACHABLE}
    assert took < 1.5


@pytest.mark.parametrize("coding", [b"Content-Length: 100000\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_113_answer_that_never_ends_is_cut_in_time(serving, coding):
    part = b"1\r\nx\r\n" if b"chunked" in coding else b"x"
    tick = threading.Event()
    with serving(endlessly(HEAD + coding + b"\r\n", part, lambda: tick.wait(0.02))) as (server, settings):
        began = monotonic()
        answer = outgoing.request("GET", f"https://localhost:{server.port}/", settings, seconds=0.6)
        took = monotonic() - began
        tick.set()

    assert answer.status == 200 and answer.is_cut
    assert set(answer.body) == set(b"x")
    assert took < 1.2


def test_113_name_server_that_never_answers_is_left_in_time(nobody_vouched, monkeypatch, connections):
    tick = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: tick.wait(10))
    monkeypatch.setattr(outgoing, "GRACE_SECONDS", 0.01)

    failure = failure_of("https://hooks.example.org/", nobody_vouched, seconds=0.02)
    tick.set()

    assert failure is Failure.SLOW
    assert connections == []


def test_113_no_thread_outlives_its_deadline(serving):
    tick = threading.Event()
    with serving(endlessly(HEAD, b"X-More: 1\r\n", lambda: tick.wait(0.02))) as (server, settings):
        failure_of(f"https://localhost:{server.port}/", settings, seconds=0.1)
        left = [thread for thread in threading.enumerate() if thread.name == "outgoing"]
        for thread in left:
            thread.join(1)
        tick.set()

    assert not any(thread.is_alive() for thread in left)


def test_114_certificate_of_another_name_is_a_failure_that_can_be_shown(serving):
    with serving(saying(HEAD, b"\r\n"), "other.example.org") as (server, settings):
        assert failure_of(f"https://localhost:{server.port}/", settings) is Failure.CERTIFICATE

    assert server.heads == []


def test_114_certificate_that_nobody_vouches_for_is_a_failure_that_can_be_shown(serving):
    with serving(saying(HEAD, b"\r\n")) as (server, settings):
        strangers = Settings(database_url="sqlite:///x", outgoing_hosts=settings.outgoing_hosts)
        assert failure_of(f"https://localhost:{server.port}/", strangers) is Failure.CERTIFICATE

    assert server.heads == []


def test_114_server_that_is_not_there_is_a_failure_that_can_be_shown(authority):
    port = free_port()

    assert failure_of(f"https://localhost:{port}/", allowing(f"localhost:{port}", authority)) is Failure.UNREACHABLE


def never():
    return False
