"""`caravan events schema`."""

import json
import os

import commanding


def schema(*arguments):
    return commanding.caravan("events", "schema", *arguments, environ=os.environ)


def test_document_goes_to_standard_output():
    done = schema()

    assert done.returncode == 0
    assert json.loads(done.stdout)["asyncapi"] == "3.0.0"


def test_schema_of_one_event_stands_alone():
    told = json.loads(schema("--event", "caravan.contact.changed.v1").stdout)

    assert told["$id"] == "urn:caravan:contact:changed:v1:event"
    assert told["x-private"] is True


def test_event_that_nobody_declares_is_refused():
    refused = schema("--event", "caravan.meeting.burnt.v1")

    assert refused.returncode == 2
    assert "there is no event 'caravan.meeting.burnt.v1'" in refused.stderr


def test_folder_is_written_again_but_not_over_a_contract_that_would_break(tmp_path):
    first, again = schema("--output", tmp_path), schema("--output", tmp_path)
    path = tmp_path / "schemas" / "caravan.meeting.held.v1.json"
    promised = json.loads(path.read_text())
    promised["properties"]["data"]["properties"]["weather"] = {"type": "string"}
    path.write_text(json.dumps(promised))

    refused = schema("--output", tmp_path)

    assert (first.returncode, again.returncode, refused.returncode) == (0, 0, 1)
    assert {found.name for found in tmp_path.iterdir()} == {"asyncapi.json", "index.html", "schemas"}
    assert "caravan.meeting.held.v1.data.weather: the property is gone" in refused.stderr
    assert "nothing was written" in refused.stderr
    assert json.loads(path.read_text()) == promised
