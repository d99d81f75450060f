"""Packs: the data and rules of regions and mission kinds, as TOML files, and classifiers of activity codes.

`loader.load` returns all packs; `models` has their types and `PackError`, `classifiers` reads and saves classifiers.
"""
