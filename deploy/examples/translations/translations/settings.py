"""Settings of the service from the environment."""

from dataclasses import dataclass

from servicekit.settings import Settings as CommonSettings
from servicekit.texts import languages


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """The languages that every text should have."""

    languages: tuple[str, ...] = languages.SUPPORTED
    """As TRANSLATIONS_LANGUAGES=ru,en,kk."""
