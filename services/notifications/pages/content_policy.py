"""The Content-Security-Policy for showing the HTML of a mail: it allows only the mail's own styles."""

import base64
from hashlib import sha256
from html.parser import HTMLParser


def content_security_policy(page: str) -> str:
    """Return the policy for the HTML of a mail: a sandbox that allows nothing but its own styles, by their hashes.

    Mail programs support no style sheets, so mails use style attributes; a policy allows those by hash only, not by
    nonce.
    """
    collector = _StyleCollector()
    collector.feed(page.replace("\r\n", "\n"))
    hashes = " ".join(sorted({f"'sha256-{_style_hash(style)}'" for style in collector.styles}))
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
        """Collect the style attribute; start a style element."""
        self.styles += [value for name, value in attrs if name == "style" and value]
        if tag == "style":
            self._element = []

    def handle_data(self, data: str) -> None:
        """Collect the content of a style element."""
        if self._element is not None:
            self._element.append(data)

    def handle_endtag(self, tag: str) -> None:
        """End a style element."""
        if tag == "style" and self._element is not None:
            self.styles.append("".join(self._element))
            self._element = None
