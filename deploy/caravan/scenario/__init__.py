"""Scenario files: missions in the format `trade-mission-scenario/1`, and `caravan load`.

Others import `reader` (read and check a file), `variants`, `values` (texts, times and amounts of its rows),
`request_bodies` (bodies for the API) and `loader` (create the mission on a platform).
"""
