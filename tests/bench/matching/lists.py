"""What it costs to refresh the lists around a newcomer of a published mission: `python -m bench.matching.lists`.

Each guest is shown ten partners and they are shown it, a newcomer has forty pairs, each with two reasons of a need and
an offer of 50 letters. The mission is made up: what is measured is reading and writing the lists. Everybody was told
that there is nobody to meet, so that all lists with a partner differ. The first newcomer is not measured. PostgreSQL is
that of the tests.
"""

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import click
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

import signed_in
from builders.matching import MISSION, NINE, Office
from matching.handlers import versions
from matching.handlers.recommendations.lists import refresh_lists
from matching.models import MissionCopy, Pair, ParticipantCopy, RecommendationList
from matching.service import SERVICE
from servers import addresses, postgres
from servicekit import identifiers, migrations
from servicekit.service import Runtime, assemble

PAIRS, NEAR = 10, 40
SEED = 7
BATCH = 5000
NEWCOMER = identifiers.derived("bench", "newcomer")


def pairs_of(size: int) -> Iterator[dict[str, Any]]:
    """Make the pairs of a mission, the best first."""
    chance = random.Random(SEED)  # nobody is to be surprised
    ends = [(guest, host) for guest in range(size) for host in chance.sample(range(size), PAIRS)]
    chance.shuffle(ends)
    for place, (guest, host) in enumerate(ends):
        shown = {"is_in_list_of_guest": True, "is_in_list_of_host": True}
        yield row(organisation("guest", guest), organisation("host", host), place, chance) | shown


def row(guest: UUID, host: UUID, place: int, chance: random.Random) -> dict[str, Any]:
    """Make one pair."""
    text = "".join(chance.choices("абвгдежзик ", k=50))
    reason = {"need": text, "offer": text[::-1], "need_id": "need-1", "offer_id": "offer-1", "unmarked": ["ru", "ru"]}
    reasons = [{"direction": direction, **reason} for direction in ("guest_needs", "host_needs")]
    return {"mission_id": MISSION, "guest_id": guest, "host_id": host, "place": place, "score": 0.5, "reasons": reasons}


def organisation(side: str, number: int) -> UUID:
    """Name an organisation."""
    return identifiers.derived("bench", side, number)


def participant(side: str, id_: UUID) -> dict[str, Any]:
    """Admit an organisation."""
    facts = {"mission_id": MISSION, "side": side, "status": "admitted", "withdrawn_from": None, "reason": ""}
    key = {"id": identifiers.derived("bench", id_), "organisation_id": id_, "home": "RU-KYA", "version": 1}
    return facts | key | {"avoids": []}


def told(id_: UUID) -> dict[str, Any]:
    """Tell an organisation that there is nobody to meet."""
    key = {"id": identifiers.derived(MISSION, "recommendations", id_), "organisation_id": id_}
    return {"mission_id": MISSION, "partners": [], "published_at": NINE, "home": "RU-KYA", "version": 1, **key}


def fill(session: Session, size: int) -> None:
    """Make a mission whose lists were published."""
    sides = [(side, organisation(side, number)) for side in ("guest", "host") for number in range(size)]
    session.execute(insert(ParticipantCopy), [participant(*one) for one in (*sides, ("host", NEWCOMER))])
    rows = list(pairs_of(size))
    for start in range(0, len(rows), BATCH):
        session.execute(insert(Pair), rows[start : start + BATCH])
    session.execute(insert(RecommendationList), [told(id_) for _side, id_ in sides])


@contextmanager
def measured(taken: list[tuple[float, float]]) -> Iterator[None]:
    """Note seconds of the processor and of the clock."""
    cpu, wall = process_time(), perf_counter()
    yield
    taken.append((process_time() - cpu, perf_counter() - wall))


def measure(runtime: Runtime, size: int, runs: int) -> tuple[list[tuple[float, float]], int]:
    """Let a newcomer come to a mission, some times over; return what each time took, and how many lists then differ."""
    Office(runtime).announce()
    with runtime.database.write() as session:
        fill(session, size)
    taken: list[tuple[float, float]] = []
    for number in range(runs + 1):
        chance = random.Random(number)
        guests = [organisation("guest", guest) for guest in chance.sample(range(size), NEAR)]
        with runtime.database.write() as session:
            mission, counters = session.get_one(MissionCopy, MISSION), versions.locked(session, MISSION)
            session.execute(delete(Pair).where(Pair.mission_id == MISSION, Pair.host_id == NEWCOMER))
            session.execute(insert(Pair), [row(guest, NEWCOMER, place, chance) for place, guest in enumerate(guests)])
            with measured(taken):
                refresh_lists(session, mission, counters, {NEWCOMER, *guests})
                session.flush()
            differing = counters.lists_changed
    return taken[1:], differing


@click.command(help=__doc__)
@click.option("--sizes", default="1000,10000", show_default=True, help="Guests, and as many hosts.")
@click.option("--runs", default=7, show_default=True)
def main(sizes: str, runs: int) -> None:
    """Print one line for each size and database."""
    signed_in.prepare()
    for size in map(int, sizes.split(",")):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            server = stack.enter_context(postgres.Database(addresses.postgres_url()))
            for kind, address in (("SQLite", f"sqlite:///{folder / 'lists.db'}"), ("PostgreSQL", server.url)):
                trusted = {name: os.environ[f"CARAVAN_{name}"] for name in ("SECRET_KEY", "TOKEN_KEYS")}
                given = {"DATABASE_URL": address, **trusted}
                runtime = assemble(SERVICE, {f"MATCHING_{name}": value for name, value in given.items()})
                stack.callback(runtime.database.close)
                migrations.upgrade(runtime)
                taken, differing = measure(runtime, size, runs)
                cpu, wall = (median(values) * 1000 for values in zip(*taken, strict=True))
                click.echo(
                    f"{size:,} × {size:,} {kind}: {cpu:.0f} ms processor, {wall:.0f} ms; {differing} lists differ"
                )


if __name__ == "__main__":
    main()
