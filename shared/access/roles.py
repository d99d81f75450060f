"""Roles, and how a role stands towards a thing."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody was made: each role holds in some scopes."""

    ADMIN = "admin"
    """Runs the platform; its scope is `EVERYTHING`."""
    AGENCY = "agency"
    """Speaks for the agency of a region; scopes are codes of regions."""
    ORGANISER = "organiser"
    """Runs a mission; scopes are ids of missions."""
    DELEGATE = "delegate"
    """Speaks for an organisation; scopes are ids of organisations."""
    READER = "reader"
    """Looks and changes nothing; scopes are ids of missions and codes of regions."""


EVERYTHING = "*"
"""The scope of a role that has no bounds."""


class Standing(StrEnum):
    """How a role stands towards a thing: what of the thing its scopes are compared with."""

    PLATFORM = "platform"
    """Whoever runs the platform stands so towards everything."""
    HOST = "host"
    """The agency of the region where the thing's mission meets."""
    SENDER = "sender"
    """The agency of the region that sends the thing's mission."""
    HOME = "home"
    """The agency of the region where the thing's organisation registered."""
    ORGANISER = "organiser"
    """An organiser of the thing's mission."""
    DELEGATE = "delegate"
    """Whoever speaks for the thing's organisation."""
    READER = "reader"
    """Whoever was let look at the thing's mission."""

    @property
    def role(self) -> Role:
        """The role that stands so."""
        return _ROLES[self]


_ROLES = {
    Standing.PLATFORM: Role.ADMIN,
    Standing.HOST: Role.AGENCY,
    Standing.SENDER: Role.AGENCY,
    Standing.HOME: Role.AGENCY,
    Standing.ORGANISER: Role.ORGANISER,
    Standing.DELEGATE: Role.DELEGATE,
    Standing.READER: Role.READER,
}
