"""Requests that a web process has in hand when it is told to end: begun before, and not answered until well after."""

import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import request

PREFIX = "held-"
"""With this begins the Idempotency-Key of a request that is held."""
LONGEST_SECONDS = 20.0
AFTERWARDS_SECONDS = 1.0
"""How long a request is still in hand after its process was told to end: time to drop it."""


class Hold:
    """Holds requests in this process; a file tells of each that its handler has begun."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._is_told = folder, threading.Event()

    def handler(self, remember: Callable[..., Any]) -> Callable[..., Any]:
        """Let a handler wait before it claims the key of such a request."""

        @wraps(remember)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            key = request.headers.get("Idempotency-Key", "")
            if key.startswith(PREFIX):
                (self._folder / key).touch()
                assert self._is_told.wait(LONGEST_SECONDS), "nobody told the process to end"
                time.sleep(AFTERWARDS_SECONDS)
            return remember(*args, **kwargs)

        return wrapper

    def ending(self, handle_exit: Callable[..., Any]) -> Callable[..., Any]:
        """Note that the process was told to end."""

        @wraps(handle_exit)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            self._is_told.set()
            return handle_exit(*args, **kwargs)

        return wrapper
