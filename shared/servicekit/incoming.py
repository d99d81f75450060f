"""Requests that are as large as allowed and as long as they said, or refused."""

from typing import IO, Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_content_length, get_input_stream


class _Bounded(LimitedStream):
    """A body of no declared length; Werkzeug itself would cut it off at the limit and take that for all of it."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        super().__init__(stream, most + 1, is_max=True)
        self._most = most

    def readinto(self, buffer: Any) -> int | None:
        """Read on, unless it is more than allowed."""
        count = super().readinto(buffer)
        self._check()
        return count

    def readall(self) -> bytes:
        """Read all, unless it is more than allowed."""
        found = super().readall()
        self._check()
        return found

    def _check(self) -> None:
        if self.tell() > self._most:
            raise RequestEntityTooLarge


class _CountingParser(FormDataParser):
    """Holds urlencoded forms, too, to the number of parts that the app allows."""

    def parse(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None) -> Any:
        """Parse a form.

        Raises:
            RequestEntityTooLarge: it has too many fields.

        """
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        if self.max_form_parts is not None and sum(len(values) for _, values in form.lists()) > self.max_form_parts:
            raise RequestEntityTooLarge
        return rest, form, files


class LimitedRequest(Request):
    """A request of at most `MAX_CONTENT_LENGTH` bytes and `MAX_FORM_PARTS` fields, however they come."""

    form_data_parser_class = _CountingParser

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body: reading it raises RequestEntityTooLarge, or ClientDisconnected where it ends early."""
        most = self.max_content_length
        if get_content_length(self.environ) is not None:
            environ = {name: value for name, value in self.environ.items() if name != "wsgi.input_terminated"}
            return get_input_stream(environ, max_content_length=most)
        if most is None or "wsgi.input_terminated" not in self.environ:
            return super().stream
        return _Bounded(self.environ["wsgi.input"], most)  # type: ignore[return-value]  # as Werkzeug has it
