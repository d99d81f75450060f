"""The HTTP API of matching: one module for each subject."""

from matching.api import agreements, meetings, missions, requests, runs

BLUEPRINTS = (missions.blueprint, requests.blueprint, runs.blueprint, meetings.blueprint, agreements.blueprint)
