"""The report of a mission: `caravan report`, its figures and the table that shows them.

Others import `figures` (names and differences) and `table` (the table and the definitions).
"""
