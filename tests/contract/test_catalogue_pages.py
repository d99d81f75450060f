"""Each service serves the event catalogue in the reader's language, and the event documents."""

import re
from html import unescape
from pathlib import Path

import pytest

from caravan import discovery
from caravan.serving.server import application
from contracts.document import platform_events, schemas
from servicekit.app import create_app
from servicekit.bus import subscriptions
from servicekit.reference import events
from servicekit.service import assemble

CATALOGUE = "/v1/events/catalogue"
EVENTS = platform_events()
NOWHERE = f"sqlite:///{Path(__file__).parent}"
"""A folder, so that no database can be opened there."""


@pytest.fixture(params=["registration", "matching", "notifications"])
def client(request):
    """A client of a service that is installed with the others and whose database is unavailable."""
    app = create_app(runtime_of(request.param))
    app.extensions[events.INSTALLED] = tuple(discovery.services().values())
    return app.test_client()


def runtime_of(name):
    return assemble(discovery.service(name), {f"{name.upper()}_DATABASE_URL": NOWHERE})


def page(client, language):
    answer = client.get(CATALOGUE, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def row_of(text, type_):
    """Return the table row of an event."""
    return re.search(rf"<tr id=\"{type_.replace('.', '-')}\">.*?</tr>", text, re.DOTALL)[0]


def test_catalogue_tells_of_every_event_who_publishes_and_who_listens(client):
    text = page(client, "en")

    for event in EVENTS:
        row = row_of(text, event.type)
        assert "{home}." + event.type.removeprefix("caravan.") in row
        heard_by = [
            name for name, service in discovery.services().items() if event.type in subscriptions.event_types(service)
        ]
        assert (", ".join(heard_by) or "nobody") in row
    for publisher in ("matching", "notifications", "registration"):
        assert f"published by {publisher}" in text


def test_catalogue_speaks_russian_around_the_words_of_the_contracts(client):
    text = page(client, "ru")

    assert "Кто здесь слушает" in text
    assert "полей</summary>" in text
    assert 'lang="en">An organisation applies.' in text
    assert "Listening here" not in text


def test_every_link_of_the_catalogue_leads_somewhere(client):
    text = page(client, "en")

    within = set(re.findall(r'href="#([^"]+)"', text)) - {"main"}
    beside = set(re.findall(r'href="((?:schemas/|asyncapi)[^"]+)"', text))

    assert all(f'id="{anchor}"' in text for anchor in within)
    assert len(beside) == len(events.every_event()) + 1
    assert all(client.get(f"/v1/events/{address}").status_code == 200 for address in beside)


def test_documents_are_those_of_the_contracts(client):
    document = client.get("/v1/events/asyncapi.json").json
    schema = client.get("/v1/events/schemas/caravan.meeting.held.v1.json").json

    (held,) = (event for event in EVENTS if event.type == "caravan.meeting.held.v1")
    assert document == events.asyncapi(events.every_event())
    assert schema == schemas.event_schema(held)


def test_unknown_event_is_refused_in_the_readers_language(client):
    path = "/v1/events/schemas/caravan.meeting.burnt.v1.json"

    refused = client.get(path, headers={"Accept-Language": "ru"})

    assert refused.status_code == 404
    assert refused.json["detail"] == "События типа caravan.meeting.burnt.v1 нет."


def test_api_and_catalogue_lead_to_one_another(client):
    reference = client.get("/v1/").get_data(as_text=True)

    assert 'href="events/catalogue"' in reference
    assert 'href="../"' in page(client, "en")


def test_service_by_itself_names_itself_as_listener():
    text = page(create_app(runtime_of("registration")).test_client(), "en")

    assert "registration</td>" in row_of(text, "caravan.service.installed.v1")
    assert "nobody" in row_of(text, "caravan.mission.announced.v1")


def test_instance_names_the_listeners_of_all_its_services():
    server = application([runtime_of("registration")])

    text = page(server.mounts["/registration"].test_client(), "en")

    assert "matching, notifications" in row_of(text, "caravan.mission.announced.v1")
