"""What registration refuses."""

from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from servicekit.problems import NotFoundError, Problem
from servicekit.texts.languages import noop as _


class TakenError(Problem):
    """Something of that natural key exists."""

    status = HTTPStatus.CONFLICT
    slug = "taken"
    title = _("This exists already")


class StatusError(Problem):
    """The thing is in a state in which that cannot happen to it."""

    status = HTTPStatus.CONFLICT
    slug = "wrong-status"
    title = _("The present status does not allow that")


class MissionNotOpenError(StatusError):
    """The mission takes no applications, not yet or no more."""

    slug = "mission-not-open"
    title = _("The mission takes no applications")


class LinkSpentError(Problem):
    """The link or the code holds no more."""

    status = HTTPStatus.GONE
    slug = "link-spent"
    title = _("This link does not hold any more")
    is_noted = True


class WrongCodeError(Problem):
    """The code is another one."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "wrong-code"
    title = _("The code is not right")
    is_noted = True

    def __init__(self, attempt_id: UUID) -> None:
        super().__init__(
            _("Look at the newest mail and enter its six digits; its link needs none in the browser that asked.")
        )
        self.attempt_id = attempt_id


class SecondFactorNeededError(Problem):
    """The session is half a one: a second factor has to be shown, or set up, first."""

    status = HTTPStatus.FORBIDDEN
    slug = "second-factor-needed"
    title = _("Show your second factor first")


class FactorRefusedError(Problem):
    """A second factor does not do; `cause` says why in a word for the log."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    slug = "factor-refused"
    title = _("That was not accepted")

    def __init__(
        self, detail: str, *, cause: str, account_id: UUID | None = None, ceremony_id: UUID | None = None
    ) -> None:
        super().__init__(detail)
        self.cause = cause
        self.account_id = account_id
        self.ceremony_id = ceremony_id


class LastFactorError(Problem):
    """Without it the account would have no second factor, and its roles demand one."""

    status = HTTPStatus.CONFLICT
    slug = "last-factor"
    title = _("This is the last second factor")


class TooManyFactorsError(Problem):
    """The account has as many as it may."""

    status = HTTPStatus.CONFLICT
    slug = "too-many-factors"
    title = _("There are too many of these already")


class ProviderRefusedError(Problem):
    """Nobody is signed in by what an OpenID Connect said; `cause` says why in a word for the log."""

    status = HTTPStatus.FORBIDDEN
    slug = "provider-refused"
    title = _("You could not be signed in this way")

    def __init__(self, detail: str, *, cause: str, provider: str) -> None:
        super().__init__(detail)
        self.cause = cause
        self.provider = provider


class ProviderAwayError(Problem):
    """An OpenID Connect does not answer, or not as it should."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    slug = "provider-away"
    title = _("The agency's sign-in does not answer")
    retry_after = 60


class TokenRefusedError(Problem):
    """A program gets no token; it is told as OAuth tells it, by one of its words."""

    word: ClassVar[str] = "invalid_request"


class BadClientError(TokenRefusedError):
    """A program showed no key that holds."""

    status = HTTPStatus.UNAUTHORIZED
    word = "invalid_client"
    slug = "invalid-client"
    title = _("The key does not hold")
    is_noted = True


class BadGrantError(TokenRefusedError):
    """A program asks for a token in another way than by its key."""

    word = "unsupported_grant_type"
    slug = "unsupported-grant-type"
    title = _("A token is given for a key alone")


class TooManyRolesError(Problem):
    """The account holds as many roles as a token can tell."""

    status = HTTPStatus.CONFLICT
    slug = "too-many-roles"
    title = _("The account holds too many roles")


class TooManyKeysError(Problem):
    """As many keys of that name hold as may."""

    status = HTTPStatus.CONFLICT
    slug = "too-many-keys"
    title = _("There are too many keys of this name")


class ForeignHomeError(Problem):
    """The region is served by another instance, and only that one may write for it."""

    status = HTTPStatus.CONFLICT
    slug = "foreign-home"
    title = _("Another instance serves this region")


class ContactsUnsharedError(NotFoundError):
    """The two of the meeting do not share their contacts, or not with this reader."""

    slug = "contacts-not-shared"
    title = _("No contacts are shared")
