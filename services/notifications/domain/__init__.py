"""Pure rules of notifications: standard library only."""
