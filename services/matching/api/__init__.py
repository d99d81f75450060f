"""The HTTP API of matching: one module for each subject."""

from matching.api import agreements, lists, meetings, missions, requests, runs, signals

BLUEPRINTS = (
    missions.blueprint,
    lists.blueprint,
    signals.blueprint,
    requests.blueprint,
    runs.blueprint,
    meetings.blueprint,
    agreements.blueprint,
)
