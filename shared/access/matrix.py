"""The permission matrix: which relation to a record grants which permission on it.

This is the only place that defines who may do what. An endpoint declares its permission, and a query selects the
rows on which the actor has it. An API key is limited to some of these permissions.
"""

from collections.abc import Mapping
from enum import StrEnum

from access.roles import Relation


class Deed(StrEnum):
    """A permission, named `kind of record:action`."""

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
    """Records that only the organisation itself may write, not an agency or organiser on its behalf."""
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
    """The actor's own account: sessions, roles."""
    LOOK = "look"
    """Public pages and data; needs no sign-in."""


_ORGANISERS = frozenset({Relation.PLATFORM, Relation.HOST, Relation.ORGANISER})
_AGENCIES = frozenset({Relation.HOST, Relation.SENDER})
_REPRESENTATIVES = frozenset({Relation.PLATFORM, Relation.HOME, Relation.ORGANISER, Relation.DELEGATE})
_EVERYBODY = frozenset(Relation)

MATRIX: Mapping[Deed, frozenset[Relation]] = {
    Deed.REGIONS_READ: _EVERYBODY,
    Deed.REGIONS_MANAGE: frozenset({Relation.PLATFORM}),
    Deed.MISSIONS_READ: _EVERYBODY - {Relation.HOME},
    Deed.MISSIONS_PLAN: frozenset({Relation.PLATFORM}) | _AGENCIES,
    Deed.MISSIONS_RUN: _ORGANISERS,
    Deed.ORGANISATIONS_READ: _EVERYBODY,
    Deed.ORGANISATIONS_REGISTER: _EVERYBODY,
    Deed.ORGANISATIONS_WRITE: frozenset({Relation.PLATFORM, Relation.HOME, Relation.DELEGATE}),
    Deed.APPLICATIONS_READ: _EVERYBODY - {Relation.SENDER},
    Deed.APPLICATIONS_WRITE: _REPRESENTATIVES,
    Deed.APPLICATIONS_REVIEW: frozenset({Relation.PLATFORM, Relation.HOME, Relation.ORGANISER}),
    Deed.PARTICIPANTS_READ: _EVERYBODY,
    Deed.PARTICIPANTS_DECIDE: _ORGANISERS,
    Deed.PEOPLE_READ: _REPRESENTATIVES | {Relation.HOST},
    Deed.PEOPLE_WRITE: _REPRESENTATIVES,
    Deed.MEETINGS_READ: _EVERYBODY,
    Deed.MEETINGS_RUN: _ORGANISERS,
    Deed.TIMETABLES_READ: _ORGANISERS | _AGENCIES | {Relation.READER},
    Deed.REQUESTS_WRITE: _REPRESENTATIVES,
    Deed.OWN_WRITE: frozenset({Relation.PLATFORM, Relation.DELEGATE}),
    Deed.AGREEMENTS_WRITE: _REPRESENTATIVES | _AGENCIES,
    Deed.REPORTS_READ: _ORGANISERS | _AGENCIES | {Relation.READER},
    Deed.MESSAGES_READ: _ORGANISERS | {Relation.HOME},
    Deed.MESSAGES_SEND: _ORGANISERS | {Relation.HOME},
    Deed.MEMBERS_MANAGE: _ORGANISERS | {Relation.HOME, Relation.DELEGATE},
    Deed.KEYS_MANAGE: _ORGANISERS | _AGENCIES,
    Deed.AUDIT_READ: _ORGANISERS | {Relation.HOME},
    Deed.EVENTS_READ: _ORGANISERS | _AGENCIES | {Relation.READER},
    Deed.EVENTS_REPAIR: frozenset({Relation.PLATFORM}),
    Deed.CLOCK_READ: _EVERYBODY,
    Deed.CLOCK_MOVE: frozenset({Relation.PLATFORM}),
    Deed.METRICS_READ: frozenset({Relation.PLATFORM}),
    Deed.PLATFORM_RUN: frozenset({Relation.PLATFORM}),
    Deed.SELF: _EVERYBODY,
    Deed.LOOK: _EVERYBODY,
}

FOR_ANY_USER = frozenset(
    {Deed.REGIONS_READ, Deed.ORGANISATIONS_REGISTER, Deed.PEOPLE_READ, Deed.PEOPLE_WRITE, Deed.CLOCK_READ, Deed.SELF}
)
"""Permissions of every signed-in user, with or without a role."""
NOT_FOR_API_KEYS = frozenset({Deed.MEMBERS_MANAGE, Deed.KEYS_MANAGE})
"""Permissions that no API key may have: a key could grant access to others that outlasts the key and its owner."""
ON_BEHALF = frozenset(
    {
        Deed.ORGANISATIONS_WRITE,
        Deed.APPLICATIONS_WRITE,
        Deed.PEOPLE_WRITE,
        Deed.REQUESTS_WRITE,
        Deed.AGREEMENTS_WRITE,
    }
)
"""Permissions for acting on behalf of an organisation; the audit log names it if the actor is not its delegate."""


def is_platform_only(deed: Deed) -> bool:
    """Return whether only the platform administrator has a permission."""
    return MATRIX[deed] == {Relation.PLATFORM}


OPEN = frozenset({Deed.LOOK})
"""Permissions that need no sign-in."""
