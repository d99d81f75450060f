"""What every endpoint does around its handler, through HTTP."""

import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest
from marshmallow import Schema, fields
from sqlalchemy import select

import writer
from servicekit import tables
from servicekit.app import create_app
from servicekit.endpoints import ApiBlueprint, reads, writes
from servicekit.fields import Text
from servicekit.paging import PageArguments, page, page_of
from servicekit.problems import NotFoundError

KEY = {"Idempotency-Key": "k-1"}
RUSSIAN = {"Accept-Language": "ru"}


class NoteSchema(Schema):
    """A note."""

    id = fields.UUID(dump_only=True)
    words = Text(longest=40, required=True)
    loud = fields.Boolean()


def notes_api():
    blueprint = ApiBlueprint("notes", __name__, url_prefix="/v1/notes", description="Notes.")

    @blueprint.post("")
    @writes(creates=True)
    @blueprint.arguments(NoteSchema)
    @blueprint.response(201, NoteSchema)
    def write(body, session, actor):
        """Write a note."""
        return writer.write_note(session, body["words"])

    @blueprint.get("")
    @reads
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(NoteSchema))
    def read(args, session, actor):
        """Read notes."""
        return page(session, select(writer.Note), writer.Note.id, args)

    @blueprint.get("/missing")
    @reads
    def missing(session, actor):
        """Find nothing."""
        raise NotFoundError

    @blueprint.get("/bug")
    @reads
    def bug(session, actor):
        """Fail."""
        raise ZeroDivisionError("secret detail")

    return (blueprint,)


@pytest.fixture
def runtime(runtime_of):
    return runtime_of(replace(writer.SERVICE, blueprints=notes_api))


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


def count(runtime):
    with runtime.database.read() as session:
        notes = session.execute(select(writer.Note)).all()
        events = session.execute(select(tables.outbox).where(tables.outbox.c.routing_key.contains("note"))).all()
        assert len(notes) == len(events)
        return len(notes)


def test_same_key_and_body_give_the_same_answer_once(client, runtime):
    first = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)
    second = client.post("/v1/notes", json={"words": "hello"}, headers=KEY)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count(runtime) == 1


def test_same_key_with_another_body_is_refused(client, runtime):
    client.post("/v1/notes", json={"words": "hello"}, headers=KEY)

    answer = client.post("/v1/notes", json={"words": "other"}, headers=KEY | RUSSIAN)

    assert answer.status_code == 422
    assert "другим телом" in answer.json["detail"]
    assert count(runtime) == 1


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


def test_thirty_at_once_with_one_key_have_one_effect(runtime):
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


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"no json", "application/json", 400),
        (b'{"words": "a", "words": "b"}', "application/json", 400),
        (b'{"words": NaN}', "application/json", 400),
        (b'{"words": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"words": ' + b"[" * 40 + b"]" * 40 + b"}", "application/json", 400),
        (b'{"words": "a"}', "text/plain", 415),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"words": "a", "is_admin": true}', "application/json", 422),
        (b'{"words": 7}', "application/json", 422),
        (b'{"words": "   "}', "application/json", 422),
        (b'{"words": "a\\u0000b"}', "application/json", 422),
        (b'{"words": "\\ud800"}', "application/json", 422),
        (b'{"words": "a\\u202eb"}', "application/json", 422),
        (b'{"words": "' + b"x" * 41 + b'"}', "application/json", 422),
        (b"", "application/json", 422),
        (b"x" * 2_000_000, "application/json", 413),
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_bad_body_is_a_clear_problem_and_leaves_no_trace(client, runtime, body, content_type, status, language):
    headers = {"Accept-Language": language, "Content-Type": content_type}

    answer = client.post("/v1/notes", data=body, headers=headers)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert is_russian(answer.json["title"]) == (language == "ru")
    for error in answer.json.get("errors", ()):
        assert error["pointer"].startswith("#")
        assert is_russian(error["detail"]) == (language == "ru")
    assert count(runtime) == 0


def is_russian(text):
    return any("а" <= letter <= "я" for letter in text.lower())


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
    assert client.get("/v1/notes?limit=100000").status_code == 422


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


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_instance_answers_under_its_own_names_alone(client, runtime, host):
    answers = [
        client.get("/v1/notes", headers={"Host": host}),
        client.post("/v1/notes", json={"words": "x"}, headers={"Host": host}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert count(runtime) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_page_of_another_site_changes_nothing(client, runtime, headers):
    answer = client.post("/v1/notes", json={"words": "x"}, headers=headers | RUSSIAN)

    assert answer.status_code == 403
    assert is_russian(answer.json["detail"])
    assert count(runtime) == 0


def test_own_page_may_change_things(client, runtime):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    assert client.post("/v1/notes", json={"words": "x"}, headers=headers).status_code == 201
