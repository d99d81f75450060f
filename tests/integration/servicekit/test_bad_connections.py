"""What can be wrong with a connection: bodies without end, methods that are none, clients that dawdle or hang up."""

import socket
import struct
import time
from contextlib import closing, contextmanager

import pytest
import requests

from notes_http import SERVICE, count
from serving import served
from signed_in import bearer

MEGABYTE = 1024 * 1024


@pytest.fixture
def runtime(sqlite_runtime_of):
    return sqlite_runtime_of(SERVICE)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory, prepared):
    """A server that nothing is stored in, for all that is refused."""
    folder = tmp_path_factory.mktemp("quiet")
    with served(prepared.sqlite(SERVICE, folder / "quiet.db"), folder) as address:
        yield address


@contextmanager
def connected(address):
    with closing(socket.create_connection(address, timeout=10)) as connection:
        yield connection


def request(method="GET", path="/writer/v1/notes", *headers, body=b"", host="127.0.0.1"):
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answer(connection):
    """Read until the server has closed; return the status and all that came."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    text = b"".join(parts).decode()
    return int(text.split()[1]) if text else None, text


def told(address, raw):
    with connected(address) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        return answer(connection)


def test_01_body_that_is_too_large_is_refused_before_it_has_come(quiet):
    head = request("POST", "/writer/v1/notes/form", "Content-Type: application/x-www-form-urlencoded")

    status, text = told(quiet, head[:-2] + f"Content-Length: {10 * MEGABYTE}\r\n\r\nwords=".encode())

    assert status == 413
    assert text.endswith("}")


def test_02_body_of_no_declared_length_is_refused_at_the_limit(quiet):
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = request("POST", "/writer/v1/notes", "Content-Type: application/json", "Transfer-Encoding: chunked")

    assert told(quiet, head + chunk * 17)[0] == 413


def test_02_body_of_two_lengths_is_refused(quiet):
    both = ("Content-Type: application/json", "Content-Length: 10", "Transfer-Encoding: chunked", "Connection: close")

    assert told(quiet, request("POST", "/writer/v1/notes", *both, body=b"2\r\n{}\r\n0\r\n\r\n"))[0] == 400


@pytest.mark.parametrize(
    ("method", "status"), [("TRACE", 405), ("FOO", 405), ("CONNECT", 405), ("get", 400), ("G@T", 400)]
)
def test_16_method_that_is_none_is_refused(quiet, method, status):
    assert told(quiet, request(method, "/writer/v1/notes", "Connection: close"))[0] == status


@pytest.mark.parametrize("path", ["../../../../etc/passwd", "..%2f..%2f..%2fetc/passwd", "..%5cx", "%00"])
def test_17_path_leads_to_no_file(quiet, path):
    status, text = told(quiet, request("GET", f"/writer/look/x/{path}", "Connection: close"))

    assert status == 404
    assert "root:" not in text


@pytest.mark.parametrize("how", ["Content-Length: 100", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/writer/v1/notes", "application/json", b'{"words": "cut off"}'),
        ("/writer/v1/notes/form", "application/x-www-form-urlencoded", b"words=cut off"),
    ],
)
def test_27_body_that_breaks_off_changes_nothing(quiet, path, kind, body, how):
    sent = b"%x\r\n%s\r\n" % (len(body), body) if "chunked" in how else body

    status, _ = told(quiet, request("POST", path, f"Content-Type: {kind}", how, body=sent))

    assert status == 400
    assert requests.get(f"http://127.0.0.1:{quiet[1]}/writer/v1/notes", timeout=10).json()["items"] == []


@pytest.mark.parametrize("path", ["/writer/v1/notes?limit=1\r\nX-Evil: 1", "/writer/v1/notes?after=%0d%0aX-Evil:%201"])
def test_19_line_end_in_an_address_splits_no_header(quiet, path):
    status, text = told(quiet, request("GET", path, "Connection: close"))

    assert status in {400, 422}
    assert "\nx-evil" not in text.lower()


@pytest.mark.parametrize("forged", ["X-Forwarded-Proto: https", "Script-Name: /evil", "X-Forwarded-Prefix: /evil"])
def test_13_server_believes_nobody_where_it_stands(quiet, forged):
    status, text = told(quiet, request("GET", "/writer/v1", forged, "Connection: close"))

    assert status == 302
    assert "location: /writer/v1/\r\n" in text.lower()


def test_26_slow_clients_are_ended_and_keep_nobody_waiting_for_long(runtime, tmp_path):
    url = runtime.settings.database_url
    with served(url, tmp_path, asking_seconds=0.5) as address, connected(address) as slow, connected(address) as other:
        head = request("POST", "/writer/v1/notes", "Content-Type: application/json", "Content-Length: 1000")
        slow.sendall(head)
        beside = [requests.get(f"http://127.0.0.1:{address[1]}/writer/v1/notes", timeout=2) for _ in range(3)]
        other.sendall(head[:20])  # now both threads are held
        behind = requests.get(f"http://127.0.0.1:{address[1]}/writer/v1/notes", timeout=10)
        ends = [dripping(connection) for connection in (slow, other)]

    assert [reply.status_code for reply in (*beside, behind)] == [200] * 4
    assert ends == [400, None]  # a body, and a head, that does not end
    assert count(runtime) == 0


def dripping(connection):
    """Send one byte after the other until the server has had enough; return the status that it says, if any."""
    connection.settimeout(0.1)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            return answer(connection)[0]
        except TimeoutError:
            connection.sendall(b"x")
        except OSError:
            return None
    raise AssertionError("the server waits for ever")


def test_27_request_whose_sender_hung_up_is_done_once(runtime, tmp_path):
    body = b'{"words": "kept"}'
    headers = {"Idempotency-Key": "k-1", "Content-Type": "application/json", **bearer()}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    with served(runtime.settings.database_url, tmp_path) as address:
        with connected(address) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset on closing
            connection.sendall(request("POST", "/writer/v1/notes", f"Content-Length: {len(body)}", *lines, body=body))
        url = f"http://127.0.0.1:{address[1]}/writer/v1/notes"
        again = [requests.post(url, data=body, headers=headers, timeout=10).json() for _ in range(2)]

    assert again[0] == again[1]
    assert count(runtime) == 1


def test_28_flood_from_one_address_is_refused_and_others_are_answered(runtime, tmp_path):
    settings = {"public_url": "https://caravan.example", "rate_limit": "60/minute"}
    asked = request("GET", "/writer/v1/notes", "Connection: close", host="caravan.example")
    with served(runtime.settings.database_url, tmp_path, **settings) as address:
        flood = [told(address, asked)[0] for _ in range(120)]
        with closing(socket.create_connection(address, 10, source_address=("127.0.0.2", 0))) as other:
            other.sendall(asked)
            answered = answer(other)[0]

    assert set(flood[:60]) == {200}
    assert set(flood[60:]) == {429}
    assert answered == 200
