"""What whoever runs a platform without a mission does first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from registration import mission_forms, pack
from servicekit import languages

FEWEST_REGIONS = 2
"""A mission leads from one region to another."""


@dataclass(frozen=True, kw_only=True)
class FirstRun:
    """How far a platform is prepared for its first mission."""

    regions: Sequence[str]
    """Names of the regions that take part."""
    addable: Sequence[tuple[str, str]]
    """Codes and names of the regions of which there is a pack, and that do not take part yet."""

    @property
    def has_regions(self) -> bool:
        """Whether there are enough for a mission."""
        return len(self.regions) >= FEWEST_REGIONS


def steps(session: Session) -> FirstRun:
    """Tell how far the platform is prepared."""
    taking_part = mission_forms.regions(session)
    language = languages.of_request()
    packs = {code: languages.pick(dict(one.names), language) for code, one in pack.regions(session).items()}
    addable = sorted(((code, name) for code, name in packs.items() if code not in taking_part), key=lambda one: one[1])
    return FirstRun(regions=list(taking_part.values()), addable=addable)
