"""Read-only database queries of notifications.

`deliveries` serves the API and the pages; `recipients` finds the people of a group that an organiser writes to.
"""
