"""Settings of the service from the environment."""

from dataclasses import dataclass

from servicekit import languages
from servicekit.settings import Settings as CommonSettings


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """The languages that every text should have."""

    languages: tuple[str, ...] = languages.SUPPORTED
    """As TRANSLATIONS_LANGUAGES=ru,en,kk."""
