"""Missions in files: the format `trade-mission-scenario/1`, read, checked and put into the words of the API."""
