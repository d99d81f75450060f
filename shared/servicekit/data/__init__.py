"""The database: engine and sessions, the kit's tables, the clock, tombstones."""
