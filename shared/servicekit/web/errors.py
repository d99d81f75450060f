"""Answer what is refused in the reader's language: RFC 9457 problem details to a program, a page to a person."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, json, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from werkzeug.exceptions import HTTPException

from servicekit.problems import Problem, UnavailableError, translate_message
from servicekit.texts.languages import noop as _

log = logging.getLogger(__name__)

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
    if problem.reasons:
        document["reasons"] = [
            {"code": why.code, "detail": translate_message(why.detail, dict(why.about), text), "about": why.about}
            for why in problem.reasons
        ]
    if problem.alternatives:
        document["alternatives"] = problem.alternatives
    if problem.current is not None:
        document["current"] = problem.current
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
