"""HTML pages of notifications: the mailbox, the delivery log, group messages, and tiles for other services' pages.

The face of the package is the blueprint of each module and `layout.frame`; only `notifications.service` imports them.
"""
