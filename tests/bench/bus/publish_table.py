"""Put the table of the newest run into its page: `python -m bench.bus.publish_table docs/performance.md`."""

from pathlib import Path

import click

from bench.bus import results, table

BEGIN, END = "<!-- bench-bus: begin -->", "<!-- bench-bus: end -->"


@click.command()
@click.argument("page", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--figures", type=click.Path(path_type=Path), default=Path("build/bench/bus.json"), show_default=True)
def main(page: Path, figures: Path) -> None:
    """Replace what stands between the two marks of the page."""
    text = page.read_text(encoding="utf-8")
    page.write_text(placed(text, table.markdown(results.read(figures))), encoding="utf-8")
    click.echo(f"{page}: written")


def placed(text: str, content: str) -> str:
    """Return the text with new content between its marks.

    Raises:
        ValueError: it has no marks.

    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{after}"


if __name__ == "__main__":
    main()
