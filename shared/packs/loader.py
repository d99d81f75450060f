"""Load packs from three sources: built-in packs, packs of other packages, and the operator's folder.

A pack is a TOML file with common properties, and a table for each service that only this service reads and validates.
If two packs have the same id, the operator's has priority, then that of another package. The folder `classifiers`
of a source holds tables of activity codes, which regions refer to by name. A mission kind with the property `like`
inherits everything that it does not define from the mission kind named there.
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
from packs.models import MissionKind, PackError, RegionPack, Texts, parse_pack

GROUP = "caravan.packs"
"""Entry point group of other packages; each entry point names a package with packs."""
STANDARD_KIND = "interregional"
"""Id of the mission kind whose rules apply to missions of an unknown kind."""

Raw = dict[str, Any]
"""The content of a TOML file."""


@dataclass(frozen=True, kw_only=True)
class Packs:
    """All packs: regions by ISO 3166-2 code, mission kinds by id, classifiers by name."""

    regions: Mapping[str, RegionPack]
    mission_kinds: Mapping[str, MissionKind]
    classifiers: Mapping[str, Classifier]

    @property
    def countries(self) -> frozenset[str]:
        """Country codes of all regions, ISO 3166-1."""
        return frozenset(code.split("-", maxsplit=1)[0] for code in self.regions)

    def mission_kind(self, kind: str) -> MissionKind:
        """Return a mission kind, or the standard one if the kind is unknown."""
        return self.mission_kinds.get(kind) or self.mission_kinds[STANDARD_KIND]

    def activity(self, region: str, code: str) -> Texts:
        """Return the titles of an activity code in a region, by language; empty if unknown."""
        pack = self.regions.get(region)
        return classifiers.merged_titles([self.classifiers[name] for name in pack.classifiers], code) if pack else {}


@cache
def load(folder: str = "") -> Packs:
    """Load all packs; `folder` is the operator's folder, empty for none. Cached.

    Raises:
        PackError: a file is invalid; the message names it and the cause.

    """
    roots = list(_roots(folder))
    parsed = [(str(file), _parse_toml(file)) for root in roots for file in _toml_files(root)]
    kinds = {raw.get("id"): raw for _, raw in parsed if raw.get("pack") == "mission_kind"}
    found = [parse_pack(source, _inherit(source, raw, kinds)) for source, raw in parsed]
    packs = Packs(
        regions={pack.id: pack for pack in found if isinstance(pack, RegionPack)},
        mission_kinds={pack.id: pack for pack in found if isinstance(pack, MissionKind)},
        classifiers={classifier.name: classifier for root in roots for classifier in _classifiers(root)},
    )
    for pack in packs.regions.values():
        if missing := set(pack.classifiers) - packs.classifiers.keys():
            raise PackError(pack.source, f"`classifiers` names unknown classifiers: {', '.join(sorted(missing))}")
    return packs


def _roots(folder: str) -> Iterator[Traversable]:
    """Yield the root folders of packs in ascending priority."""
    yield files("packs")
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield files(point.module)
    if folder:
        if not Path(folder).is_dir():
            raise PackError(folder, "no such folder")
        yield Path(folder)


def _toml_files(folder: Traversable) -> Iterator[Traversable]:
    """Yield the TOML files in a folder and its subfolders, sorted by name."""
    for entry in _sorted(folder.iterdir()):
        if entry.is_dir():
            yield from _toml_files(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def _classifiers(root: Traversable) -> Iterator[Classifier]:
    """Read the classifiers in a root folder."""
    folder = root.joinpath(classifiers.FOLDER)
    for entry in _sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.name.endswith(classifiers.SUFFIX):
            name = entry.name.removesuffix(classifiers.SUFFIX)
            yield classifiers.read_classifier(name, str(entry), entry.read_bytes())


def _sorted(entries: Iterable[Traversable]) -> list[Traversable]:
    return sorted(entries, key=lambda entry: entry.name)


def _parse_toml(file: Traversable) -> Raw:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(str(file), str(error)) from error


def _inherit(source: str, raw: Raw, kinds: Mapping[Any, Raw]) -> Raw:
    """Return a mission kind with the properties inherited by `like`; its parent must not have `like` itself."""
    own = {name: value for name, value in raw.items() if name != "like"}
    if "like" not in raw or raw.get("pack") != "mission_kind":
        return raw
    parent = kinds.get(raw["like"])
    if parent is None or "like" in parent:
        raise PackError(source, f"`like` must name a mission kind without `like`: {raw['like']}")
    return _merge({name: value for name, value in parent.items() if name not in {"names", "descriptions"}}, own)


def _merge(parent: Raw, own: Raw) -> Raw:
    """Merge two tables recursively; `own` has priority."""
    merged = {
        name: _merge(parent[name], own[name])
        for name in parent.keys() & own.keys()
        if isinstance(parent[name], dict) and isinstance(own[name], dict)
    }
    return parent | own | merged
