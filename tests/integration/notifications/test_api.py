import pytest
from sqlalchemy import update

from builders.meetings import an_agreement
from builders.notifications import GUEST_PERSON, MISSION, a_delivery, a_known_mission, an_application, deliveries
from notifications.models import Delivery
from notifications.sending.sender import send_mail
from servicekit import identifiers
from servicekit.app import create_app

ALL = "/v1/deliveries"


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


@pytest.fixture
def known(bus):
    return a_known_mission(bus)


def put_into(runtime, state):
    with runtime.database.write() as session:
        session.execute(update(Delivery).values(state=state, error="answer: 550 no such user"))


def test_delivery_is_told_by_ids_and_states_alone(known, runtime, client):
    known.send(an_application())
    send_mail(runtime)

    (told,) = client.get(ALL).json["items"]

    assert told["state"] == "accepted"
    assert told["person_id"] == str(GUEST_PERSON)
    assert told["settled_at"] is not None
    assert told["attempts"] == 1
    assert told["version"] == 1
    assert "example.org" not in str(told)
    assert client.get(f"{ALL}/{told['id']}").json == told


def test_deliveries_are_filtered_and_paged_in_the_order_of_their_making(known, client, runtime):
    known.send(an_application())
    known.send(an_agreement())

    first = client.get(f"{ALL}?limit=2").json
    rest = client.get(f"{ALL}?limit=2&after={first['next']}").json
    mine = client.get(f"{ALL}?person_id={GUEST_PERSON}&kind=agreement_signed&mission_id={MISSION}&state=queued").json

    listed = [item["id"] for page in (first, rest) for item in page["items"]]
    assert listed == [str(delivery.id) for delivery in deliveries(runtime)]
    assert rest["next"] is None
    assert len(mine["items"]) == 1


def test_summary_counts_by_kind_channel_and_state(known, runtime, client):
    known.send(an_application())
    send_mail(runtime)
    known.send(an_agreement())

    told = client.get(f"{ALL}/summary?mission_id={MISSION}").json

    assert told == {"agreement_signed": {"mail": {"queued": 2}}, "application_approved": {"mail": {"accepted": 1}}}
    assert client.get(f"{ALL}/summary?mission_id={identifiers.fresh()}").json == {}


@pytest.mark.parametrize("state", ["failed", "unknown", "deferred"])
def test_delivery_that_did_not_arrive_is_sent_again_on_request(known, runtime, client, state):
    known.send(an_application())
    put_into(runtime, state)

    answer = client.post(f"{ALL}/{a_delivery(runtime).id}/resending")
    send_mail(runtime)

    assert (answer.status_code, answer.json["state"], answer.json["error"]) == (202, "queued", "")
    assert a_delivery(runtime).state == "accepted"


def test_delivery_that_is_sent_again_is_in_the_journal_of_its_mission_with_both_states(known, runtime, client):
    known.send(an_application())
    send_mail(runtime)
    put_into(runtime, "failed")
    id_ = str(a_delivery(runtime).id)

    client.post(f"{ALL}/{id_}/resending")
    (entry,) = client.get("/v1/journal").json["items"]

    assert (entry["context"], entry["subjects"]) == (str(MISSION), {"delivery_id": id_})
    assert entry["changes"] == [{"type": "delivery", "subject": id_, "before": "failed", "after": "queued"}]


@pytest.mark.parametrize(
    ("language", "said", "state"),
    [("ru", "Доставку нельзя повторить", "«отправлено»"), ("en", "The delivery cannot be sent again", "state sent")],
)
def test_accepted_delivery_is_not_sent_again(known, runtime, client, language, said, state):
    known.send(an_application())
    send_mail(runtime)

    answer = client.post(f"{ALL}/{a_delivery(runtime).id}/resending", headers={"Accept-Language": language})

    assert answer.status_code == 409
    assert answer.json["title"] == said
    assert state in answer.json["detail"]


def test_unknown_delivery_is_not_found(client):
    answer = client.get(f"{ALL}/{identifiers.fresh()}")

    assert (answer.status_code, answer.json["type"]) == (404, "urn:caravan:problem:delivery-not-found")


def test_filter_that_is_none_is_refused(client):
    answer = client.get(f"{ALL}?state=lost")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "#/state"


def test_api_is_described(client):
    paths = client.get("/v1/openapi.json").json["paths"]

    assert {path for path in paths if "deliveries" in path} == {
        "/v1/deliveries",
        "/v1/deliveries/summary",
        "/v1/deliveries/{delivery_id}",
        "/v1/deliveries/{delivery_id}/resending",
    }
