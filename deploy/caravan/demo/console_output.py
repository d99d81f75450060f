"""Print the demo on the terminal: for each step the time of the mission, a few lines, and how long it took."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from rich.console import Console, Group
from rich.padding import Padding
from rich.status import Status
from rich.table import Table
from rich.text import Text

from caravan.demo.texts import LINES, NOUNS, PAGES, TITLES, count_noun
from caravan.report.table import format_tenths
from servicekit.texts import formats

Fact = object
TIME_WIDTH = 24
MAX_LINES = 8
"""How many lines `add_lines` shows; the rest is counted."""


class ConsoleOutput:
    """Prints steps in one language, with times in the zone of the mission."""

    def __init__(self, language: str, zone: ZoneInfo, console: Console | None = None) -> None:
        self.language = language if language in LINES["held"] else "en"
        self.zone = zone
        self.console = console or Console(highlight=False)
        self._lines: list[Padding] = []
        self._status: Status | None = None

    def text(self, key: str, **facts: Fact) -> str:
        """Return the text of a key of LINES with its facts filled in."""
        return LINES[key][self.language].format(**{name: self._fact(fact) for name, fact in facts.items()})

    def _fact(self, fact: Fact) -> str:
        match fact:
            case bool():
                return str(fact)
            case (int() as number, str() as noun) if noun in NOUNS:
                return count_noun(number, noun, self.language)
            case int() | float():
                return formats.number(fact, language=self.language)
            case datetime():
                return self.format_time(fact)
        return str(fact)

    def format_time(self, at: datetime) -> str:
        """Format a date and time in the zone of the mission: «18 ноября 2024, 09:00»."""
        day = format_date(at.astimezone(self.zone), "d MMMM y", locale=formats.LOCALES[self.language])
        return f"{day}, {formats.local_time(at, self.zone, language=self.language)}"

    def add_line(self, key: str, *, indent: int = 0, **facts: Fact) -> None:
        """Add a line to the current step."""
        self._lines.append(Padding(Text(self.text(key, **facts)), (0, 0, 0, indent)))

    def add_lines(self, key: str, rows: Sequence[dict[str, Fact]]) -> None:
        """Add a line for each row: the first few, and how many more there are."""
        for row in rows[:MAX_LINES]:
            self.add_line(key, indent=2, **row)
        if len(rows) > MAX_LINES:
            self.add_line("more", indent=2, number=len(rows) - MAX_LINES)

    def add_warning(self, words: str) -> None:
        """Add a highlighted line about a problem."""
        self._lines.append(Padding(Text(words, style="bold red"), 0))

    @contextmanager
    def step(self, at: datetime, title: str) -> Iterator[None]:
        """Print the lines that are added inside as one step."""
        name = TITLES.get(title, TITLES["incident"])[self.language]
        started = time.perf_counter()
        self._lines = []
        with self.console.status(f"{name}…", spinner="line"):
            try:
                yield
            finally:
                self._print(self.format_time(at), name, time.perf_counter() - started)

    def _print(self, when: str, name: str, seconds: float) -> None:
        grid = Table.grid(padding=(0, 2), expand=True)
        grid.add_column(width=TIME_WIDTH, no_wrap=True)
        grid.add_column(ratio=1)
        grid.add_column(justify="right", no_wrap=True, style="dim")
        body = Group(Text(name, style="bold"), *self._lines)
        grid.add_row(Text(when, style="dim"), body, self.format_seconds(seconds))
        self.console.print(grid)
        self.console.print()

    def format_seconds(self, seconds: float) -> str:
        """Format a duration: «1,3 с»."""
        unit = "с" if self.language == "ru" else "s"
        return f"{format_tenths(seconds, self.language)}{formats.NO_BREAK}{unit}"

    def format_hour(self, at: datetime) -> str:
        """Format a time of day in the zone of the mission: 09:00."""
        return formats.local_time(at, self.zone, language=self.language)

    def print_heading(self, title: str, *lines: str) -> None:
        """Print the title of the mission and further lines."""
        self.console.print(Text(title, style="bold"))
        for line in lines:
            self.console.print(Text(line, style="dim"))
        self.console.print()

    def print_pages(self, addresses: Sequence[tuple[str, str]]) -> None:
        """Print the addresses of pages; each is (key of PAGES, URL)."""
        self.console.print(Text(LINES["look"][self.language], style="bold"))
        for key, url in addresses:
            self.console.print(f"  {PAGES[key][self.language]:<26} {url}", soft_wrap=True)
