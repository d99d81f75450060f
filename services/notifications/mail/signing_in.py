"""What letters about signing in have to say: they are about an account, and no mission."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from notifications.mail.context import MailContext


@dataclass(frozen=True, kw_only=True)
class SignIn(MailContext):
    """A link (the button) and a code to sign in with, each good once."""

    template: ClassVar[str] = "sign_in"
    code: str
    """Six digits, in two groups."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Invitation(MailContext):
    """Somebody gave the reader a role: the button leads to where one signs in."""

    template: ClassVar[str] = "invitation"


@dataclass(frozen=True, kw_only=True)
class FactorsChanged(MailContext):
    """A second factor was added or removed, by the reader or by somebody else: the button leads to them."""

    template: ClassVar[str] = "factors_changed"
