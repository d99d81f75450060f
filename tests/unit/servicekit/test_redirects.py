"""After a form a reader is led to a page of ours, whatever the address says."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.web.security import safe_next

HERE = "https://caravan.example"
DROPPED_BY_BROWSERS = dict.fromkeys(map(ord, "\t\r\n"))
HOSTILE = st.text(st.sampled_from(list("/\\:@?#.%\t\r\n\x00 ahjvscript2f")), max_size=12)


def as_a_browser_reads(address):
    """Resolve an address as the URL standard has it: a backslash is a slash, and some signs are none."""
    read = address.strip("".join(map(chr, range(33)))).translate(DROPPED_BY_BROWSERS).replace("\\", "/")
    return urlsplit(urljoin(f"{HERE}/registration/", read))


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        " //evil.example",
        "/registration/\r\nSet-Cookie: a=b",
        "registration",
        "",
        None,
    ],
)
def test_18_address_of_another_leads_home(value):
    assert safe_next(value, "/home/") == "/home/"


@pytest.mark.parametrize("value", ["/", "/registration/missions/7?words=a%20b&lang=ru#people", "/a?слова=да"])
def test_18_path_of_ours_is_followed(value):
    assert safe_next(value, "/home/") == value


@given(HOSTILE | HOSTILE.map("/{}evil.example".format) | st.text())
def test_18_whatever_is_asked_the_browser_stays_here(value):
    led = as_a_browser_reads(safe_next(value, "/home/"))

    assert f"{led.scheme}://{led.netloc}" == HERE
