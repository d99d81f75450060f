"""Refusals.

What a service refuses: the kinds of it that every service knows, in the words of RFC 9457.

Say in the reader's language what a schema found wrong.

marshmallow fills its English messages before we see them, so each is recognised by its
pattern and the same words are said again in translation.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar

from servicekit.texts.languages import noop as _


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field; the pointer is a JSON pointer into the body, as in RFC 9457."""

    pointer: str
    detail: str
    facts: dict[str, Any] | None = None


@dataclass(frozen=True)
class Why:
    """One reason of a refusal: a code for programs, a text for people, and the ids that it is about."""

    code: str
    detail: str
    about: Mapping[str, Any] = field(default_factory=dict)


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
    reasons: Sequence[Why] = ()
    """All that stands in the way, where a program or a person can do something about it."""
    alternatives: Sequence[Mapping[str, Any]] = ()
    """What could be asked instead."""
    current: Mapping[str, Any] | None = None
    """How that which was to be changed stands now, where the caller has seen it otherwise."""

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


_PATTERNS = [
    (re.compile("^" + re.sub(r"%\\\((\w+)\\\)s|%\((\w+)\)s", r"(?P<\1\2>.+)", re.escape(text)) + "$"), text)
    for text in (
        _("Missing data for required field."),
        _("Field may not be null."),
        _("Unknown field."),
        _("Not a valid string."),
        _("Not a valid integer."),
        _("Not a valid number."),
        _("Not a valid boolean."),
        _("Not a valid UUID."),
        _("Not a valid date."),
        _("Not a valid datetime."),
        _("Not a valid aware datetime."),
        _("Not a valid list."),
        _("Not a valid mapping type."),
        _("Not a valid email address."),
        _("Not a valid URL."),
        _("Invalid input type."),
        _("Invalid type."),
        _("Must be one of: %(choices)s."),
        _("Length must be between %(min)s and %(max)s."),
        _("Longer than maximum length %(max)s."),
        _("Shorter than minimum length %(min)s."),
        _("Must be greater than or equal to %(min)s."),
        _("Must be less than or equal to %(max)s."),
        _("Must be greater than or equal to %(min)s and less than or equal to %(max)s."),
    )
]


def translate_message(message: str, facts: dict[str, Any] | None, text: Callable[[str], str]) -> str:
    """Return the message in the language of `text`, a gettext function."""
    if facts:
        return text(message) % facts
    for pattern, template in reversed(_PATTERNS):
        match = pattern.match(message)
        if match:
            return text(template) % match.groupdict() if match.groupdict() else text(template)
    return text(message)
