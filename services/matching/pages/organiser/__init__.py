"""Pages of organisers: lists, the map of pairs, the timetable and its draft, the day desk, the report."""

from matching.pages.organiser import day, draft, lists, missions, pair_map, tiles, timetable

BLUEPRINTS = tuple(page.blueprint for page in (missions, lists, pair_map, timetable, draft, day, tiles))
