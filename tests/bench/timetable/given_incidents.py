"""Repairs of given meetings: `PYTHONPATH=tests python -m bench.timetable.given_incidents INSTANCE.json…`.

Each instance of kind b2bsp is solved for a while; then participants come late, one after another, each to the same
timetable, and the fullest slot loses two tables. Told are the costs of each repair by aim, whether all are proven, and
the CPU seconds of its search.
"""

import os
import random
from pathlib import Path
from threading import Event

import click

from matching.timetabling.files import dispatch
from matching.timetabling.files.reading import read_instance

LATE, LOST = 6, 2
"""Incidents of each kind."""


def happenings(instance: dict, rows: list) -> list[tuple[str, dict]]:
    """Give the instance after each incident: the late ones have four meetings or more."""
    days: dict[int, list[int]] = {}
    for meeting, slot, *_ in rows:
        for person in instance["meetings"][meeting][:2]:
            days.setdefault(person, []).append(slot)
    chance = random.Random(7)
    late = [chance.choice(sorted(person for person in days if len(days[person]) >= 4)) for _ in range(LATE)]
    found = [("late", _without(instance, person, min(days[person]) + 2)) for person in late]
    tables = instance["tables"] if isinstance(instance["tables"], list) else [instance["tables"]] * instance["slots"]
    loads = [sum(row[1] == slot for row in rows) for slot in range(instance["slots"])]
    for slot in sorted(range(instance["slots"]), key=lambda slot: -loads[slot])[:LOST]:
        fewer = [*tables[:slot], max(0, loads[slot] - 2), *tables[slot + 1 :]]
        found.append(("two tables lost", instance | {"tables": fewer}))
    return found


def _without(instance: dict, person: int, end: int) -> dict:
    forbidden = [list(away) for away in instance["forbidden"]]
    forbidden[person] = sorted({*forbidden[person], *range(end)})
    return instance | {"forbidden": forbidden}


@click.command()
@click.argument("instances", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", default=60.0, show_default=True, help="Seconds for each timetable and each repair.")
def main(instances: tuple[Path, ...], limit: float) -> None:
    """Mend the timetables of INSTANCES."""
    for instance in map(read_instance, instances):
        previous = dispatch.solved(instance, limit, lambda *_: None, Event())
        for kind, now in happenings(instance, previous["meetings"]):
            before = os.times()
            schedule = dispatch.repaired(now, previous, limit, lambda *_: None, Event())
            cpu = sum(os.times()[:4]) - sum(before[:4])
            costs = ", ".join(f"{aim['aim']} {aim['value']}" for aim in schedule["aims"])
            proven = all(aim["proven"] for aim in schedule["aims"])
            broken = dispatch.checked(now, schedule, previous).violations
            click.echo(
                f"{instance['name']:24} {kind:16} {costs}, proven {proven}, broken {len(broken)}, {cpu:.2f} CPU s"
            )


if __name__ == "__main__":
    main()
