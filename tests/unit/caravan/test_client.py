import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from caravan import client
from caravan.client import Client, RefusedError, UnavailableError

CUT_OFF, CUT = {"id": "cut off"}, 100
"""An answer, and how many of its last bytes are never sent."""


class Script(BaseHTTPRequestHandler):
    """Sends the answers of its server in order, and stores the requests."""

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, body, *headers = self.server.answers.pop(0)
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in dict(*headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw) + CUT * (body == CUT_OFF)))
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = True

    do_GET = do_POST = do_PUT = answer  # noqa: N815

    def log_message(self, *_args):
        """Log nothing."""


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Script)
    server.daemon_threads = True
    server.answers, server.asked = [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service(server):
    made = Client(f"http://127.0.0.1:{server.server_port}/registration", retry_seconds=2)
    yield made
    made._session.close()


def test_a_post_is_sent_again_with_its_key_when_the_service_is_away_for_a_moment(server, service):
    server.answers += [(503, {}), (201, {"id": "1"})]

    answer = service.post("/v1/organisations", {"reference": "klu-01"})

    assert answer == {"id": "1"}
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in server.asked}) == 1
    assert len({body for *_, body in server.asked}) == 1


def test_a_post_whose_key_is_in_flight_is_sent_again_with_it(server, service):
    server.answers += [(409, {}, {"Retry-After": "1"}), (201, {"id": "1"})]

    assert service.post("/v1/organisations", {"reference": "klu-01"}) == {"id": "1"}
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in server.asked}) == 1


def test_a_post_whose_answer_was_cut_off_is_sent_again_with_its_key(server, service):
    server.answers += [(201, CUT_OFF), (201, {"id": "1"})]

    assert service.post("/v1/organisations", {"reference": "klu-01"}) == {"id": "1"}
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in server.asked}) == 1


def test_a_refusal_becomes_one_clear_error(server, service):
    problem = {"title": "Some fields need a correction", "errors": [{"pointer": "#/inn", "detail": "Is no INN"}]}
    server.answers.append((422, problem))

    with pytest.raises(RefusedError) as refused:
        service.post("/v1/organisations", {})

    assert refused.value.status == 422
    assert refused.value.message == (
        "POST /registration/v1/organisations answered 422: Some fields need a correction; #/inn: Is no INN"
    )


def test_a_step_that_arrived_before_its_answer_was_lost_counts_as_done(server, service):
    server.answers += [(503, {}), (409, {"title": "Already reviewed"})]

    service.transition("/v1/applications/1/approval")

    assert [path for _, path, _, _ in server.asked] == ["/registration/v1/applications/1/approval"] * 2


def test_all_pages_of_a_list_are_read(server, service):
    server.answers += [(200, {"items": [1, 2], "next": "2"}), (200, {"items": [3], "next": None})]

    assert list(service.items("/v1/missions", reference="m")) == [1, 2, 3]
    assert [path.partition("?")[2] for _, path, _, _ in server.asked] == [
        "reference=m&limit=500",
        "reference=m&after=2&limit=500",
    ]


def test_a_service_that_stays_away_is_named(service, server):
    away = Client("http://127.0.0.1:1/registration", retry_seconds=0.2)

    with pytest.raises(UnavailableError, match="no answer from"):
        away.get("/health/ready")


def test_services_are_found_at_one_origin_or_at_their_own():
    environ = {"CARAVAN_URL": "https://a.example.org/", "MATCHING_URL": "https://b.example.org"}

    found = client.connect(environ=environ).services

    assert [one.base_url for one in found.values()] == [
        "https://a.example.org/registration",
        "https://b.example.org/matching",
        "https://a.example.org/notifications",
    ]
    assert client.connect("http://c.example.org", environ=environ).matching.base_url == "http://c.example.org/matching"


def test_the_first_failure_of_many_is_raised():
    def work(number):
        if number == 3:
            raise ValueError(number)
        return number

    assert client.run_in_parallel(str, [1, 2]) == ["1", "2"]
    with pytest.raises(ValueError, match="3"):
        client.run_in_parallel(work, range(20))
