"""Calls of the platform to servers of tests."""

import pytest

from servicekit.settings import Settings
from servicekit.web import outgoing
from servicekit.web.outgoing import OutgoingError


def allowing(host, authority):
    """Settings that allow one host wherever it is, and trust an authority."""
    return Settings(database_url="sqlite:///x", outgoing_hosts=(host,), outgoing_ca_file=str(authority.file))


def failure_of(url, settings, **more):
    """Call what cannot be called; return why."""
    with pytest.raises(OutgoingError) as caught:
        outgoing.request("POST", url, settings, body=b"{}", **more)
    return caught.value.failure
