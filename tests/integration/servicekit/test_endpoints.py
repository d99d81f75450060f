"""What every endpoint does around its handler, through HTTP."""

import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

import writer
from access.roles import Role
from notes_http import SERVICE, count
from servicekit import worker
from servicekit.app import create_app
from servicekit.data import clock, tables
from servicekit.web import idempotency
from signed_in import bearer

KEY = {"Idempotency-Key": "k-1"}
RUSSIAN = {"Accept-Language": "ru"}


@pytest.fixture
def runtime(runtime_of):
    return runtime_of(SERVICE)


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


def test_same_key_and_body_give_the_same_answer_once(client, runtime):
    first = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)
    second = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count(runtime) == 1


def test_22_same_key_with_another_body_is_refused(client, runtime):
    client.post("/v1/notes", json={"words": "hello"}, headers=KEY)

    answer = client.post("/v1/notes", json={"words": "other"}, headers=KEY | RUSSIAN)

    assert answer.status_code == 422
    assert "другим телом" in answer.json["detail"]
    assert count(runtime) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_22_key_whose_first_request_is_in_flight_is_to_be_sent_again(client, runtime, monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", timedelta(milliseconds=100))
    write_note, begun, may_end, answers = writer.write_note, threading.Event(), threading.Event(), []

    def write_slowly(*note):
        begun.set()
        may_end.wait(10)
        return write_note(*note)

    def post():
        return create_app(runtime).test_client().post("/v1/notes", json={"words": "hello"}, headers=KEY)

    monkeypatch.setattr(writer, "write_note", write_slowly)
    first = threading.Thread(target=lambda: answers.append(post()))
    first.start()
    begun.wait(10)
    in_flight = client.post("/v1/notes", json={"words": "hello"}, headers=KEY | RUSSIAN)
    may_end.set()
    first.join()
    afterwards = post()

    assert (in_flight.status_code, in_flight.headers["Retry-After"]) == (409, "1")
    assert "ещё обрабатывается" in in_flight.json["title"]
    assert (afterwards.status_code, afterwards.json) == (201, answers[0].json)
    assert count(runtime) == 1


def test_answer_that_a_key_has_kept_is_told_while_its_roles_are_held_and_no_longer(client, runtime):
    def posted(*organisations):
        given = bearer({Role.DELEGATE: organisations}, actor_id="person:00000000-0000-4000-8000-0000000000cc")
        return client.post("/v1/notes", json={"words": "hello"}, headers=KEY | given)

    answers = [posted("a"), posted("a", "b"), posted("b")]

    assert [answer.status_code for answer in answers] == [201, 201, 403]
    assert answers[0].json == answers[1].json
    assert "hello" not in answers[2].text
    assert count(runtime) == 1


def test_23_key_of_yesterday_makes_a_new_request(client, runtime, monkeypatch):
    first = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)
    at = clock.machine_now() + timedelta(hours=25)
    monkeypatch.setattr(worker, "machine_now", lambda: at)
    worker.tick(runtime)

    second = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)

    assert (second.status_code, count(runtime)) == (201, 2)
    assert first.json["id"] != second.json["id"]


def test_trace_of_the_caller_travels_with_the_event(client, runtime):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    client.post("/v1/notes", json={"words": "traced"}, headers={"traceparent": trace})
    client.post("/v1/notes", json={"words": "forged"}, headers={"traceparent": "nonsense"})

    with runtime.database.read() as session:
        bodies = list(session.scalars(select(tables.outbox.c.body).where(tables.outbox.c.body.contains("words"))))
    assert [trace in body for body in bodies] == [True, False]
    assert "nonsense" not in "".join(bodies)


def test_refused_request_does_not_use_its_key_up(client, runtime):
    refused = client.post("/v1/notes", json={"words": ""}, headers=KEY)
    accepted = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)

    assert (refused.status_code, accepted.status_code) == (422, 201)


def test_21_thirty_at_once_with_one_key_have_one_effect(runtime):
    app, answers = create_app(runtime), []

    def post():
        answers.append(app.test_client().post("/v1/notes", json={"words": "hello"}, headers=KEY))

    threads = [threading.Thread(target=post) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert count(runtime) == 1


def test_unknown_things_are_problems_too(client):
    assert client.get("/v1/notes/missing").status_code == 404
    assert client.get("/nowhere").status_code == 404
    assert client.delete("/v1/notes").status_code == 405
    bug = client.get("/v1/notes/bug")
    assert bug.status_code == 500
    assert "secret" not in bug.text
    assert all(
        client.get(path).mimetype == "application/problem+json" for path in ("/v1/notes/missing", "/v1/notes/bug")
    )


def test_lists_are_paged_by_cursor(client):
    for number in range(5):
        client.post("/v1/notes", json={"words": f"{number}"})

    first = client.get("/v1/notes?limit=3").json
    second = client.get(f"/v1/notes?limit=3&after={first['next']}").json

    assert [note["words"] for note in first["items"] + second["items"]] == ["0", "1", "2", "3", "4"]
    assert second["next"] is None


def test_health_tells_database_and_events(client, runtime):
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json["database"] == "ready"
    assert answer.json["broker"] == "none"
    assert answer.json["events"]["dead"] == 0


@pytest.mark.parametrize("path", ["/health/ready", "/v1/notes", "/events/dead"])
def test_service_whose_connections_are_all_taken_says_when_to_come_again(client, runtime, monkeypatch, path):
    engine = runtime.database.engine
    monkeypatch.setattr(engine.pool, "_timeout", 0.05)
    with ExitStack() as taken:
        for _ in range(30):
            taken.enter_context(engine.connect())

        answer = client.get(path, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get(path).status_code == 200


def test_document_and_its_page_are_served(client):
    document = client.get("/v1/openapi.json").json

    assert document["openapi"] == "3.1.0"
    parameters = [item["name"] for item in document["paths"]["/v1/notes"]["post"]["parameters"]]
    assert parameters == ["Idempotency-Key"]
    page_ = client.get("/v1/", headers={"Accept": "text/html"})
    assert page_.status_code == 200
    assert "/v1/notes" in page_.text
