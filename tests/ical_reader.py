"""Reads iCalendar objects (RFC 5545) with the standard library alone: it shares no fault with what wrote them."""

import re
from dataclasses import dataclass, field

NAME = re.compile(r"[A-Za-z0-9-]+")
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
ESCAPED = re.compile(r"\\([nN,;\\])")


@dataclass(frozen=True)
class Property:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self):
        return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def __getitem__(self, name):
        (only,) = [found for found in self.properties if found.name == name]
        return only

    def every(self, name):
        return [child for child in self.children if child.name == name]


def parse(content):
    """Return the one VCALENDAR of a text; anything that is not by the letter of the standard is a ValueError."""
    if not content.endswith("\r\n") or re.search(r"(?<!\r)\n|\r(?!\n)", content):
        raise ValueError("lines do not end in CRLF")
    if any(len(line.encode()) > 75 for line in content.split("\r\n")):
        raise ValueError("a line is longer than 75 octets")
    root = Component("")
    open_components = [root]
    for line in re.sub(r"\r\n[ \t]", "", content).split("\r\n")[:-1]:
        found = _property(line)
        if found.name == "BEGIN":
            open_components.append(Component(found.value))
            open_components[-2].children.append(open_components[-1])
        elif found.name == "END":
            if open_components.pop().name != found.value:
                raise ValueError(f"{found.value} ends before it began")
        else:
            open_components[-1].properties.append(found)
    if open_components != [root] or [child.name for child in root.children] != ["VCALENDAR"]:
        raise ValueError("not exactly one whole VCALENDAR")
    return root.children[0]


def _property(line):
    if re.search("[\x00-\x08\x0a-\x1f\x7f]", line):
        raise ValueError(f"a control character in {line!r}")
    name = NAME.match(line)
    if name is None:
        raise ValueError(f"no name in {line!r}")
    at, parameters = name.end(), {}
    while found := PARAMETER.match(line, at):
        parameters[found[1].upper()] = found[2].strip('"')
        at = found.end()
    if line[at : at + 1] != ":":
        raise ValueError(f"no value in {line!r}")
    return Property(name[0].upper(), parameters, line[at + 1 :])
