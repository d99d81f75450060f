"""The report of an evaluation, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from matching.judging.bootstrap import difference
from matching.judging.cases import Case
from matching.judging.configurations import Configuration
from matching.judging.measures import Figures, Shown, measure, rankings, shown

SHOWN_MEASURES = ("nDCG@5", "nDCG@10", "recall@5", "recall@10", "MRR")


@dataclass(frozen=True)
class Judged:
    """The figures of one side of one case."""

    case: Case
    name: str
    figures: Figures
    shown: Shown | None = None


def judge(case: Case, configuration: Configuration) -> list[Judged]:
    """Score a case and measure each side that ranks."""
    found = configuration.recommend(case.guests, case.hosts)
    guests, hosts = rankings(found)
    one = Judged(case, case.name, measure(guests, case.judged))
    if not case.is_mission:
        return [one]
    left = shown(found, case.judged)
    other = Judged(case, f"{case.name}, hosts", measure(hosts, case.judged.turned()))
    return [Judged(case, f"{case.name}, guests", one.figures, left), other]


def table(judged: Sequence[Judged]) -> Iterator[str]:
    """Print each case, and the means by language pair and of all sets."""
    width = max((len(one.name) for one in judged), default=0) + 2
    yield " ".join([" " * (width + 8), *(f"{name:>9}" for name in SHOWN_MEASURES)])
    for one in judged:
        yield _row(one.name, one.case.languages, [one], width)
    sets = [one for one in judged if not one.case.is_mission]
    for languages, own in _by_languages(sets).items() if len(sets) > 1 else ():
        yield _row(f"mean of {len(own)}", languages, own, width)
    if len(sets) > 1:
        yield _row(f"mean of all {len(sets)} sets", "", sets, width)
    yield from (f"{one.case.name}: {one.shown}" for one in judged if one.shown)


def comparison(one: Sequence[Judged], other: Sequence[Judged], measured: str) -> Iterator[str]:
    """Print how much better the first configuration is than the second, with 95 % intervals."""
    groups = {mine.name: [(mine, its)] for mine, its in zip(one, other, strict=True)}
    sets = [(mine, its) for mine, its in zip(one, other, strict=True) if not mine.case.is_mission]
    for languages in _by_languages([mine for mine, _ in sets]) if len(sets) > 1 else ():
        groups[f"mean {languages}"] = [pair for pair in sets if pair[0].case.languages == languages]
    if len(sets) > 1:
        groups[f"mean of all {len(sets)} sets"] = sets
    width = max(map(len, groups)) + 2
    for name, pairs in groups.items():
        values = [(mine.figures[measured], its.figures[measured]) for mine, its in pairs if mine.figures[measured]]
        if values:
            mean, low, high = difference(values)
            yield f"{name:{width}} {measured} {mean:+.3f}  [{low:+.3f}, {high:+.3f}]"


def _row(name: str, languages: str, own: Sequence[Judged], width: int) -> str:
    values = [[fmean(one.figures[m].values()) for one in own if one.figures[m]] for m in SHOWN_MEASURES]
    cells = [f"{fmean(found):9.3f}" if found else f"{'-':>9}" for found in values]
    return " ".join([f"{name:{width}}{languages:8}", *cells])


def _by_languages(judged: Sequence[Judged]) -> Mapping[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for one in sorted(judged, key=lambda one: one.case.languages):
        found.setdefault(one.case.languages, []).append(one)
    return found
