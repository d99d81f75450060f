"""An authenticator app in software."""

from base64 import b32decode
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP


def code_of(secret, at=None):
    """Return the six digits that an app shows, now or at an instant."""
    padded = secret + "=" * (-len(secret) % 8)
    app = TOTP(b32decode(padded), 6, SHA1(), 30)
    return app.generate(int((at or datetime.now(UTC)).timestamp())).decode()
