"""Requests to a web process that may die, or end, before it has answered."""

from typing import Any

import requests

from instances import wait_for

PATIENCE_SECONDS = 30


def ask(method: str, url: str, body: Any, key: str | None = None) -> int | None:
    """Send a request and return its status; None where the connection broke."""
    headers = {"Idempotency-Key": key} if key else {}
    try:
        answer: requests.Response = wait_for(lambda: _sent(method, url, body, headers), PATIENCE_SECONDS)
    except requests.exceptions.ConnectionError:
        return None
    return answer.status_code


def _sent(method: str, url: str, body: Any, headers: dict[str, str]) -> requests.Response | None:
    """Send a request; None where nobody listens at the moment."""
    try:
        return requests.request(method, url, json=body, headers=headers, timeout=10)
    except requests.exceptions.ConnectionError as error:
        if "refused" in str(error):
            return None
        raise
