"""Report, sampled reasons, configurations.

How pairs are to be scored, as an operator writes it: `meaning`, `lexical,cut_off=0.2`, `meaning,texts.words=0`.

The report of an evaluation, line by line.

Reasons of some recommended pairs, drawn by chance, for people to read and judge.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from matching.handlers.recommending import scorer
from matching.pack import read_table, rules_of
from matching.recommending.evaluation.cases import Case, CaseError, organisation_id, profiles, read_object
from matching.recommending.evaluation.measures import Figures, Shown, difference, measure, rankings, shown
from matching.recommending.profiles import Profile
from matching.recommending.recommendation import Reason, Recommendation, Recommendations, Span
from matching.recommending.weights import Weights
from packs import loader
from packs.heads import PackError


class ConfigurationError(Exception):
    """A configuration that cannot be read; it says why."""


EVERYBODY = 10**9
"""Pairs up to which all are scored where people judged them."""


@dataclass(frozen=True)
class Configuration:
    """A scorer with its weights, under the name that it was written with."""

    name: str
    weights: Weights
    score: Callable[[Sequence[Profile], Sequence[Profile], Weights], Recommendations]

    def recommend(self, guests: Sequence[Profile], hosts: Sequence[Profile]) -> Recommendations:
        """Score each guest with each host."""
        return self.score(guests, hosts, self.weights)


def read_configuration(text: str, packs_dir: str, kind: str) -> Configuration:
    """Read a scorer's name, and weights that differ from those of the mission kind.

    Every pair is scored, whatever the size: `large=0` asks for what missions of thousands do.

    Raises:
        ConfigurationError: no such scorer or weight.

    """
    name, *settings = [part.strip() for part in text.split(",")]
    table = dict(loader.load(packs_dir).mission_kind(kind).table("matching"))
    weights: dict[str, Any] = {"large": EVERYBODY} | table.get("weights", {})
    for setting in settings:
        path, _, value = setting.partition("=")
        _put(weights, path.strip().split("."), value)
    try:
        rules = read_table(text, table | {"weights": weights})
        return Configuration(text, rules.weights, scorer(name or rules_of(packs_dir, kind).scorer))
    except (PackError, LookupError) as error:
        raise ConfigurationError(str(error)) from error


def _put(weights: dict[str, Any], path: Sequence[str], value: str) -> None:
    *above, last = path
    for name in above:
        weights[name] = dict(weights.get(name, {}))
        weights = weights[name]
    weights[last] = int(value) if value.isdigit() else value


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


COLUMNS = ("guest", "host", "direction", "need", "offer")


def drawn_reasons(
    path: Path, configuration: Configuration, seed: int, count: int, packs_dir: str = ""
) -> Iterator[Sequence[str]]:
    """Recommend in a mission file, and give the reasons of as many pairs as are asked for, as rows of `COLUMNS`.

    Words that met stand in brackets. Pairs come by their keys in the file, the reasons of each the strongest first.

    Raises:
        CaseError: the file is no mission.

    """
    content = read_object(path)
    if "organisations" not in content:
        raise CaseError(f"{path} holds no organisations")
    keys = {organisation_id(row["id"]): row["id"] for row in content["organisations"]}

    def ends(pair: Recommendation) -> tuple[str, str]:
        return keys[pair.guest_id], keys[pair.host_id]

    packs = loader.load(packs_dir)
    found = configuration.recommend(profiles(content, "guest", packs), profiles(content, "host", packs))
    pairs = sorted(found.pairs, key=ends)
    drawn = random.Random(seed).sample(pairs, min(count, len(pairs)))  # noqa: S311  a sample, no secret
    return (_reason_row(ends(pair), reason) for pair in sorted(drawn, key=ends) for reason in pair.reasons)


def _reason_row(ends: tuple[str, str], reason: Reason) -> Sequence[str]:
    need, offer = marked(reason.need_text, reason.need_marks), marked(reason.offer_text, reason.offer_marks)
    return (*ends, reason.direction, need, offer)


def marked(text: str, marks: Sequence[Span]) -> str:
    """Put the marked words of a text in brackets."""
    for start, end in sorted(marks, reverse=True):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text
