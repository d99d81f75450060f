"""`caravan demo`: play a whole mission from a scenario file through the public API, with a movable clock.

Its face is `command.demo_command`.
"""
