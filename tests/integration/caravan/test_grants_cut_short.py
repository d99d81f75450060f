"""Grants with a management API that fails before, or between, two steps: no partial grant can be used."""

import json
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import click
import pika
import pytest
import requests
from pika.exceptions import AMQPConnectionError

from caravan.broker.grants import Grants
from caravan.broker.management import Management
from rights import consuming, refusal
from servers import names
from servers.ports import LOOPBACK, free_port


@pytest.mark.parametrize("trouble", ["API is away", "wrong password", "no such virtual host"])
@pytest.mark.parametrize("command", [("grant", "a", "--read", "#"), ("revoke", "a"), ("list",)])
def test_api_that_is_away_or_refuses_is_told_in_one_line(caravan, vhost, trouble, command):
    api, address = urlsplit(vhost.api_url), urlsplit(vhost.amqp_url)
    environ = {
        "API is away": {"CARAVAN_BROKER_API_URL": f"http://guest:guest@{LOOPBACK}:{free_port()}"},
        "wrong password": {
            "CARAVAN_BROKER_API_URL": api._replace(netloc=f"guest:wrong@{api.netloc.rpartition('@')[2]}").geturl()
        },
        "no such virtual host": {
            "CARAVAN_BROKER_ADDRESS": f"amqp://{address.netloc.rpartition('@')[2]}/{names.unique_name()}"
        },
    }[trouble]
    refused = caravan("broker", *command, **environ)

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert refused.stderr.count("\n") == 1


@dataclass(frozen=True)
class Failing(Management):
    """A management API that fails after a number of changes."""

    left: list[int] = field(default_factory=list)

    def _call(self, method, *arguments, **choices):
        if method != "GET":
            if not self.left[0]:
                raise click.ClickException("gone")
            self.left[0] -= 1
        return super()._call(method, *arguments, **choices)


def test_failure_after_any_step_leaves_nobody_with_a_right_to_what_is_not_there(vhost, services):
    whole = Grants(Management(vhost.api_url, vhost.name))
    steps = 0
    while steps_taken_before_failing(vhost, steps):
        found = whole.find("analytics")
        user = quote(whole.user_name("analytics"), safe="")
        rights = requests.get(f"{vhost.api_url}/api/permissions/{vhost.name}/{user}", timeout=10)
        assert rights.status_code == 404
        assert found is None or not found.may_read
        steps += 1

    assert steps >= 6
    assert whole.find("analytics").patterns == ("*.meeting.#", "*.mission.#")
    assert whole.find("analytics").state == "not connected"


def steps_taken_before_failing(vhost, steps):
    """Grant with a failing API; return whether it failed before the grant was complete."""
    grants = Grants(Failing(vhost.api_url, vhost.name, left=[steps]))
    try:
        arguments = grants.queue_arguments("analytics", {})
        grants.create_user("analytics", "secret")
        grants.grant("analytics", ["*.mission.#", "*.meeting.#"], arguments, history=False)
    except click.ClickException:
        return True
    return False


def test_revoking_that_was_cut_short_can_be_ended(granted, caravan, vhost):
    stranger = granted("analytics", "--read", "#")
    with pytest.raises(click.ClickException):
        Grants(Failing(vhost.api_url, vhost.name, left=[1])).revoke("analytics")

    with pytest.raises(AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(stranger))
    assert caravan("broker", "revoke", "analytics").exit_code == 0
    assert json.loads(caravan("broker", "list", "--json").stdout) == []


def test_grant_that_was_cut_short_gives_a_new_password(granted, caravan, services, vhost):
    Grants(Management(vhost.api_url, vhost.name)).create_user("analytics", "lost")

    stranger = granted("analytics", "--read", "#")

    assert urlsplit(stranger).password
    assert refusal(stranger, consuming("ext.analytics")) is None
