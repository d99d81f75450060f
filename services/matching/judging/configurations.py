"""How pairs are to be scored, as an operator writes it: `meaning`, `lexical,cut_off=0.2`, `meaning,texts.words=0`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matching.domain.items import Profile
from matching.domain.recommendations import Recommendations
from matching.domain.scores import Weights
from matching.handlers.recommending import scorer
from matching.pack import read_table, rules_of
from packs import loader
from packs.models import PackError


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
