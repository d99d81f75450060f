"""What the platform is made of can be listed, and is asked about; a vulnerability that is known fails the check."""

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from servers.ports import LOOPBACK, free_port

ROOT = Path(__file__).parents[2]
INSTALLERS = {"pip", "setuptools"}
"""What a fresh environment may hold beside what is pinned."""
PIN = re.compile(r"^([\w.-]+)==([\w.+!-]+)( ; )?", re.MULTILINE)
KNOWN = {
    "vulns": [
        {
            "id": "GHSA-0000-0000-0000",
            "summary": "A ConnectionError may occur",
            "affected": [{"package": {"name": "idna", "ecosystem": "PyPI"}}],
        }
    ]
}


def uniform(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_bill_of_materials_holds_what_the_lock_pins(tmp_path):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {(uniform(name), version) for name, version, _condition in PIN.findall(lock)}
    always = {uniform(name) for name, _version, condition in PIN.findall(lock) if not condition}
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml"]

    subprocess.run([*command, "--no-validate", "--output-file", tmp_path / "sbom.json", sys.executable], check=True)

    bill = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    found = {(uniform(part["name"]), part["version"]) for part in bill["components"]}
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "caravan")
    assert always <= {name for name, _version in found}
    assert {name for name, _version in found - pinned} <= INSTALLERS


@contextmanager
def knowing(status, body):
    """A place that knows of vulnerabilities, or nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{LOOPBACK}:{server.server_address[1]}/v1/query"
        server.shutdown()


def audit(url, tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"idna==3.10 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | {"OSV_URL": url}
    done = subprocess.run(
        ["sh", ROOT / "deploy" / "audit.sh", lock], env=environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def test_audit_fails_on_a_known_vulnerability_and_names_it(tmp_path):
    with knowing(200, json.dumps(KNOWN).encode()) as url:
        status, said = audit(url, tmp_path)

    assert status == 1
    assert "GHSA-0000-0000-0000" in said


def test_audit_passes_where_nothing_is_known(tmp_path):
    with knowing(200, b"{}") as url:
        assert audit(url, tmp_path) == (0, "No known vulnerabilities found")


@pytest.mark.parametrize(("status", "body"), [(503, b""), (403, b"no way out"), (200, b"<html>sign in</html>")])
def test_audit_says_in_one_line_that_nobody_could_be_asked_and_passes(tmp_path, status, body):
    with knowing(status, body) as url:
        assert audit(url, tmp_path) == (0, "Not audited: the database of vulnerabilities cannot be reached.")


def test_audit_passes_where_nobody_listens(tmp_path):
    status, said = audit(f"http://{LOOPBACK}:{free_port()}/", tmp_path)

    assert (status, said.count("\n"), said[:11]) == (0, 0, "Not audited")


def test_audit_fails_where_the_lock_cannot_be_read(tmp_path):
    done = subprocess.run(["sh", ROOT / "deploy" / "audit.sh", tmp_path / "none"], capture_output=True, check=False)

    assert done.returncode != 0
