"""A large mission kept at hand, so that who comes or changes is scored at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from matching.domain.items import Profile
from matching.domain.scores import Weights
from matching.meaning.large.mission import Mission
from matching.meaning.large.newcomer import Lead, leads
from matching.meaning.large.recommend import encode, ordered
from matching.meaning.large.scales import Scales
from matching.meaning.large.threads import one_thread
from matching.meaning.memory import Memory


class KeptMission:
    """Everybody as they were when they were read, by the measure of the last whole round."""

    def __init__(self, profiles: Sequence[Profile], scales: bytes, weights: Weights, memory: Memory) -> None:
        guests, hosts = (ordered([one for one in profiles if one.side == side]) for side in ("guest", "host"))
        self._weights, self._memory = weights, memory
        self._scales = Scales.restored(scales)
        with one_thread():
            self._mission = Mission(guests, hosts, weights, memory)
        self._later: Mapping[UUID, Profile | None] = {}
        self._missions = [self._mission]

    def leads(self, profile: Profile, later: Mapping[UUID, Profile | None]) -> list[Lead]:
        """Score one profile with the other side.

        Args:
            profile: who has come, or changed.
            later: all who have come or changed since everybody was read, as they are now; None for those who left.

        """
        if later != self._later:
            self._later, self._missions = dict(later), [self._mission, *self._beside(later)]
        encode([profile], self._memory)
        return leads(profile, self._missions, later.keys(), self._scales, self._weights)

    def _beside(self, later: Mapping[UUID, Profile | None]) -> list[Mission]:
        known = [profile for profile in later.values() if profile]
        guests, hosts = (ordered([one for one in known if one.side == side]) for side in ("guest", "host"))
        encode(known, self._memory)
        with one_thread():
            return [self._mission.beside(guests, hosts)] if known else []
