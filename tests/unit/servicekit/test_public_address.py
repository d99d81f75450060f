import pytest

from servicekit.web import outgoing
from servicekit.web.outgoing import AddressRefusedError

NUMBERS = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0",
    "8.8.8.8",
    "example.0x7f",
    "example.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[fe80::1%25eth0]",
    "169.254.169.254",
    "10.0.0.1",
    "100.64.0.1",
    "224.0.0.1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "%31%32%37.0.0.1",
)


@pytest.mark.parametrize("host", NUMBERS)
def test_109_number_in_any_notation_is_no_name(host):
    with pytest.raises(AddressRefusedError):
        outgoing.resolve_target(f"https://{host}/")


@pytest.mark.parametrize(
    "host", ["localhost", "rabbitmq", "exa_mple.org", "example.org.", ".org", "a..org", "-a.org", "x" * 64 + ".org", ""]
)
def test_109_host_without_a_full_name_is_refused(host):
    with pytest.raises(AddressRefusedError):
        outgoing.resolve_target(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://example.org/",
        "//example.org/",
        "example.org",
        "javascript:alert(1)",
        "https://example.org:5672/",
        "https://example.org:25/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "http://a@127.0.0.1/",
        "https://a@example.org/",
        "https://:@example.org/",
        "https://@example.org/",
        "https://example.org@127.0.0.1/",
        r"https://good\@127.0.0.1/",
        r"https:\\example.org",
        "https://example.org\t/",
        "https://example.org/\r\nHost: b",
        "https://example.org/\x00",
        "https://exam\u200bple.org/",
        "https://exam\u202eple.org/",
        " https://example.org/",
        "https://[::1/",
        "https://example.org/" + "x" * outgoing.LONGEST,
        "",
    ],
)
def test_112_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(AddressRefusedError):
        outgoing.resolve_target(url)


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A?b=c#d", "https://example.org/A?b=c"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://почта.рф/привет", "https://xn--80a1acny.xn--p1ai/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82"),
        ("https://ex\u0430mple.org/", "https://xn--exmple-4nf.org/"),
        ('https://example.org/a"b<c>?d="e"', "https://example.org/a%22b%3Cc%3E?d=%22e%22"),
        ("https://example.org/%2e%2e/x", "https://example.org/%2e%2e/x"),
    ],
)
def test_address_has_one_spelling(url, spelling):
    assert outgoing.resolve_target(url).url == spelling


def test_spelling_of_a_spelling_is_itself():
    once = outgoing.resolve_target("https://почта.рф/привет?а=б").url

    assert outgoing.resolve_target(once).url == once


@pytest.mark.parametrize(
    ("vouched", "url", "is_well"),
    [
        (("inner",), "https://inner/", True),
        (("inner",), "https://inner:8443/", True),
        (("inner",), "https://inner:9443/", False),
        (("inner:9443",), "https://INNER:9443/", True),
        (("inner:9443",), "https://inner/", False),
        (("127.0.0.1:9443",), "https://127.0.0.1:9443/", True),
        (("::1:9443",), "https://[::1]:9443/", True),
        (("inner",), "http://inner/", False),
        (("inner",), "https://a@inner/", False),
        (("inner",), "https://other/", False),
        (("inner",), "https://not-inner/", False),
    ],
)
def test_operator_vouches_for_a_host_and_for_nothing_else(vouched, url, is_well):
    if is_well:
        assert outgoing.resolve_target(url, vouched).is_vouched
    else:
        with pytest.raises(AddressRefusedError):
            outgoing.resolve_target(url, vouched)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2a00:1450:4010:c0f::8a", "2606:4700::1111"])
def test_address_of_the_open_internet_is_public(address):
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.0.1",
        ),
        *("192.0.0.9", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
        *("240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:8.8.8.8", "::ffff:127.0.0.1"),
        *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:db8::1", "2002:808:808::1"),
        *("3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    ],
)
def test_109_address_of_the_inside_of_the_many_or_of_a_translator_is_not_public(address):
    assert not outgoing.is_public(address)
