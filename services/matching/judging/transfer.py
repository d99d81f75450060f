"""Whether a scale that some missions choose serves others: chosen on each, and on all the others, tried on each."""

from collections.abc import Iterator, Sequence

from matching.judging.scale import Sample, Scale, fitted

ALL = "all of them"
OTHERS = "the others"


def scales(samples: Sequence[Sample]) -> dict[str, Scale]:
    """Choose the scale on each mission alone, and on all of them.

    Raises:
        ValueError: there is no mission, or one has no good pair, or no other.

    """
    whole = fitted(samples)
    alone = {sample.case.name: fitted([sample]) for sample in samples}
    return alone | {ALL: whole} if len(samples) > 1 else alone


def report(samples: Sequence[Sample]) -> Iterator[str]:
    """Print the scales, and how well each mission is served by each and by that of the other missions."""
    chosen = scales(samples)
    width = max(map(len, chosen)) + 2
    yield " ".join([f"{'chosen on':{width}}", *(f"{name:>9}" for name in ("centre", "slope", "cut-off"))])
    for name, scale in chosen.items():
        numbers = (scale.centre, scale.steepness, scale.cut_off)
        yield " ".join([f"{name:{width}}", *(f"{number:9.3f}" for number in numbers)])
    for sample in samples:
        yield f"\n{sample.case.name}, on the scale of"
        others = [other for other in samples if other is not sample]
        for name, scale in (chosen | ({OTHERS: fitted(others)} if others else {})).items():
            yield f"{name:{width}} log loss {sample.surprise(scale):.4f}, {sample.shown(scale)}"
