"""Fill letters about signing in: link and code are opened for the letter that leaves, and for nobody else."""

import json
from collections.abc import Mapping
from typing import Any

from contracts.registration.identity import SEALED_FOR
from notifications.letters import links
from notifications.letters.facts import FactFinder
from notifications.letters.words import Gettext
from servicekit import sealing

Facts = Mapping[str, Any]

HIDDEN = "•••\N{NO-BREAK SPACE}•••"
"""What stands in the place of a code where a letter is shown to others than its recipient."""


def sign_in(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    """Return link and code, or what is shown in their places.

    Raises:
        UnsealableError: they were sealed with another secret, or are wiped.

    """
    url, code = links.sign_in(finder.settings.public_url), HIDDEN
    if finder.is_leaving:
        opened = json.loads(sealing.unseal(finder.settings.secret_key, SEALED_FOR, content.get("sealed", "")))
        url, code = opened["link"], _grouped(opened["code"])
    return {"action_url": url, "code": code, "expires_at": finder.delivery.expires_at}


def invitation(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    """Lead to where one signs in."""
    return {"action_url": links.sign_in(finder.settings.public_url)}


def factors_changed(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    """Lead to the second factors of whoever has signed in."""
    return {"action_url": links.factors(finder.settings.public_url)}


def _grouped(code: str) -> str:
    middle = len(code) // 2
    return f"{code[:middle]}\N{NO-BREAK SPACE}{code[middle:]}"
