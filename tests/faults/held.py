"""Requests that a web process has in hand as long as a test likes: begun, and not answered."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import request

from instances import wait_for

PREFIX = "held-"
"""With this begins the Idempotency-Key of a request that is held."""
LONGEST_SECONDS = 20.0


def holding(remember: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    """Let a handler wait before it claims the key of such a request, until it is let go."""

    @wraps(remember)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if key.startswith(PREFIX):
            _begun(folder, key).touch()
            wait_for(_free(folder, key).exists, LONGEST_SECONDS)
        return remember(*args, **kwargs)

    return wrapper


def has_begun(folder: Path, key: str) -> bool:
    """Tell whether a process has a request in hand."""
    return _begun(folder, key).exists()


def let_go(folder: Path, key: str) -> None:
    """Let a request go on."""
    _free(folder, key).touch()


def _begun(folder: Path, key: str) -> Path:
    return folder / f"{key}.begun"


def _free(folder: Path, key: str) -> Path:
    return folder / f"{key}.free"
