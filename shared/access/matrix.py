"""The table of deeds: which standing towards a thing lets somebody do what to it.

This is the one place that says who may do what. A route names its deed, a query asks for the rows towards
which the actor stands as the deed demands; a key to the API is given some of these words as its scopes.
"""

from collections.abc import Mapping
from enum import StrEnum

from access.roles import Standing

S = Standing


class Deed(StrEnum):
    """What can be done, by its kind of thing."""

    REGIONS_READ = "regions:read"
    REGIONS_MANAGE = "regions:manage"
    MISSIONS_READ = "missions:read"
    MISSIONS_PLAN = "missions:plan"
    MISSIONS_RUN = "missions:run"
    ORGANISATIONS_READ = "organisations:read"
    ORGANISATIONS_REGISTER = "organisations:register"
    ORGANISATIONS_WRITE = "organisations:write"
    APPLICATIONS_READ = "applications:read"
    APPLICATIONS_WRITE = "applications:write"
    APPLICATIONS_REVIEW = "applications:review"
    PARTICIPANTS_READ = "participants:read"
    PARTICIPANTS_DECIDE = "participants:decide"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    MEETINGS_READ = "meetings:read"
    MEETINGS_RUN = "meetings:run"
    TIMETABLES_READ = "timetables:read"
    REQUESTS_WRITE = "requests:write"
    OWN_WRITE = "own:write"
    """What an organisation keeps for itself or gives of itself: no agency and no organiser does that in its name."""
    AGREEMENTS_WRITE = "agreements:write"
    REPORTS_READ = "reports:read"
    MESSAGES_READ = "messages:read"
    MESSAGES_SEND = "messages:send"
    MEMBERS_MANAGE = "members:manage"
    KEYS_MANAGE = "keys:manage"
    AUDIT_READ = "audit:read"
    EVENTS_READ = "events:read"
    EVENTS_REPAIR = "events:repair"
    CLOCK_READ = "clock:read"
    CLOCK_MOVE = "clock:move"
    METRICS_READ = "metrics:read"
    PLATFORM_RUN = "platform:run"
    SELF = "self"
    """What concerns the actor alone: own sessions, own roles."""
    LOOK = "look"
    """What is open to everybody."""


_RUNNERS = frozenset({S.PLATFORM, S.HOST, S.ORGANISER})
_AGENCIES = frozenset({S.HOST, S.SENDER})
_SPEAKERS = frozenset({S.PLATFORM, S.HOME, S.ORGANISER, S.DELEGATE})
_EVERYBODY = frozenset(S)

MATRIX: Mapping[Deed, frozenset[Standing]] = {
    Deed.REGIONS_READ: _EVERYBODY,
    Deed.REGIONS_MANAGE: frozenset({S.PLATFORM}),
    Deed.MISSIONS_READ: _EVERYBODY - {S.HOME},
    Deed.MISSIONS_PLAN: frozenset({S.PLATFORM}) | _AGENCIES,
    Deed.MISSIONS_RUN: _RUNNERS,
    Deed.ORGANISATIONS_READ: _EVERYBODY,
    Deed.ORGANISATIONS_REGISTER: _EVERYBODY,
    Deed.ORGANISATIONS_WRITE: frozenset({S.PLATFORM, S.HOME, S.DELEGATE}),
    Deed.APPLICATIONS_READ: _EVERYBODY - {S.SENDER},
    Deed.APPLICATIONS_WRITE: _SPEAKERS,
    Deed.APPLICATIONS_REVIEW: frozenset({S.PLATFORM, S.HOME, S.ORGANISER}),
    Deed.PARTICIPANTS_READ: _EVERYBODY,
    Deed.PARTICIPANTS_DECIDE: _RUNNERS,
    Deed.PEOPLE_READ: _SPEAKERS | {S.HOST},
    Deed.PEOPLE_WRITE: _SPEAKERS,
    Deed.MEETINGS_READ: _EVERYBODY,
    Deed.MEETINGS_RUN: _RUNNERS,
    Deed.TIMETABLES_READ: _RUNNERS | _AGENCIES | {S.READER},
    Deed.REQUESTS_WRITE: _SPEAKERS,
    Deed.OWN_WRITE: frozenset({S.PLATFORM, S.DELEGATE}),
    Deed.AGREEMENTS_WRITE: _SPEAKERS | _AGENCIES,
    Deed.REPORTS_READ: _RUNNERS | _AGENCIES | {S.READER},
    Deed.MESSAGES_READ: _RUNNERS | {S.HOME},
    Deed.MESSAGES_SEND: _RUNNERS | {S.HOME},
    Deed.MEMBERS_MANAGE: _RUNNERS | {S.HOME, S.DELEGATE},
    Deed.KEYS_MANAGE: _RUNNERS | _AGENCIES,
    Deed.AUDIT_READ: _RUNNERS | {S.HOME},
    Deed.EVENTS_READ: _RUNNERS | _AGENCIES | {S.READER},
    Deed.EVENTS_REPAIR: frozenset({S.PLATFORM}),
    Deed.CLOCK_READ: _EVERYBODY,
    Deed.CLOCK_MOVE: frozenset({S.PLATFORM}),
    Deed.METRICS_READ: frozenset({S.PLATFORM}),
    Deed.PLATFORM_RUN: frozenset({S.PLATFORM}),
    Deed.SELF: _EVERYBODY,
    Deed.LOOK: _EVERYBODY,
}

FOR_ANYBODY = frozenset(
    {Deed.REGIONS_READ, Deed.ORGANISATIONS_REGISTER, Deed.PEOPLE_READ, Deed.PEOPLE_WRITE, Deed.CLOCK_READ, Deed.SELF}
)
"""What whoever is signed in may do, with a role or without one: everybody is a person."""
FOR_PEOPLE = frozenset({Deed.MEMBERS_MANAGE, Deed.KEYS_MANAGE})
"""What no key to the API may do: it would give away more than it is, and outlive whoever made it."""
IN_A_NAME = frozenset(
    {
        Deed.ORGANISATIONS_WRITE,
        Deed.APPLICATIONS_WRITE,
        Deed.PEOPLE_WRITE,
        Deed.REQUESTS_WRITE,
        Deed.AGREEMENTS_WRITE,
    }
)
"""What somebody does in the name of an organisation: others who do it act for it, when it phones."""


def is_for_the_platform(deed: Deed) -> bool:
    """Tell whether a deed is that of whoever runs the platform, and of nobody else."""
    return MATRIX[deed] == {S.PLATFORM}


OPEN = frozenset({Deed.LOOK})
"""What nobody has to sign in for."""
