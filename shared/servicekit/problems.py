"""What a service refuses, as RFC 9457 problem details in the reader's language."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, Response, current_app, json, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from werkzeug.exceptions import HTTPException

from servicekit.languages import noop as _
from servicekit.messages import translate_message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field; the pointer is a JSON pointer into the body, as in RFC 9457."""

    pointer: str
    detail: str
    facts: dict[str, Any] | None = None


class Problem(Exception):  # noqa: N818  # RFC 9457's word; each kind of it ends in Error
    """A refusal: the rule that raises it knows its status, its kind and what to tell the reader.

    `detail` may hold `%(name)s` placeholders; the facts fill them after translation.
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    slug: ClassVar[str] = "bad-request"
    title: ClassVar[str] = _("Bad request")
    is_noted: ClassVar[bool] = False
    """Whether the log tells who was refused: somebody may be trying ids, codes or keys."""
    retry_after: int | None = None
    """After how many seconds the same request may be answered, where that helps."""

    def __init__(self, detail: str = "", errors: Sequence[FieldError] = (), **facts: object) -> None:
        super().__init__(detail % facts if facts else detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.facts = facts


class NotFoundError(Problem):
    """There is nothing of that id, or not for this reader."""

    status = HTTPStatus.NOT_FOUND
    slug = "not-found"
    title = _("Not found")
    is_noted = True


class InvalidInputError(Problem):
    """What was sent cannot be accepted; each error points to its field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "invalid-input"
    title = _("Some fields need a correction")


class MalformedBodyError(Problem):
    """The body is no JSON that can be read in one way."""

    slug = "malformed-body"
    title = _("The body cannot be read")


class RepeatedParameterError(Problem):
    """The query says the same thing in two ways."""

    slug = "repeated-parameter"
    title = _("The address says something twice")


class UnsupportedMediaError(Problem):
    """The body is something else than JSON."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    slug = "unsupported-media-type"
    title = _("The body must be JSON")


class ForeignHostError(Problem):
    """The request names a host that is not ours."""

    slug = "foreign-host"
    title = _("Unknown host")


class ForeignOriginError(Problem):
    """A page of another site sent the request."""

    status = HTTPStatus.FORBIDDEN
    slug = "foreign-origin"
    title = _("The request comes from another site")


class ForbiddenError(Problem):
    """The actor may see it, and may not do that to it."""

    status = HTTPStatus.FORBIDDEN
    slug = "forbidden"
    title = _("You may not do that")
    is_noted = True


class KeyReusedError(Problem):
    """The Idempotency-Key was used for another request."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "idempotency-key-reused"
    title = _("This Idempotency-Key belongs to another request")


class KeyInFlightError(Problem):
    """The first request with that Idempotency-Key is still being worked on."""

    status = HTTPStatus.CONFLICT
    slug = "idempotency-key-in-flight"
    title = _("The first request with this Idempotency-Key is not answered yet")
    retry_after = 1


class TooManyRequestsError(Problem):
    """Somebody did something more often than it may be done; `seconds` later it may be done again."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    slug = "too-many-requests"
    title = _("Too many requests")
    is_noted = True

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Nothing was changed. Try again in %(seconds)s seconds."), seconds=seconds)
        self.retry_after = seconds


class UnavailableError(Problem):
    """The database is away, or all connections to it are taken; nothing was changed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug = "unavailable"
    title = _("The service is away for a moment")
    retry_after = 5


_AGAIN = _("Nothing was changed. Try again in a moment.")


def install(app: Flask) -> None:
    """Let the app answer every refusal, known or not, as a problem."""
    app.register_error_handler(Problem, render)
    app.register_error_handler(HTTPException, render_http)
    app.register_error_handler(DBAPIError, _render_database)
    app.register_error_handler(PoolExhaustedError, _render_exhaustion)
    app.register_error_handler(Exception, _render_bug)


def render(problem: Problem) -> Response:
    """Answer a problem: as problem+json to a program, as a page to a person."""
    document = describe(problem)
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
    if reads_pages():
        return Response(render_template("error.html", problem=document), problem.status, headers, "text/html")
    return Response(json.dumps(document), problem.status, headers, "application/problem+json")


def describe(problem: Problem) -> dict[str, Any]:
    """Return the members of the problem in the reader's language."""
    text = current_app.extensions["caravan.gettext"]()
    document: dict[str, Any] = {
        "type": f"urn:caravan:problem:{problem.slug}",
        "title": text(problem.title),
        "status": int(problem.status),
        "instance": request.path,
    }
    if problem.detail:
        detail = text(problem.detail)
        document["detail"] = detail % problem.facts if problem.facts else detail
    if problem.errors:
        document["errors"] = [
            {"pointer": error.pointer, "detail": translate_message(error.detail, error.facts, text)}
            for error in problem.errors
        ]
    return document


def is_api() -> bool:
    """Tell whether the current request is one to the API, and not for a page."""
    return request.path == "/v1" or request.path.startswith("/v1/") or request.path == "/metrics"


def reads_pages() -> bool:
    """Tell whether whoever sent the current request wants to read a page."""
    return (
        not is_api()
        and not request.is_json
        and request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    )


def render_http(error: HTTPException) -> Response:
    """Answer an error of HTTP itself as a problem."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's is Flask's here
    response = render(_of_status(HTTPStatus(error.code)))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _render_database(error: DBAPIError) -> Response:
    database = current_app.extensions["caravan.runtime"].database
    if not (database.is_contention(error) or database.is_away(error)):
        return _render_bug(error)
    log.warning("the database is away", exc_info=error)
    return render(UnavailableError(_AGAIN))


def _render_exhaustion(error: PoolExhaustedError) -> Response:
    log.warning("all connections to the database are taken", exc_info=error)
    return render(UnavailableError(_AGAIN))


def _render_bug(error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return render(_of_status(HTTPStatus.INTERNAL_SERVER_ERROR))


def _of_status(status: HTTPStatus) -> Problem:
    members = {
        "status": status,
        "slug": status.phrase.lower().replace(" ", "-"),
        "title": _HTTP_TITLES.get(status, status.phrase),
    }
    made: Problem = type("HttpError", (Problem,), members)()
    return made


_HTTP_TITLES = {
    404: _("Not found"),
    405: _("This address does not take that method"),
    413: _("The body is too large"),
    415: _("The body must be JSON"),
    500: _("Something went wrong on our side"),
}
