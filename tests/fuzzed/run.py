"""`python -m fuzzed.run --examples 60 --seed 7`: ask every API what its document allows and forbids."""

import argparse
import logging
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import click
from flask import Flask

import signed_in
from fuzzed.stock import stocked
from fuzzed.walk import walk_of
from prepared import Prepared
from trespass.kept import Kept, maker
from trespass.world import NAMES, a_world

EXAMPLES = 20
"""How many sound and how many unsound requests are drawn for each operation."""


def main():
    """Walk through all services; exit with 1 where an answer was not what the document says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--only", choices=NAMES, action="append")
    given = parser.parse_args()
    click.echo(f"SEED={given.seed} EXAMPLES={given.examples}")
    logging.disable(logging.ERROR)
    signed_in.prepare()
    Flask.test_client_class = signed_in.SignedInClient
    with ExitStack() as stack:
        kept = _kept(stack)
        found = [_walked(kept, name, given) for name in given.only or NAMES]
    sys.exit(any(found))


def _kept(stack):
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    prepared = stack.enter_context(Prepared(folder))
    (folder / "used").mkdir()
    make = maker(stack, lambda service: prepared.sqlite(service, folder / "used" / f"{service.name}.db"))
    return Kept(stocked(a_world(make)))


def _walked(kept, name, given):
    walk, began = walk_of(kept, name, given.seed), time.monotonic()
    walk.go(examples=given.examples)
    statuses = ", ".join(f"{status}: {count}" for status, count in sorted(walk.answers.items()))
    seconds = round(time.monotonic() - began)
    click.echo(f"{name}: {walk.answers.total()} requests to {len(walk.operations)} operations in {seconds} s")
    click.echo(f"  {statuses}; never accepted: {', '.join(sorted(walk.operations - walk.accepted)) or 'none'}")
    for (label, title, _), told in walk.findings.items():
        click.echo(f"\n{label}: {title}\n{told}")
    return bool(walk.findings)


if __name__ == "__main__":
    main()
