"""Second factors: who needs one (`policy`), authenticator apps with recovery codes, and passkeys."""
