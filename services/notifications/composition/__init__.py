"""Composes the mail of a delivery: looks up names, addresses and time zones, and fills template and calendar.

The face of the package is `message.write` and `lookups.FactMissingError`. Data is looked up when a mail is sent,
not when it is queued.
"""
