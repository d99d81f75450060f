"""Find the packs of regions and of kinds of mission: built in, of other packages, of the operator's folder.

A pack is a TOML file: a head that every reader may need, and one table per service, which that
service alone reads and checks. Of two packs with one id the operator's wins, then the other package's.
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

from packs.heads import MissionKind, PackError, RegionPack, read_head

GROUP = "caravan.packs"
"""Entry points of other packages: each names a package that holds packs."""


@dataclass(frozen=True, kw_only=True)
class Packs:
    """All packs that were found: regions by their ISO 3166-2 code, mission kinds by their id."""

    regions: Mapping[str, RegionPack]
    mission_kinds: Mapping[str, MissionKind]


@cache
def load(folder: str = "") -> Packs:
    """Read every pack there is; `folder` is the operator's own, empty for none.

    Raises:
        PackError: names the file that cannot be used, and why.

    """
    found = [_read(source) for source in _sources(folder)]
    return Packs(
        regions={pack.id: pack for pack in found if isinstance(pack, RegionPack)},
        mission_kinds={pack.id: pack for pack in found if isinstance(pack, MissionKind)},
    )


def _sources(folder: str) -> Iterator[Traversable]:
    yield from _within(files("packs"))
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield from _within(files(point.module))
    if folder:
        if not Path(folder).is_dir():
            raise PackError(folder, "there is no such folder")
        yield from _within(Path(folder))


def _within(place: Traversable) -> Iterator[Traversable]:
    """List the TOML files of a folder and of its folders, in the order of their names."""
    for entry in _sorted(place.iterdir()):
        if entry.is_dir():
            yield from _within(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def _sorted(entries: Iterable[Traversable]) -> list[Traversable]:
    return sorted(entries, key=lambda entry: entry.name)


def _read(source: Traversable) -> RegionPack | MissionKind:
    try:
        raw: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(str(source), str(error)) from error
    return read_head(str(source), raw)
