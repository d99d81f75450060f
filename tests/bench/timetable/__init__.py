"""How near to the best, how fast and how large timetables are."""
