"""Settings of matching."""

from dataclasses import dataclass

from servicekit import settings


@dataclass(frozen=True, kw_only=True)
class Settings(settings.Settings):
    """What matching is told at its start."""

    recommendation_quiet_seconds: float = 0.5
    """Recommendations are made anew once nothing has changed for so long."""
    recommendation_model: bool = True
    """Whether recommendations may load the model of meaning, where it is installed; else words alone are compared."""
    recommendation_lease_seconds: float = 120.0
    """A long round of scoring whose worker is silent for so long is taken up by another."""
    solver_lease_seconds: float = 60.0
    """A run whose worker is silent for so long beyond its time limit is taken up by another."""
    solver_attempts: int = 20
    """A run that was thrown away so often because the mission kept changing is given up."""
