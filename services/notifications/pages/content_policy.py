"""What the page part of a letter may do when it is shown: be looked at, in exactly the styles it came with."""

import base64
from hashlib import sha256
from html.parser import HTMLParser


def content_security_policy(page: str) -> str:
    """Return the Content-Security-Policy of a letter: locked up, with the hashes of its own styles.

    Mail programs know no style sheets, so a letter carries its look in style attributes, which need
    no nonce but a hash each.
    """
    found = _StyleCollector()
    found.feed(page.replace("\r\n", "\n"))
    hashes = " ".join(sorted({f"'sha256-{_style_hash(style)}'" for style in found.styles}))
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {hashes}; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )


def _style_hash(style: str) -> str:
    return base64.b64encode(sha256(style.encode()).digest()).decode()


class _StyleCollector(HTMLParser):
    """Collects the style attributes and elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self._element: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a style attribute; begin a style element."""
        self.styles += [value for name, value in attrs if name == "style" and value]
        if tag == "style":
            self._element = []

    def handle_data(self, data: str) -> None:
        """Take what stands in a style element."""
        if self._element is not None:
            self._element.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note a style element that ends."""
        if tag == "style" and self._element is not None:
            self.styles.append("".join(self._element))
            self._element = None
