"""How to read the events: what a stranger must know beside the schemas; the text stands in `guide.md`."""

from dataclasses import asdict
from importlib.resources import files
from string import Template

from contracts.document.bus import Bus
from contracts.event import CONTENT_TYPE


def guide(bus: Bus) -> str:
    """Return the guide in Markdown, for the description of the document."""
    text = (files(__package__) / "guide.md").read_text(encoding="utf-8")
    facts = {**asdict(bus), "largest_kb": bus.largest_bytes // 1024, "content_type": CONTENT_TYPE}
    return Template(text).substitute(facts).strip()
