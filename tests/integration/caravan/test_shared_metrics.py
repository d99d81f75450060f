"""Metrics of all web processes of one service, whichever process answers."""

import os
import re

import pytest
import requests

from commanding import CARAVAN, caravan
from deployment import Process
from instances import wait_for
from servers.ports import free_port

REQUESTS = 30
COUNT = re.compile(r'^caravan_http_request_seconds_count{.*route="/v1/regions".*} ([0-9.]+)$', re.MULTILINE)


@pytest.fixture
def url(tmp_path):
    """Registration, served by two processes."""
    port = free_port()
    environ = os.environ | {"REGISTRATION_DATABASE_URL": f"sqlite:///{tmp_path}/registration.db"}
    caravan("migrate", "registration", environ=environ).check_returncode()
    command = (*CARAVAN, "serve", "registration", "--port", str(port), "--workers", "2")
    process = Process("serve", command, environ, tmp_path / "serve.log")
    process.start()
    base = f"http://127.0.0.1:{port}/registration"
    wait_for(lambda: answers(f"{base}/health/live"), 60)
    yield base
    assert process.stop() == 0


def answers(url):
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def counted(url):
    """Return the request counts of several scrapes, each on a new connection to reach several processes."""
    texts = [requests.get(f"{url}/metrics", timeout=10).text for _ in range(8)]
    return {float(match[1]) if (match := COUNT.search(text)) else 0.0 for text in texts}


def test_two_web_processes_count_together(url):
    for _ in range(REQUESTS):
        requests.get(f"{url}/v1/regions", timeout=10)

    assert wait_for(lambda: counted(url) == {float(REQUESTS)}, 30)
