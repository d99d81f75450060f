"""With RabbitMQ stopped applications are accepted and pages open; when it is back, all arrives."""

import json
import os
from contextlib import ExitStack

import pytest

import commanding
from caravan import discovery
from deployment import SERVICES, many_processes
from instances import set_up, wait_for
from servers.postgres import Database
from servers.rabbitmq import Node
from servers.vhost import Vhost
from small_mission import small_mission


@pytest.mark.long
def test_intake_goes_on_without_the_broker_and_all_arrives_later(postgres_url, tmp_path):
    scenario = tmp_path / "small.json"
    scenario.write_text(json.dumps(small_mission()), encoding="utf-8")
    with ExitStack() as stack:
        node = stack.enter_context(Node())
        vhost = stack.enter_context(Vhost(node))
        addresses = set_up(vhost, list(discovery.services().values()))
        settings = {f"{service.upper()}_BROKER_URL": url for service, url in addresses.items()}
        for service in SERVICES:
            settings[f"{service.upper()}_DATABASE_URL"] = stack.enter_context(Database(postgres_url)).url
        settings["CARAVAN_MAILBOX_DIR"] = str(tmp_path / "mailbox")
        instance = stack.enter_context(many_processes(tmp_path, settings))
        node.settle()
        node.stop()

        load(instance, scenario)
        pages = [instance.get(service, f"/{service}/") for service in SERVICES]
        ready = instance.get("registration", "/registration/health/ready")
        assert deliveries(instance) == 0

        node.start()
        wait_for(lambda: deliveries(instance) >= len(small_mission()["organisations"]), 60)

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"


def load(instance, scenario):
    commanding.caravan("load", scenario, environ=os.environ | instance.addresses()).check_returncode()


def deliveries(instance):
    """How many application_received letters are accepted."""
    answer = instance.get("notifications", "/notifications/v1/deliveries", kind="application_received", limit="500")
    return sum(item["state"] == "accepted" for item in answer.json()["items"])
