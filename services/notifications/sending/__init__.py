"""Sends queued deliveries: claims them under a lease, composes the mail, hands it over and records the outcome.

The face of the package is `sender.send_mail`, and `transport.check_mail` and `transport.mailbox_of`.
"""
