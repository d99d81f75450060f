"""Names and addresses as mail headers and calendars may carry them."""

import re
from dataclasses import dataclass
from email.headerregistry import Address

CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class MailAddress:
    """An address with the name of its owner; a domain in national letters is turned into ASCII.

    Raises:
        ValueError: the address is none, has letters outside ASCII before its @, or name or address
            hides a line break or another control character.

    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if CONTROL_CHARACTERS.search(self.address) or CONTROL_CHARACTERS.search(self.name):
            raise ValueError("a correspondent has a control character in its name or address")
        local, at, domain = self.address.rpartition("@")
        if not (local and at and domain and local.isascii()) or re.search(r"\s", self.address):
            raise ValueError("a correspondent has an address that mail cannot be sent to")
        object.__setattr__(self, "address", f"{local}@{_ascii_domain(domain)}")

    def header(self) -> Address:
        """Return the correspondent as the header of an EmailMessage takes it."""
        return Address(display_name=self.name, addr_spec=self.address)


def _ascii_domain(domain: str) -> str:
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("a correspondent has a domain that does not exist in ASCII") from None
