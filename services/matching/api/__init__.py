"""The HTTP API of matching: one module for each subject."""

from matching.api import agreements, drafts, lists, meetings, missions, requests, runs, signals

BLUEPRINTS = (
    missions.blueprint,
    lists.blueprint,
    signals.blueprint,
    requests.blueprint,
    runs.blueprint,
    drafts.blueprint,
    meetings.blueprint,
    agreements.blueprint,
)
