"""The house keeps its order: who imports whom, and no business word in the kit."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "access",
    "caravan",
    "contracts",
    "matching",
    "notifications",
    "packs",
    "registration",
    "sections",
    "servicekit",
)
BREACHES = {
    "Services never import one another": ("matching", "import registration.models"),
    "Imports point one way: composition root, services, kit, contracts and packs": (
        "servicekit",
        "import matching",
    ),
    "The command finds services by entry point and imports none": ("caravan", "import matching"),
    "Contracts know neither Flask nor SQLAlchemy, nor the broker": ("contracts", "import sqlalchemy"),
    "Only one module touches the RabbitMQ client": ("servicekit", "import kombu"),
    "The domain of matching knows no framework": ("matching.domain", "import ortools"),
}
BUSINESS = re.compile(
    r"\b(mission|region|organi[sz]ation|compan(y|ies)|delegate|participant|timetable|meeting|agreement|"
    r"recommendation|profile|venue|guest|applicant)s?\b",
    re.IGNORECASE,
)


def settings():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def test_every_import_contract_is_known_here():
    assert {contract["name"] for contract in settings()["contracts"]} == set(BREACHES)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A tiny house with the same rooms, to break rules in."""
    root = tmp_path_factory.mktemp("house")
    for package in (*PACKAGES, "matching.domain", "servicekit.bus"):
        folder = root / package.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
    (root / "registration" / "models.py").write_text("", encoding="utf-8")
    (root / "servicekit" / "bus" / "broker.py").write_text("import amqp\nimport kombu\n", encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize("name", BREACHES)
def test_import_contract_fails_when_it_is_broken(house, name):
    package, breach = BREACHES[name]
    culprit = house / package.replace(".", "/") / "culprit.py"

    before = lint(house)
    culprit.write_text(f"{breach}\n", encoding="utf-8")
    after = lint(house)
    culprit.unlink()

    assert before.returncode == 0, before.stdout
    assert after.returncode == 1
    assert f"{name} BROKEN" in after.stdout


def lint(house):
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    return subprocess.run([*command, "--no-cache"], cwd=house, capture_output=True, text=True, check=False)


def test_kit_holds_no_business_word():
    kit = ROOT / "shared" / "servicekit"
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(kit.rglob("*"))
        if path.suffix in {".py", ".html", ".css", ".po", ".mako"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if BUSINESS.search(line)
    ]

    assert found == []


def test_lock_pins_with_hashes_and_names_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert "://" not in lock
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", lock.strip()) if "==" in entry)
