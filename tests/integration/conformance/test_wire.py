"""What is on the wire is what the published document says, read with clients that are not ours."""

from collections import Counter
from datetime import UTC
from uuid import UUID

import pika.exceptions
import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_rabbitmq_event

TOLD = {
    "caravan.service.installed.v1",
    "caravan.clock.moved.v1",
    "caravan.region.registered.v1",
    "caravan.mission.announced.v1",
    "caravan.organisation.registered.v1",
    "caravan.profile.published.v1",
    "caravan.delegate.registered.v1",
    "caravan.application.submitted.v1",
    "caravan.application.approved.v1",
    "caravan.participant.admitted.v1",
    "caravan.meeting_request.sent.v1",
    "caravan.meeting_request.accepted.v1",
    "caravan.timetable.published.v1",
    "caravan.meeting.scheduled.v1",
    "caravan.meeting.held.v1",
    "caravan.recommendations.published.v1",
    "caravan.itinerary.issued.v1",
    "caravan.agreement.signed.v1",
}
"""What the mission that is played makes the services tell."""


def types(heard):
    return Counter(one.event["type"] for one in heard)


def is_all(heard):
    """Tell whether everything of the play was heard: four sides, and something of each kind."""
    found = types(heard)
    return found.keys() >= TOLD and found["caravan.participant.admitted.v1"] == 4


def by_source(heard):
    """Sort bodies under their publishers: between two of these there is no order."""
    found = {}
    for one in heard:
        found.setdefault(one.event["source"], []).append((one.routing_key, one.body))
    return found


def is_signed(heard):
    """Tell whether the play has come to its agreement."""
    return heard[-1].event["type"] == "caravan.agreement.signed.v1"


def test_every_message_of_the_history_is_as_the_document_says(stranger, played):
    heard = stranger.read("receive.history", is_all)

    for one in heard:
        channel = stranger.channel_of(one)
        assert channel is not None, one.routing_key
        message = stranger.message_in(channel)
        assert list(stranger.complaints(message, one.event)) == []
        assert message["name"] == one.event["type"]
        assert one.properties.content_type == message["contentType"] == stranger.document["defaultContentType"]
        assert one.properties.content_encoding == message["bindings"]["amqp"]["contentEncoding"]
        assert one.properties.delivery_mode == message["x-properties"]["delivery_mode"]
        assert one.properties.message_id == one.event["id"]
        assert one.routing_key.split(".")[0] == one.event["source"].split("/")[1]


def test_a_queue_of_its_own_brings_what_the_history_has_since_the_grant(stranger, played):
    own = stranger.read("receive.own", is_signed, name="reader")
    bodies = {one.body for one in own}
    history = stranger.read("receive.history", lambda heard: bodies <= {one.body for one in heard})

    assert len(own) > 20
    assert by_source(own) == by_source(one for one in history if one.body in bodies)


def test_the_official_library_reads_every_message(stranger, played):
    for one in stranger.read("receive.history", is_all):
        message = RabbitMQMessage(one.properties.headers or {}, one.properties.content_type, one.body)

        event = from_rabbitmq_event(message)

        assert (event.get_specversion(), event.get_id()) == ("1.0", one.event["id"])
        assert (event.get_source(), event.get_type()) == (one.event["source"], one.event["type"])
        assert event.get_subject() == one.event["subject"]
        assert event.get_time().astimezone(UTC).isoformat().replace("+00:00", "Z") == one.event["time"]
        assert event.get_extension("subjectversion") == one.event["subjectversion"]
        assert event.get_data() == one.event["data"]


def test_states_of_a_subject_are_numbered_without_a_gap(stranger, played):
    heard = stranger.read("receive.history", is_all)

    numbers = {}
    for one in heard:
        numbers.setdefault((one.event["source"], one.event["subject"]), []).append(one.event["subjectversion"])

    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_a_stranger_need_not_ask_back(stranger, played):
    """Applications by region and meetings with both names come from single events."""
    heard = stranger.read("receive.history", is_all)
    state = {one.event["subject"]: one.event["data"] for one in heard if ".application." in one.event["type"]}

    regions = Counter(data["region"] for data in state.values())
    meeting = next(one.event["data"] for one in heard if one.event["type"] == "caravan.meeting.scheduled.v1")

    assert regions == {"RU-KLU": 2, "RU-KYA": 2}
    assert (meeting["guest_region"], meeting["host_region"]) == ("RU-KLU", "RU-KYA")
    assert meeting["guest_names"] == meeting["host_names"] == {"ru": "ООО «Ромашка»", "en": "Romashka LLC"}
    assert (meeting["timezone"], meeting["session"]) == ("Asia/Krasnoyarsk", "b2b")
    assert meeting["table"] in {"T1", "T2"}
    assert UUID(meeting["mission_id"]) == UUID(played)


NAMED = ("names", "organisation_names", "guest_names", "host_names", "from_names", "to_names", "partner_names")
PLACED = ("region", "guest_region", "host_region", "from_region", "to_region", "partner_region")


def test_who_is_named_by_id_is_named_by_name_and_region_too(stranger, played):
    heard = stranger.read("receive.history", is_all)

    told = {}
    for one in heard:
        told.setdefault(one.event["type"].split(".")[1], []).extend(parts(one.event["data"]))

    for entity in (
        *("application", "participant", "profile", "meeting", "meeting_request"),
        *("itinerary", "recommendations", "agreement"),
    ):
        found = [(name, value) for part in told[entity] for name, value in part.items()]
        names = [value for name, value in found if name in NAMED]
        regions = [value for name, value in found if name in PLACED]
        assert names and all(names), entity
        assert regions and set(regions) <= {"RU-KLU", "RU-KYA"}, entity


def parts(data):
    """Yield an object and all objects within it."""
    yield data
    for value in data.values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from parts(inner)


def test_a_message_that_breaks_the_document_is_noticed(stranger, played):
    (signed, *_) = [
        one for one in stranger.read("receive.history", is_all) if one.event["type"] == "caravan.agreement.signed.v1"
    ]
    message = stranger.message_in(stranger.channel_of(signed))
    event = signed.event

    for spoil in (
        lambda: event["data"].pop("subject"),
        lambda: event["data"].update(expected_amount="much"),
        lambda: event.update(type="caravan.agreement.burnt.v1"),
        lambda: event.pop("time"),
    ):
        before = len(list(stranger.complaints(message, event)))
        spoil()
        assert len(list(stranger.complaints(message, event))) > before


def test_a_stranger_can_do_nothing_but_read(stranger, services):
    """The document says so; the broker holds it."""
    exchange = next(iter(stranger.document["channels"].values()))["bindings"]["amqp"]["exchange"]["name"]
    connection = pika.BlockingConnection(pika.URLParameters(stranger.url))
    try:
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            connection.channel().queue_declare("mine")
        channel = connection.channel()
        channel.confirm_delivery()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.basic_publish(exchange, "ru-klu.agreement.signed.v1", b"{}")
    finally:
        connection.close()
