"""Lead a reader on after a form, within the platform only."""


def safe_next(value: str | None, default: str) -> str:
    """Return where to go on: the value where it is a path of ours, else the default.

    Whatever a browser could take for another host or for a script is none: a scheme, `//`, a
    backslash, a blank or a control character, which browsers leave out.
    """
    path = value or ""
    is_ours = path.startswith("/") and not path.startswith("//") and path.isprintable() and not {"\\", " "} & set(path)
    return path if is_ours else default
