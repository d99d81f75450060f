"""Find the packs of regions and of kinds of mission: built in, of other packages, of the operator's folder.

A pack is a TOML file: a head that every reader may need, and one table per service, which that
service alone reads and checks. Of two packs with one id the operator's wins, then the other package's.
A folder `classifiers` beside them holds tables of activity codes, which regions name; they are found in the same way.
A kind of mission that is `like` another one takes from it all that it does not say itself.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from packs import classifiers
from packs.classifiers import Classifier
from packs.heads import MissionKind, PackError, RegionPack, Texts, read_head

GROUP = "caravan.packs"
"""Entry points of other packages: each names a package that holds packs."""
STANDARD_KIND = "interregional"
"""The kind of mission by whose rules those meet that no pack knows."""

Raw = dict[str, Any]
"""A pack as it stands in its file."""


@dataclass(frozen=True, kw_only=True)
class Packs:
    """All packs that were found: regions by their ISO 3166-2 code, mission kinds by their id."""

    regions: Mapping[str, RegionPack]
    mission_kinds: Mapping[str, MissionKind]
    classifiers: Mapping[str, Classifier]

    @property
    def countries(self) -> frozenset[str]:
        """The countries of all regions, ISO 3166-1."""
        return frozenset(code.split("-", maxsplit=1)[0] for code in self.regions)

    def mission_kind(self, kind: str) -> MissionKind:
        """Return the pack of a kind of mission, the standard one where there is none."""
        return self.mission_kinds.get(kind) or self.mission_kinds[STANDARD_KIND]

    def activity(self, region: str, code: str) -> Texts:
        """Return what an activity code of a region's organisations is called; nothing where that is not known."""
        pack = self.regions.get(region)
        return classifiers.said_by([self.classifiers[name] for name in pack.classifiers], code) if pack else {}


@cache
def load(folder: str = "") -> Packs:
    """Read every pack there is; `folder` is the operator's own, empty for none.

    Raises:
        PackError: names the file that cannot be used, and why.

    """
    places = list(_places(folder))
    files_read = [(str(source), _raw(source)) for place in places for source in _within(place)]
    kinds = {raw.get("id"): raw for _, raw in files_read if raw.get("pack") == "mission_kind"}
    found = [read_head(source, _whole(source, raw, kinds)) for source, raw in files_read]
    packs = Packs(
        regions={pack.id: pack for pack in found if isinstance(pack, RegionPack)},
        mission_kinds={pack.id: pack for pack in found if isinstance(pack, MissionKind)},
        classifiers={one.name: one for place in places for one in _classifiers(place)},
    )
    for pack in packs.regions.values():
        if missing := set(pack.classifiers) - packs.classifiers.keys():
            raise PackError(pack.source, f"`classifiers` names one that is not there: {', '.join(sorted(missing))}")
    return packs


def _places(folder: str) -> Iterator[Traversable]:
    yield files("packs")
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield files(point.module)
    if folder:
        if not Path(folder).is_dir():
            raise PackError(folder, "there is no such folder")
        yield Path(folder)


def _within(place: Traversable) -> Iterator[Traversable]:
    """List the TOML files of a folder and of its folders, in the order of their names."""
    for entry in _sorted(place.iterdir()):
        if entry.is_dir():
            yield from _within(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def _classifiers(place: Traversable) -> Iterator[Classifier]:
    """Read the tables of activity codes of a place."""
    folder = place.joinpath(classifiers.FOLDER)
    for entry in _sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.name.endswith(classifiers.ENDING):
            name = entry.name.removesuffix(classifiers.ENDING)
            yield classifiers.read_classifier(name, str(entry), entry.read_bytes())


def _sorted(entries: Iterable[Traversable]) -> list[Traversable]:
    return sorted(entries, key=lambda entry: entry.name)


def _raw(source: Traversable) -> Raw:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(str(source), str(error)) from error


def _whole(source: str, raw: Raw, kinds: Mapping[Any, Raw]) -> Raw:
    """Add to a kind of mission what it leaves to the one that it is like; that one stands on its own."""
    own = {name: value for name, value in raw.items() if name != "like"}
    if "like" not in raw or raw.get("pack") != "mission_kind":
        return raw
    model = kinds.get(raw["like"])
    if model is None or "like" in model:
        raise PackError(source, f"`like` names no kind of mission that stands on its own: {raw['like']}")
    return _over({name: value for name, value in model.items() if name not in {"names", "descriptions"}}, own)


def _over(model: Raw, own: Raw) -> Raw:
    """Lay a pack's own values over its model's, table by table."""
    both = {
        name: _over(model[name], own[name])
        for name in model.keys() & own.keys()
        if isinstance(model[name], dict) and isinstance(own[name], dict)
    }
    return model | own | both
