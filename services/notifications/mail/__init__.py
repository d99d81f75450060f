"""E-mail itself: template contexts, rendering, MIME messages, iCalendar parts, SMTP and the mailbox on disk.

A library without database or events. Other packages may import every module, but no private name.
"""
