"""Reads of registration: what the API and the pages show."""
