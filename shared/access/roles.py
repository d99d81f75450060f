"""Roles, and the relations between a role and a record that permissions are granted to."""

from enum import StrEnum


class Role(StrEnum):
    """A role of an account or API key; it is always held in some scopes."""

    ADMIN = "admin"
    """Platform administrator; the scope is `EVERYTHING`."""
    AGENCY = "agency"
    """Agency of a region; scopes are region codes."""
    ORGANISER = "organiser"
    """Organiser of a mission; scopes are mission ids."""
    DELEGATE = "delegate"
    """Representative of an organisation; scopes are organisation ids."""
    READER = "reader"
    """Read-only access; scopes are mission ids and region codes."""


EVERYTHING = "*"
"""The scope of a role without limits."""


class Relation(StrEnum):
    """How a role is related to a record: which attribute of the record its scopes are compared with."""

    PLATFORM = "platform"
    """The platform administrator, related to every record."""
    HOST = "host"
    """The agency of the host region of the record's mission."""
    SENDER = "sender"
    """The agency of the guest region of the record's mission."""
    HOME = "home"
    """The agency of the region where the record's organisation registered."""
    ORGANISER = "organiser"
    """An organiser of the record's mission."""
    DELEGATE = "delegate"
    """A representative of the record's organisation."""
    READER = "reader"
    """A reader of the record's mission."""

    @property
    def role(self) -> Role:
        """The role that has this relation."""
        return _ROLES[self]


_ROLES = {
    Relation.PLATFORM: Role.ADMIN,
    Relation.HOST: Role.AGENCY,
    Relation.SENDER: Role.AGENCY,
    Relation.HOME: Role.AGENCY,
    Relation.ORGANISER: Role.ORGANISER,
    Relation.DELEGATE: Role.DELEGATE,
    Relation.READER: Role.READER,
}
