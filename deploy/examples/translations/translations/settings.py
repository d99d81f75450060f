"""What the service is told at its start."""

from dataclasses import dataclass

from servicekit import languages
from servicekit.settings import Settings as CommonSettings


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Which languages every text should have."""

    languages: tuple[str, ...] = languages.SUPPORTED
    """As TRANSLATIONS_LANGUAGES=ru,en,kk."""
