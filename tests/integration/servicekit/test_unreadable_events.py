"""Events that break the contract are dead letters at once and hold up nothing."""

import json

import pytest

from notes import effects, kept, written
from servicekit import identifiers
from servicekit.bus import inbox

VALID = {
    "specversion": "1.0",
    "id": str(identifiers.fresh()),
    "source": "/ru-klu/writer",
    "type": "caravan.note.written.v1",
    "subject": "x",
    "time": "2024-12-10T07:00:00Z",
    "subjectversion": 1,
    "data": {},
}


def without(name):
    return json.dumps({key: value for key, value in VALID.items() if key != name})


UNREADABLE = {
    "65_empty": "",
    "65_no_json": "no json",
    "65_list": "[]",
    "65_nul": "\x00",
    "65_brackets": "[" * 50_000,
    "66_nothing": "{}",
    **{f"66_no_{name}": without(name) for name in VALID},
    "66_specversion_0.3": json.dumps(VALID | {"specversion": "0.3"}),
    "66_id_no_uuid": json.dumps(VALID | {"id": "7"}),
    "66_id_null": json.dumps(VALID | {"id": None}),
    "66_long_source": json.dumps(VALID | {"source": "x" * 300}),
    "66_type_number": json.dumps(VALID | {"type": 7}),
    "66_endless_version": json.dumps(VALID | {"subjectversion": float("inf")}),
    "66_huge_version": json.dumps(VALID | {"subjectversion": 1e300}),
    "80_no_offset": json.dumps(VALID | {"time": "2027-01-01T10:00"}),
    "80_before_the_calendar": json.dumps(VALID | {"time": "0001-01-01T00:00:00+14:00"}),
    "80_after_the_calendar": json.dumps(VALID | {"time": "9999-12-31T23:59:59-14:00"}),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_body_is_parked_dead_at_once_and_the_rest_goes_on(writing, reading, body):
    good = written(writing, "good")

    inbox.receive(reading, [body, *good, body])

    assert effects(reading)[0] == ["good"]
    (dead,) = kept(reading)
    assert dead.retry_at is None
    assert dead.error.startswith("UnreadableEventError")


def test_68_unknown_major_version_is_parked_and_not_retried(writing, reading):
    body = written(writing, "future")[0].replace("note.written.v1", "note.written.v2")

    inbox.receive(reading, [body])

    (dead,) = kept(reading)
    assert "UnknownVersion" in dead.error and dead.retry_at is None
    assert effects(reading) == ([], [])


def test_66_data_that_breaks_the_contract_is_parked_and_not_retried(writing, reading):
    envelope = json.loads(written(writing, "fine")[0])
    del envelope["data"]["words"]

    inbox.receive(reading, [json.dumps(envelope)])

    (dead,) = kept(reading)
    assert "words" in dead.error and dead.retry_at is None


def test_67_69_unknown_type_and_unknown_fields_are_ignored(writing, reading):
    envelope = json.loads(written(writing, "known")[0])
    envelope["data"]["more"], envelope["extra"] = 1, "x"
    stranger = envelope | {"id": str(identifiers.fresh()), "type": "caravan.weather.changed.v1"}

    inbox.receive(reading, [json.dumps(stranger), json.dumps(envelope)])

    assert effects(reading) == (["known"], [("known", 1)])
    assert kept(reading) == []


def test_bad_events_hold_up_no_replay_and_take_no_live_event_away(writing, reading):
    (good,) = written(writing, "good")
    future = good.replace("written.v1", "written.v9")

    inbox.replay(reading, ["garbage", future, good])
    inbox.receive(reading, [good])

    assert effects(reading) == (["good"], [("good", 1)])
    (dead,) = kept(reading)
    assert dead.source.startswith("history:") and dead.retry_at is None
