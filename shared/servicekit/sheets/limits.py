"""How large a sheet may be, and what reading one may cost."""

MOST_BYTES = 5 * 1024 * 1024
"""Of a file as it comes."""
MOST_MEMBERS = 200
"""Files that a workbook is made of."""
MOST_UNPACKED_BYTES = 50 * 1024 * 1024
"""Of all members of a workbook."""
MOST_ROWS = 5_000
"""Below the header."""
MOST_COLUMNS = 60
MOST_CHARACTERS = 10_000_000
"""Of all cells: a text that a workbook holds once can stand in every cell."""
WALL_SECONDS = 30
"""How long the process that reads a workbook may live; its processor time is less."""
