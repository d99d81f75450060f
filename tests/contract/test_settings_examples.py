"""`.env.example` names every setting of every service, and nothing else."""

import dataclasses
from pathlib import Path

from caravan import discovery

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def test_example_names_every_setting_and_nothing_else():
    services = discovery.services()
    shown = {
        line.split("=")[0].split("_", 1)[1].lower()
        for line in EXAMPLE.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }

    assert shown == {field.name for service in services.values() for field in dataclasses.fields(service.settings)}
