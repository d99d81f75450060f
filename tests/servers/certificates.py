"""Certificates for servers and clients of a test, from an authority that lives as long as the test."""

from dataclasses import dataclass
from pathlib import Path

import trustme

from servers.ports import LOOPBACK


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: who vouches, the certificate, and its key."""

    authority: Path
    chain: Path
    key: Path


class Authority:
    """Vouches for whom the test names; nobody else knows it."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self._folder = folder
        self.file = folder / "authority.pem"
        folder.mkdir(parents=True, exist_ok=True)
        self._authority.cert_pem.write_to_path(str(self.file))

    def issue(self, *names: str) -> Certificate:
        """Make a certificate for host names or addresses; for the loopback if none is named."""
        issued = self._authority.issue_cert(*(names or ("localhost", LOOPBACK)))
        chain = self._folder / f"{len(list(self._folder.iterdir()))}.pem"
        made = Certificate(self.file, chain, chain.with_suffix(".key"))
        made.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(made.key))
        made.key.chmod(0o600)
        return made
