"""Handlers of events and commands: keep copies, create notifications, queue and suppress deliveries, delete old data.

`notifications.service` registers the event handlers; the API and the pages call the command handlers.
"""
