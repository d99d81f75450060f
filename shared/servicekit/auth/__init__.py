"""Who acts: actors and row scopes, access tokens and their keys, encryption of stored secrets."""
