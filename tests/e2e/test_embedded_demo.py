"""`caravan demo` on a platform of its own, with a mission that it has never seen, and `load` and `report` beside it."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import commanding
from deployment import one_process
from plays import small_on_sqlite, told_in
from small_mission import small_mission

PUBLISHED = Path(__file__).parents[2] / "docs" / "events" / "schemas"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_on_sqlite(tmp_path_factory)


@pytest.fixture(scope="module")
def played(folder):
    return told_in(folder), (folder / "out").read_text(encoding="utf-8")


def caravan(*words):
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return commanding.caravan(*words, environ=environ)


def pairs(rows):
    return {(row["guest"], row["host"]) for row in rows}


def placed(timetable):
    return {(row["guest"], row["host"]): (row["slot"], row["table"], *row["people"]) for row in timetable["meetings"]}


def test_everybody_is_approved_and_every_guest_is_recommended_somebody(played):
    told, _ = played

    assert told["applications"] == {"guest": {"approved": 8}, "host": {"approved": 10}}
    assert set(told["recommendations"]) == {f"g{number}" for number in range(1, 9)}
    for partners in told["recommendations"].values():
        assert partners
        assert [one["score"] for one in partners] == sorted((one["score"] for one in partners), reverse=True)
        assert all(one["with"].startswith("h") and one["reasons"] for one in partners)


def test_there_is_a_timetable_first_and_after_each_incident(played):
    told, _ = played
    versions = [timetable["version"] for timetable in told["timetables"]]

    assert [incident["id"] for incident in told["incidents"]] == ["e1", "e2", "e3", "e4", "e5"]
    assert len(versions) == 6
    assert versions == sorted(versions)
    assert versions[0] == 1


def test_what_the_timetables_show_is_what_the_incidents_say(played):
    told, _ = played
    for before, after, incident in zip(told["timetables"], told["timetables"][1:], told["incidents"], strict=False):
        old, new = placed(before), placed(after)

        assert {pair for pair in old.keys() & new.keys() if old[pair] != new[pair]} == pairs(incident["moved"])
        assert old.keys() - new.keys() == pairs(incident["dropped"])
        assert new.keys() - old.keys() == pairs(incident["added"])


def test_only_those_are_told_whose_meetings_changed(played):
    told, _ = played
    for before, after, incident in zip(told["timetables"], told["timetables"][1:], told["incidents"], strict=False):
        changed = pairs(incident["moved"]) | pairs(incident["dropped"]) | pairs(incident["added"])
        places = [
            place for timetable in (before, after) for pair, place in placed(timetable).items() if pair in changed
        ]

        assert set(incident["notified"]) <= {person for place in places for person in place[2:]}
        assert len(set(incident["notified"])) == len(incident["notified"])


def test_who_comes_late_or_leaves_early_meets_nobody_meanwhile(played):
    told, _ = played
    late, early = (placed(told["timetables"][number]) for number in (1, 3))

    assert not any(guest == "g2" and slot.startswith("s2-") for (guest, _), (slot, *_) in late.items())
    assert not any("h3/p1" in place and place[0] in ("s3-1100", "s3-1130", "s3-1200") for place in early.values())


def test_a_no_show_is_counted_apart_and_the_rest_is_held(played):
    told, _ = played

    statuses = [meeting["status"] for meeting in told["timetables"][-1]["meetings"]]
    assert statuses.count("no_show") == 1
    assert told["report"]["meetings"]["no_show"] == 1
    assert told["report"]["meetings"]["scheduled"] == 0


def test_an_incident_that_nobody_understands_is_told_and_changes_nothing(played):
    told, words = played

    assert told["notes"] == ["Incident e5 is not understood (type power_cut): skipped"]
    assert told["troubles"] == []
    assert "e5 is not understood" in " ".join(words.split())


def test_the_report_counts_in_the_currency_of_the_file(played):
    told, words = played

    assert told["expected_report"] is None
    assert told["report_equal"] is None
    assert told["report"]["expected_amount_eur"] == 100000
    assert told["report"]["at_6_months"]["realised_amount_eur"] == 70000
    assert told["report"]["agreements_signed"] == 2
    assert "€100,000" in words


def test_every_mail_of_the_play_is_accepted(played):
    told, _ = played
    states = {state for channels in told["deliveries"].values() for found in channels.values() for state in found}

    assert states == {"accepted"}
    assert {"itinerary", "recommendations_ready", "follow_up_due"} <= set(told["deliveries"])


def test_every_event_of_the_play_obeys_its_published_schema(played, folder):
    validators, told = {}, set()
    for event in history(folder / "data"):
        type_ = event["type"]
        told.add(type_)
        if type_ not in validators:
            schema = json.loads((PUBLISHED / f"{type_}.json").read_text(encoding="utf-8"))
            validators[type_] = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        assert [error.message for error in validators[type_].iter_errors(event)] == [], event

    assert len(told) >= 25
    assert {"caravan.notification.settled.v1", "caravan.contact.changed.v1", "caravan.follow_up.recorded.v1"} <= told


def history(data):
    """Read the events that the services of an instance have told, from their outboxes."""
    for file in sorted(data.glob("*.db")):
        with closing(sqlite3.connect(file)) as database:
            yield from (json.loads(body) for (body,) in database.execute("SELECT body FROM outbox"))


def test_a_file_that_is_loaded_again_changes_nothing(folder, tmp_path):
    scenario = folder / "scenario.json"
    with one_process(tmp_path, {}) as instance:
        url = instance.urls["registration"]
        loads = [caravan("load", scenario, "--url", url) for _ in range(2)]
        report = caravan("report", "ala-sve-2026", "--url", url, "--json")
        refused = caravan("report", "nowhere", "--url", url)

    assert [done.returncode for done in loads] == [0, 0], loads[0].stderr + loads[1].stderr
    assert loads[0].stdout == loads[1].stdout
    assert "18 organisations, 36 people" in loads[0].stdout
    assert json.loads(report.stdout)["agreements_signed"] == 0
    assert (refused.returncode, "no mission nowhere" in refused.stderr) == (1, True)


def test_a_bad_file_reaches_no_platform(tmp_path):
    document = small_mission()
    document["organisations"][4]["region"] = "RU-OMS"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(document, indent=1))

    refused = caravan("load", path, "--url", "http://127.0.0.1:1")

    assert refused.returncode == 1
    assert "/organisations/4/region: there is no region RU-OMS in the file" in refused.stderr
    assert "nothing was sent" in refused.stderr
