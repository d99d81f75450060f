"""Pages of companies: partners, requests, their timetable, one meeting, ratings and agreements."""

from matching.pages.company import agreement, meeting, partners, rating, requests, tiles, timetable

BLUEPRINTS = tuple(page.blueprint for page in (partners, requests, timetable, meeting, agreement, rating, tiles))
