"""How well recommendations agree with people: `python tests/bench/recommendations.py SCENARIO JUDGEMENTS`."""

import sys
from pathlib import Path
from time import perf_counter

import click

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "services")]

from judged_missions import CLEAR, Judgements, measure, rankings, read_profiles  # noqa: E402
from matching.domain.scores import Weights  # noqa: E402
from matching.scorers import lexical  # noqa: E402


def main(scenario: Path, judgements: Path) -> None:
    """Print the figures of both sides, of full lists and of lists that end at the cut-off."""
    guests, hosts = read_profiles(scenario, "guest"), read_profiles(scenario, "host")
    judged = Judgements.read(judgements)
    started = perf_counter()
    lexical(guests, hosts, Weights())
    loaded = perf_counter()
    found = lexical(guests, hosts, Weights())
    click.echo(f"{len(guests)} x {len(hosts)}: first {loaded - started:.2f} s, then {perf_counter() - loaded:.2f} s")
    for name, cut in (("everybody", False), ("cut off", True)):
        for side, ranking, own in zip(
            ("guest", "host"), rankings(found, cut=cut), (judged, judged.turned()), strict=True
        ):
            figures = "  ".join(f"{label} {value:.3f}" for label, value in measure(ranking, own).items())
            click.echo(f"{name:10} {side:6} {figures}")
    shown = {(pair.guest_id, pair.host_id) for pair in found.pairs}
    clear = {pair for pair, grade in judged.grades.items() if grade >= CLEAR}
    click.echo(f"shown {len(shown)}, of them clear fits {len(clear & shown)} of {len(clear)}", nl=False)
    click.echo(f", hard negatives {len(judged.hard_negatives & shown)} of {len(judged.hard_negatives)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
