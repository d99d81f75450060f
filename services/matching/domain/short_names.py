"""Names of organisations without their legal forms, for narrow cells."""

import re

_QUOTED = re.compile(r"[^\W\d_]{2,7}(?: [^\W\d_]{2,7})*\s+«(?P<name>.+)»")
"""A form of capitals before the name: ООО «Рудмонтаж», ФГБОУ ВО «Институт»."""
_TRAILING = re.compile(
    r",?\s+(?:LLC|LLP|Ltd\.?|Limited|Inc\.?|JSC|PJSC|CJSC|OJSC|plc|PLC|GmbH|AG|sole proprietor|\([A-Z]{2,6}\))$"
)
_PERSON = re.compile(r"(?P<form>ИП\s+[\w-]+)\s+(?P<first>\w)\w+\s+(?P<second>\w)\w+")


def short_name(name: str) -> str:
    """Leave the legal form out, and the given names of a sole trader but their initials; what has neither stays."""
    quoted = _QUOTED.fullmatch(name)
    if quoted and name[: quoted.start("name") - 1].isupper():
        return quoted["name"].replace("„", "«").replace("“", "»")
    person = _PERSON.fullmatch(name)
    if person:
        return f"{person['form']} {person['first']}. {person['second']}."
    return _TRAILING.sub("", name) or name
