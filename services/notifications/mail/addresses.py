"""Names and e-mail addresses that are safe in mail headers and calendars."""

import re
from dataclasses import dataclass
from email.headerregistry import Address

CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class MailAddress:
    """An e-mail address with a display name; an internationalised domain is converted to ASCII.

    Raises:
        ValueError: the address is invalid, its local part is not ASCII, or name or address contains a line break or
            another control character.

    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        if CONTROL_CHARACTERS.search(self.address) or CONTROL_CHARACTERS.search(self.name):
            raise ValueError("the name or address has a control character")
        local, at, domain = self.address.rpartition("@")
        if not (local and at and domain and local.isascii()) or re.search(r"\s", self.address):
            raise ValueError("mail cannot be sent to this address")
        object.__setattr__(self, "address", f"{local}@{_ascii_domain(domain)}")

    def header(self) -> Address:
        """Return the address as a header value of an EmailMessage."""
        return Address(display_name=self.name, addr_spec=self.address)


def _ascii_domain(domain: str) -> str:
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("the domain of the address cannot be written in ASCII") from None
