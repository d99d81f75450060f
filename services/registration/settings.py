"""What registration is told at its start."""

from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from registration.identity.oidc.providers import Providers
from servicekit.data import context
from servicekit.settings import Settings as CommonSettings


class SecondFactor(StrEnum):
    """From whom a second factor is asked."""

    REQUIRED = "required"
    """From everybody who may change what is others': whoever has none sets one up first."""
    OFFERED = "offered"
    """From whoever has set one up."""

    @classmethod
    def _missing_(cls, value: object) -> None:  # noqa: ARG003  # quoted nowhere: it may be a secret
        raise ValueError("is neither required nor offered")


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """How people show who they are."""

    second_factor: SecondFactor = SecondFactor.REQUIRED
    """required: administrators, agencies and organisers show a second factor; offered: whoever has set one up does."""
    oidc: Providers = field(default=Providers(), repr=False)
    """Agencies whose staff sign in by their own OpenID Connect, as TOML."""


def of(session: Session) -> Settings:
    """Return the settings of the service that a session belongs to."""
    found = context.of(session).settings
    assert isinstance(found, Settings)
    return found
