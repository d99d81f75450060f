"""Events that failed, through the API of a service."""

import json

import pytest

from letters_dead import PATH, REALLY, audit_of, dead, parked, retry_all
from notes import told
from servicekit.app import create_app
from servicekit.bus.dead_letters import store
from servicekit.bus.dead_letters.store import identifier

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def client(reading):
    return create_app(reading).test_client()


def test_list_is_paged_and_filtered(writing, reading, client):
    letters = [dead(writing, reading, f"hopeless {number}") for number in range(3)]
    waiting = parked(writing, reading, "bitter", private=True)

    first = client.get(PATH, query_string={"limit": 2}).json
    second = client.get(PATH, query_string={"limit": 2, "after": first["next"]}).json
    only = client.get(PATH, query_string={"state": "parked", "type": "caravan.note.whispered.v1"}).json

    assert [item["id"] for item in first["items"] + second["items"]] == [*letters, waiting]
    assert second["next"] is None
    assert [item["id"] for item in only["items"]] == [waiting]
    assert "content" not in first["items"][0]


def test_letter_is_told_whole_with_what_was_done(writing, reading, client):
    letter = dead(writing, reading, "hopeless")

    client.post(f"{PATH}/{letter}/replay", json=REALLY)
    told_of = client.get(f"{PATH}/{letter}").json

    assert told_of["content"]["data"]["words"] == "hopeless"
    assert told_of["error"] == "PoisonError: hopeless"
    assert [(done["action"], done["actor"], done["reason"]) for done in told_of["actions"]] == [
        ("replay", "person:00000000-0000-4000-8000-000000000001", "mended")
    ]


def test_nothing_is_done_unless_it_is_asked_for(writing, reading, client):
    letter = dead(writing, reading, "hopeless")

    replayed = client.post(f"{PATH}/{letter}/replay", json={"reason": "mended"})
    discarded = client.post(f"{PATH}/{letter}/discard", json={"reason": "mended"})
    many = client.post(f"{PATH}/replay", json={"reason": "mended"})

    assert [answer.json["dry_run"] for answer in (replayed, discarded, many)] == [True] * 3
    assert (replayed.json["outcome"], discarded.json["outcome"], many.json["count"]) == ("due", "discarded", 1)
    assert client.get(f"{PATH}/{letter}").json["state"] == "dead"
    assert audit_of(reading) == []


def test_replay_and_discard_are_repeatable(writing, reading, client):
    one, other = dead(writing, reading, "one"), dead(writing, reading, "other")

    replays = []
    for _ in range(3):
        replays.append(client.post(f"{PATH}/{one}/replay", json=REALLY).json["outcome"])
        retry_all(reading)
    discards = [client.post(f"{PATH}/{other}/discard", json=REALLY).json["outcome"] for _ in range(2)]

    assert replays == ["due", "handled before", "handled before"]
    assert discards == ["discarded", "discarded before"]
    assert told(reading) == ["one"]


def test_same_key_gives_the_same_answer_and_one_row_of_the_audit(writing, reading, client):
    letter = dead(writing, reading, "hopeless")
    key = {"Idempotency-Key": "k-1"}

    answers = [client.post(f"{PATH}/{letter}/replay", json=REALLY, headers=key) for _ in range(2)]

    assert answers[0].json == answers[1].json
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(audit_of(reading)) == 1


def test_all_of_a_type_are_replayed(writing, reading, client, monkeypatch):
    monkeypatch.setattr(store, "MOST", 2)
    for number in range(3):
        dead(writing, reading, f"hopeless {number}")
    whisper = dead(writing, reading, "whisper", private=True)
    asked = REALLY | {"type": "caravan.note.written.v1"}

    first = client.post(f"{PATH}/replay", json=asked).json
    second = client.post(f"{PATH}/replay", json=asked | {"after": first["next"]}).json
    retry_all(reading)

    assert (first["count"], second["count"], second["next"]) == (2, 1, None)
    assert len(told(reading)) == 3
    assert client.get(f"{PATH}/{whisper}").json["state"] == "dead"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": ""},
        {"reason": "   "},
        {"reason": "x" * 501},
        {"reason": "x" * 900_000},
        {"reason": "a\x00b"},
        {"reason": 7},
        {"reason": "fine", "dry_run": "perhaps"},
        {"reason": "fine", "force": True},
    ],
)
@pytest.mark.parametrize("action", ["replay", "discard"])
def test_action_without_a_good_reason_is_refused(writing, reading, client, action, body):
    letter = dead(writing, reading, "hopeless")

    answer = client.post(f"{PATH}/{letter}/{action}", json={"dry_run": False} | body)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert client.get(f"{PATH}/{letter}").json["state"] == "dead"


