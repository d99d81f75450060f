"""Sign-in by OpenID Connect: the providers that an agency configures, their client, and the round trip."""
