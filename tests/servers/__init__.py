"""Servers that tests may start, stop and break."""
