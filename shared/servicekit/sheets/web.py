"""Sheets over HTTP: take one with a request, answer with one."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, TypeVar, cast

from flask import Response, request, send_file

from access.matrix import Deed
from servicekit.problems import FieldError, InvalidInputError, NotFoundError
from servicekit.sheets import reading
from servicekit.sheets.limits import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from servicekit.texts.languages import noop as _
from servicekit.web import authentication
from servicekit.web.endpoints import runtime

F = TypeVar("F", bound=Callable[..., Any])

MOST_BODY_BYTES = MOST_BYTES + 64 * 1024
"""Of a form with one file; every other route takes less."""
BINARY = {"type": "string", "format": "binary"}
_LONGEST_STEM = 80


def with_table(deed: Deed) -> Callable[[F], F]:
    """Give the view `table`, read from the form's `file` before any transaction begins: that may take seconds.

    Whoever may not do the deed anywhere gets no file opened.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with runtime().database.read() as session:
                actor = authentication.admitted(runtime(), session, deed)
            if not actor.may_somewhere():
                raise NotFoundError(_("There is nothing here for you."))
            request.max_content_length = MOST_BODY_BYTES
            file = request.files.get("file")
            if file is None:
                wrong = FieldError("#/file", _("Send one file as multipart/form-data, in the field “file”."))
                raise InvalidInputError(_("Nothing was saved."), errors=[wrong])
            return view(*args, table=reading.read(file.read(), file.filename or ""), **kwargs)

        _document(wrapper)
        return cast("F", wrapper)

    return decorate


def download(content: bytes, stem: str, suffix: str, content_type: str) -> Response:
    """Answer with a file to be kept, under a name that we make: letters, digits, full stops and hyphens of `stem`."""
    tidy = "".join(char if char.isalnum() or char in "-_" else "-" for char in stem)[:_LONGEST_STEM]
    name = f"{tidy.strip('-')}.{suffix}"
    response = send_file(BytesIO(content), content_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _document(view: Any) -> None:
    description = (
        f"An Excel workbook (.xlsx) or CSV, {MOST_BYTES // 1024**2} MB, "
        f"{MOST_ROWS} rows and {MOST_COLUMNS} columns at most; its first sheet is read."
    )
    schema = {"type": "object", "required": ["file"], "properties": {"file": BINARY | {"description": description}}}
    body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    documented = view.__dict__.setdefault("_apidoc", {})
    documented.setdefault("manual_doc", {})["requestBody"] = body
