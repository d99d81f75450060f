"""A passkey in software: answers challenges as a browser with its authenticator does, or wrongly in any one thing."""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from registration.identity import secret_hashes

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftPasskey:
    """One key pair of one device, for one site."""

    origin: str
    party: str
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    id: bytes = field(default_factory=lambda: secret_hashes.fresh().encode())
    count: int = 0
    holder: str = ""

    def made(self, options, **wrong):
        """Answer the challenge for a new passkey."""
        self.holder = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        data = self._data(wrong, ATTESTED)
        data += bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(cose)
        said = self._said("webauthn.create", options, wrong)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential({"clientDataJSON": b64(said), "attestationObject": b64(attestation)})

    def shown(self, options, **wrong):
        """Answer the challenge to show it."""
        self.count += 1
        data, said = self._data(wrong), self._said("webauthn.get", options, wrong)
        signature = self.key.sign(data + sha256(said).digest(), ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": b64(said),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": wrong.get("holder", self.holder),
            }
        )

    def _data(self, wrong, flags=0):
        flags |= PRESENT | wrong.get("flags", VERIFIED)
        return sha256(wrong.get("party", self.party).encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind, options, wrong):
        told = {"type": kind, "challenge": options["challenge"], "origin": wrong.get("origin", self.origin)}
        return json.dumps(told | {"crossOrigin": False}).encode()

    def _credential(self, response):
        name = b64(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
