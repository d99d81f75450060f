"""Composes the mail of a delivery: looks up names, addresses and time zones, and fills template and calendar.

The face of the package is `message.compose_mail`, `message.message_id_of` and `mail_data.MissingDataError`. Data is
looked up when a mail is sent, not when it is queued.
"""
