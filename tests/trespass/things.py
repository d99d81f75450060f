"""What there is in the two missions of the tests of access, and to whom it is by the plain words of the roles."""

from dataclasses import dataclass, field

from access.actor import Actor
from access.matrix import Deed
from access.roles import EVERYTHING, Relation

READS = {
    "mission": {"registration": Deed.MISSIONS_READ, "matching": Deed.MEETINGS_READ},
    "organisation": Deed.ORGANISATIONS_READ,
    "application": Deed.APPLICATIONS_READ,
    "delegate": Deed.PEOPLE_READ,
    "participant": {"registration": Deed.PARTICIPANTS_READ, "matching": Deed.MEETINGS_READ},
    "request": Deed.MEETINGS_READ,
    "signal": Deed.MEETINGS_READ,
    "meeting": Deed.MEETINGS_READ,
    "agreement": Deed.MEETINGS_READ,
    "exchange": Deed.PEOPLE_READ,
    "run": Deed.TIMETABLES_READ,
    "delivery": Deed.MESSAGES_READ,
}
"""The deed that lets somebody know that a thing of a kind is there."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something with an id, and all that a role can be compared with; `mark` stands for it on a page."""

    service: str
    kind: str
    id: str
    mark: str = ""
    mission: str = ""
    host: str = ""
    guest: str = ""
    organisations: frozenset[str] = field(default_factory=frozenset)
    homes: frozenset[str] = field(default_factory=frozenset)

    def scopes(self, relation: Relation) -> set[str]:
        """Return the scopes that a role has to hold to stand so towards it."""
        return {
            Relation.PLATFORM: {EVERYTHING},
            Relation.HOST: {self.host},
            Relation.SENDER: {self.guest},
            Relation.HOME: set(self.homes),
            Relation.ORGANISER: {self.mission},
            Relation.DELEGATE: set(self.organisations),
            Relation.READER: {self.mission, self.host, self.guest},
        }[relation] - {""}

    @property
    def reads(self) -> Deed:
        """The deed that lets somebody know of it."""
        found = READS[self.kind]
        return found[self.service] if isinstance(found, dict) else found


def may(actor: Actor, deed: Deed, thing: Thing) -> bool:
    """Tell by the matrix whether an actor may do a deed to a thing."""
    return any(actor.scopes_for(relation, deed) & thing.scopes(relation) for relation in Relation)


def sees(actor: Actor, deed: Deed, thing: Thing) -> bool:
    """Tell whether a thing is there for an actor who is about to do a deed."""
    return may(actor, deed, thing) or may(actor, thing.reads, thing)
