"""What must be true of the platform, told from the requests alone: the model against which a run is judged.

The model knows nothing of HTTP, events or databases. Each method takes one wish of an organiser and
tells whether the platform has to grant it; what it grants becomes the expected state.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

FOLLOWING = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"approved", "rejected", "changes_requested", "waitlisted", "withdrawn"},
    "changes_requested": {"submitted", "rejected", "withdrawn"},
    "waitlisted": {"approved", "rejected", "withdrawn"},
    "approved": {"withdrawn"},
    "rejected": set[str](),
    "withdrawn": set[str](),
}
"""What may become of an application; written down here once more, so that the platform's own table can be wrong."""
ANSWERS = {"acceptance": "accepted", "refusal": "declined", "withdrawal": "withdrawn"}
"""What becomes of a meeting request, by the step that is taken."""


@dataclass
class Mission:
    """A mission: open for applications, or closed."""

    key: str
    is_open: bool = True
    told: int = 1
    """How many events told of it."""


@dataclass
class Organisation:
    """A company of one side, with the number of the name that it last took."""

    key: str
    side: str
    name: int = 0
    told: int = 1


@dataclass
class Delegate:
    """A person, as far as events and letters depend on it."""

    key: str
    application: str
    is_online: bool = False
    mailbox: int = 0
    """The number of the address that it last took."""
    absent: set[int] = field(default_factory=set)
    """The slots that were cut out of its day."""
    is_removed: bool = False
    told: int = 0
    """How many public events told of it."""
    whispered: int = 0
    """How many private ones."""


@dataclass
class Application:
    """An organisation's application to a mission, and what came of it there."""

    key: str
    mission: str
    organisation: str
    side: str
    status: str = "draft"
    is_public: bool = False
    told: int = 0
    profile: int = 0
    """The number of the profile that it last published."""
    published: int = 0
    """How many events told of the profile, if no request had to be sent twice."""
    participant: str | None = None
    """What the mission decided: admitted, refused or withdrawn; None: nothing to decide."""
    has_arrived: bool = False
    been: Counter[str] = field(default_factory=Counter)
    """How often it came to each status: changes may be requested again of what was handed in again."""


@dataclass
class Request:
    """A wish to meet."""

    key: str
    pair: frozenset[str]
    status: str = "pending"
    told: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it keeps the two from another one."""
        return self.status in ("pending", "accepted")


@dataclass
class Model:
    """Everything that was asked for and has to be."""

    missions: dict[str, Mission] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    delegates: dict[str, Delegate] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    agreements: dict[str, str] = field(default_factory=dict)
    """The mission of each."""
    timetables: dict[str, int] = field(default_factory=dict)
    """How many timetables the organiser published, by mission."""

    def apply(self, key: str, mission: str, organisation: str, people: list[str], *, submit: bool) -> bool:
        """Take an application with its people, unless the mission is closed or has one of the organisation."""
        if not self.missions[mission].is_open or self.application_of(mission, organisation):
            return False
        side = self.organisations[organisation].side
        self.applications[key] = Application(key, mission, organisation, side)
        for person in people:
            self.delegates[person] = Delegate(person, key)
        if submit:
            self.submit(key)
        return True

    def submit(self, key: str) -> bool:
        """Hand an application in; the first time profile and people become known."""
        application = self.applications[key]
        if not application.is_public and not self.missions[application.mission].is_open:
            return False
        if not self._move(application, "submitted"):
            return False
        if not application.is_public:
            application.is_public, application.published = True, 1
            for delegate in self.delegates_of(key):
                delegate.told, delegate.whispered = 1, 1
        application.told += 1
        return True

    def review(self, key: str, verdict: str, *, late: bool = False) -> bool:
        """Decide on an application; an approved one is admitted to an open mission, or when it may come late."""
        application = self.applications[key]
        if not self._move(application, verdict):
            return False
        application.told += 1
        if verdict == "approved":
            is_let_in = late or self.missions[application.mission].is_open
            application.participant = "admitted" if is_let_in else "refused"
        return True

    def withdraw(self, key: str) -> bool:
        """Take an application back; the mission lets the organisation go."""
        application = self.applications[key]
        if not self._move(application, "withdrawn"):
            return False
        application.told += application.is_public
        if application.participant is not None:
            application.participant = "withdrawn"
        return True

    def dismiss(self, key: str) -> bool:
        """Take an organisation out of a mission that it takes part in."""
        application = self.applications[key]
        if application.participant != "admitted":
            return False
        application.participant = "withdrawn"
        return True

    def publish(self, key: str) -> int | None:
        """Publish a new profile; return its number, or None where the application is over."""
        application = self.applications[key]
        if not FOLLOWING[application.status]:
            return None
        application.profile += 1
        application.published += application.is_public
        return application.profile

    def name_delegate(self, key: str, application: str) -> bool:
        """Name one more person, unless the application is over."""
        owner = self.applications[application]
        if not FOLLOWING[owner.status]:
            return False
        self.delegates[key] = Delegate(key, application, told=int(owner.is_public), whispered=int(owner.is_public))
        return True

    def tell_of(self, key: str, *, public: bool = False, private: bool = False) -> None:
        """Count the events of a change to a person of whom the others know."""
        delegate = self.delegates[key]
        if self.applications[delegate.application].is_public:
            delegate.told += public
            delegate.whispered += private

    def remove(self, key: str) -> bool:
        """Take a person off the list, once."""
        if self.delegates[key].is_removed:
            return False
        self.delegates[key].is_removed = True
        self.tell_of(key, public=True, private=True)
        return True

    def answer(self, key: str, step: str) -> bool:
        """Answer a request or take it back; an accepted one can still be taken back."""
        request = self.requests[key]
        may = ("pending", "accepted") if step == "withdrawal" else ("pending",)
        if request.status not in may:
            return False
        request.status = ANSWERS[step]
        request.told += 1
        return True

    def application_of(self, mission: str, organisation: str) -> Application | None:
        """Find the application of an organisation to a mission."""
        found = (one for one in self.applications.values() if one.mission == mission)
        return next((one for one in found if one.organisation == organisation), None)

    def delegates_of(self, application: str) -> Iterator[Delegate]:
        """Return the people of an application who were not removed."""
        return (one for one in self.delegates.values() if one.application == application and not one.is_removed)

    def admitted(self, mission: str, side: str) -> list[str]:
        """List the applications of those who take part on a side."""
        ours = [one for one in self.applications.values() if (one.mission, one.side) == (mission, side)]
        return [one.key for one in ours if one.participant == "admitted"]

    def may_ask(self, one: str, other: str) -> str | None:
        """Say why an admitted organisation cannot ask another for a meeting; None: it can."""
        if self.applications[one].side == self.applications[other].side:
            return "same-side"
        pair = frozenset((one, other))
        return "request-open" if any(r.is_open and r.pair == pair for r in self.requests.values()) else None

    def _move(self, application: Application, status: str) -> bool:
        if status not in FOLLOWING[application.status]:
            return False
        application.status = status
        application.been[status] += 1
        return True