@pytest.mark.parametrize(
    "letter",
    ["x", "%00", "a%00b.eA", "a%0Ab.eA", "..", "%2e%2e%2e", "'.x", "a.b.c", "ид.%FF", identifier("/none", "7")],
)
def test_unknown_letter_is_a_problem_everywhere(reading, client, letter):
    answers = [client.get(f"{PATH}/{letter}"), client.get(f"/events/dead/{letter}")]
    answers += [client.post(f"{PATH}/{letter}/{action}", json=REALLY) for action in ("replay", "discard")]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("after", ["x", "' OR 1=1", "a.b", "\x00", "a\x00b.eA", "x" * 5000])
def test_strange_cursor_is_refused(reading, client, after):
    assert client.get(PATH, query_string={"after": after}).status_code in {404, 422}
    assert client.get("/events/dead", query_string={"before": after}).status_code == 404


@pytest.mark.parametrize("kind", ["\x00", "caravan.note\x00.written.v1", "x" * 201])
def test_type_that_no_event_can_have_is_refused(reading, client, kind):
    asked, shown = (
        client.get(PATH, query_string={"type": kind}),
        client.get("/events/dead", query_string={"type": kind}),
    )

    assert (asked.status_code, [error["pointer"] for error in asked.json["errors"]]) == (422, ["#/type"])
    assert shown.status_code == 422


@pytest.mark.parametrize(
    "asked", [{"type": "\x00"}, {"type": "\ud800"}, {"after": "a\x00b.eA"}, {"after": "\ud800.eA"}]
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_replay_of_what_cannot_be_is_refused(writing, reading, client, asked, dry_run):
    letter = dead(writing, reading, "hopeless")

    answer = client.post(f"{PATH}/replay", data=json.dumps({"reason": "x", "dry_run": dry_run} | asked), headers=JSON)

    assert answer.status_code in {404, 422}
    assert answer.mimetype == "application/problem+json"
    assert client.get(f"{PATH}/{letter}").json["state"] == "dead"


def test_refusals_are_problems_in_the_readers_language(writing, reading, client):
    letter = dead(writing, reading, "hopeless")
    client.post(f"{PATH}/{letter}/discard", json=REALLY)

    refused = client.post(f"{PATH}/{letter}/replay", json=REALLY, headers={"Accept-Language": "ru"})

    assert (refused.status_code, refused.json["type"]) == (409, "urn:caravan:problem:dead-letter-gone")
    assert "отброшено" in refused.json["detail"]


def test_api_documents_its_operations(client):
    paths = client.get("/v1/openapi.json").json["paths"]

    assert {path for path in paths if "dead" in path} == {
        "/v1/events/dead",
        "/v1/events/dead/replay",
        "/v1/events/dead/{letter_id}",
        "/v1/events/dead/{letter_id}/replay",
        "/v1/events/dead/{letter_id}/discard",
    }
    assert all(operation["summary"] for path in paths if "dead" in path for operation in paths[path].values()
               if isinstance(operation, dict))  # fmt: skip


def test_service_with_a_dead_event_is_ready_and_degraded(writing, reading, client):
    parked(writing, reading, "bitter")
    before = client.get("/health/ready")

    dead(writing, reading, "hopeless")
    after = client.get("/health/ready")

    assert (before.status_code, before.json["status"]) == (200, "ready")
    assert (after.status_code, after.json["status"]) == (200, "degraded")
    assert (after.json["events"]["parked"], after.json["events"]["dead"]) == (1, 1)
