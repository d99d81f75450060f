"""The platform calls an address that a user gave only if it is public, and never further.

Nothing here speaks to a machine outside: where a name is to lead there, the connection is watched and led back.
"""

import socket

import pytest

from outgoing_calls import allowing, failure_of
from servers.ports import LOOPBACK
from servicekit.callbacks import Outcome, judge
from servicekit.data.clock import machine_now
from servicekit.problems import InvalidInputError
from servicekit.web import outgoing
from servicekit.web.outgoing import Failure
from strange_servers import HEAD, saying

PUBLIC = "93.184.216.34"
INSIDE = (
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.7",
    "100.64.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::ffff:127.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fd00::1",
    "fe80::1",
    "ff02::1",
)


@pytest.fixture
def leading(monkeypatch):
    """Call it with what a name leads to, look-up by look-up; returns the names that were looked up."""

    def lead(*answers):
        waiting, asked = list(answers), []

        def look_up(host, port, *_args, **_kwargs):
            if host[0].isdigit():  # no name: nobody is asked
                found = host
            else:
                asked.append(host)
                found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            if found is None:
                raise socket.gaierror(socket.EAI_NONAME, "unknown")
            family = socket.AF_INET6 if ":" in found else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (found, port))]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return lead


@pytest.mark.parametrize("place", INSIDE)
def test_109_name_that_leads_inside_is_refused_when_saved_and_when_called(nobody_vouched, connections, leading, place):
    leading(place)

    with pytest.raises(InvalidInputError) as refusal:
        outgoing.require_public("https://hooks.example.org/in", nobody_vouched, "#/address")

    assert [(wrong.pointer, wrong.detail) for wrong in refusal.value.errors] == [("#/address", Failure.NOT_PUBLIC)]
    assert failure_of("https://hooks.example.org/in", nobody_vouched) is Failure.NOT_PUBLIC
    assert connections == []


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "[::1]", "[64:ff9b::7f00:1]"])
def test_109_number_is_refused_when_called_without_a_look_up(nobody_vouched, connections, leading, host):
    asked = leading(PUBLIC)

    assert failure_of(f"https://{host}/", nobody_vouched) is Failure.REFUSED
    assert asked == connections == []


def test_109_name_is_saved_in_one_spelling_whether_it_is_known_yet_or_not(nobody_vouched, leading):
    leading(PUBLIC, None)

    spelling = [outgoing.require_public("https://Hooks.Example.org:443", nobody_vouched) for _look_up in range(2)]

    assert spelling == ["https://hooks.example.org/"] * 2


def test_109_host_that_the_operator_vouches_for_is_saved_wherever_it_leads(authority, leading):
    asked = leading(LOOPBACK)

    assert outgoing.require_public("https://localhost:9443/x", allowing("localhost:9443", authority))
    assert asked == []


def test_110_name_that_changes_is_looked_up_once_and_called_where_it_was_checked(nobody_vouched, connections, leading):
    asked = leading(PUBLIC, LOOPBACK)

    assert failure_of("https://hooks.example.org/", nobody_vouched) is Failure.UNREACHABLE
    assert asked == ["hooks.example.org"]
    assert connections == [PUBLIC]


def test_110_checked_address_is_called_under_its_name_and_certificate(serving, monkeypatch):
    with serving(saying(HEAD, b"Content-Length: 2\r\n\r\nok"), "hooks.example.org") as (server, settings):
        lead_back(monkeypatch, server.port)
        answer = outgoing.request("GET", "https://hooks.example.org/in?a=1", settings)

    assert (answer.status, answer.body, answer.is_cut) == (200, b"ok", False)
    assert server.names == ["hooks.example.org"]
    assert server.heads[0].startswith("GET /in?a=1 HTTP/1.1\r\n")
    assert "Host: hooks.example.org\r\n" in server.heads[0]


def test_110_certificate_of_another_name_is_refused_at_a_checked_address(serving, monkeypatch):
    with serving(saying(HEAD, b"\r\n"), "other.example.org") as (server, settings):
        lead_back(monkeypatch, server.port)
        failure = failure_of("https://hooks.example.org/", settings)

    assert failure is Failure.CERTIFICATE
    assert server.heads == []


def lead_back(monkeypatch, port):
    """Let every name lead to a public address, and connections to that to a server of the test."""
    connect = socket.socket.connect

    def redirected(line, address):
        assert address[:2] == (PUBLIC, 443)
        connect(line, (LOOPBACK, port))

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    monkeypatch.setattr(socket.socket, "connect", redirected)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_111_redirect_is_a_failure_and_not_followed(serving, leading, status):
    moved = f"HTTP/1.1 {status} Moved\r\nLocation: https://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n".encode()
    with serving(saying(moved)) as (server, settings):
        asked = leading(LOOPBACK)
        answer = outgoing.request("POST", f"https://localhost:{server.port}/", settings)

    assert judge(answer.status, answer.headers, machine_now()).outcome is Outcome.FAILED
    assert asked == ["localhost"]
    assert len(server.heads) == 1


def test_112_port_and_scheme_are_refused_when_called(nobody_vouched, connections):
    urls = ("http://example.org/", "https://example.org:5672/", "https://a@example.org/", "file:///etc/passwd")

    assert {failure_of(url, nobody_vouched) for url in urls} == {Failure.REFUSED}
    assert connections == []


def test_environment_leads_no_request_through_a_proxy(serving, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://{LOOPBACK}:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with serving(saying(HEAD, b"Content-Length: 0\r\n\r\n")) as (server, settings):
        assert outgoing.request("GET", f"https://localhost:{server.port}/", settings).status == 200


def test_name_that_is_unknown_is_a_failure_that_can_be_shown(nobody_vouched, leading, connections):
    leading(None)

    assert failure_of("https://hooks.example.org/", nobody_vouched) is Failure.NOT_FOUND
    assert connections == []
