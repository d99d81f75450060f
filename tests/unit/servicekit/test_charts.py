"""Charts that the server draws: nothing stands outside of them, and the same numbers stand beside them."""

import itertools
import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

import servicekit

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(servicekit.__file__).parent / "templates"), autoescape=True, trim_blocks=True
)


def drawn(kind, values, label="day {}"):
    items = [{"label": label.format(number), "value": value} for number, value in enumerate(values)]
    macro = getattr(TEMPLATES.get_template("macros/charts.html").module, kind)
    return str(macro("c", "A sentence", items, ["Day", "How many"]))


def boxes(chart):
    found = re.findall(r'<rect class="b" x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.-]+)"/>', chart)
    return [tuple(map(float, box)) for box in found]


@pytest.mark.parametrize("values", [[0], [7], [1, 0, 3], list(range(14)), [5] * 15, [1, 1000] * 30])
def test_columns_stand_side_by_side_on_the_axis(values):
    found = boxes(drawn("columns", values))

    assert len(found) == sum(value > 0 for value in values)
    assert all(x >= 0 and x + width <= 352 and width > 0 for x, _y, width, _height in found)
    assert all(y >= 16 and y + height == pytest.approx(128, abs=0.02) for _x, y, _width, height in found)
    assert all(one[0] + one[2] <= other[0] for one, other in itertools.pairwise(found))


def test_columns_are_as_tall_as_their_values():
    heights = [height for _x, _y, _width, height in boxes(drawn("columns", [2, 8, 4]))]

    assert heights == [26, 104, 52]


@pytest.mark.parametrize("values", [[0], [3, 1], [9] * 12])
def test_bars_lie_one_below_the_other(values):
    found = boxes(drawn("bars", values))

    assert [width for _x, _y, width, _height in found] == [
        pytest.approx(352 * value / max([*values, 1]), abs=0.01) for value in values
    ]
    assert [y for _x, y, _width, _height in found] == [21 + 42 * number for number in range(len(values))]


@pytest.mark.parametrize("kind", ["columns", "bars"])
def test_the_same_numbers_stand_beside_the_chart(kind):
    chart = drawn(kind, [4, 0, 12], label="<day> {}")

    assert re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)</td>', chart) == [
        ("&lt;day&gt; 0", "4"),
        ("&lt;day&gt; 1", "0"),
        ("&lt;day&gt; 2", "12"),
    ]
    assert 'role="img" aria-labelledby="c"><title id="c">A sentence</title>' in chart
    assert "<day>" not in chart


@pytest.mark.parametrize(("count", "written"), [(14, 14), (15, 1)])
def test_many_columns_bear_the_highest_number_alone_and_print_the_rest(count, written):
    chart = drawn("columns", range(1, count + 1))

    assert chart.count('text-anchor="middle">') == written
    assert ('class="graph many"' in chart) is (count > 14)
