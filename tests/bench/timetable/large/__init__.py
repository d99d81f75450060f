"""How near to the best, how fast and how large the timetables of large missions are."""
