"""What an operator does with recommendations at the machine."""

from pathlib import Path

import click

from packs import classifiers
from packs.heads import PackError
from packs.loader import STANDARD_KIND


@click.group("match")
def match() -> None:
    """Judge how well organisations are recommended to one another, and name what they do."""


@match.group("classifier")
def classifier() -> None:
    """Keep official classifiers of activity codes."""


@classifier.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="What region packs call it, as `okved2`.")
@click.option(
    "--packs-dir",
    envvar="CARAVAN_PACKS_DIR",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with packs of your own; CARAVAN_PACKS_DIR where that is set.",
)
def import_classifier(file: Path, name: str, packs_dir: Path) -> None:
    """Take FILE, a table of codes and their titles, as a classifier.

    Its first line names the columns: `code` and languages, as `code`, `ru`, `en`; tabs, semicolons or commas part them.
    """
    try:
        read = classifiers.read_classifier(name, str(file), file.read_bytes())
        place = classifiers.keep(read, packs_dir)
    except (PackError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{place}: {len(read.titles)} codes, titles in {', '.join(read.languages)}")
    click.echo(f'Name it in the packs of regions, classifiers = ["{name}", "nace2"], and start the services anew.')


@match.command("evaluate")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scorer", "wanted", default="", metavar="CONFIGURATION", help="A scorer and weights of its own.")
@click.option("--against", multiple=True, metavar="CONFIGURATION", help="Another one to compare with; many times.")
@click.option("--kind", default=STANDARD_KIND, show_default=True, help="Whose scorer and weights.")
@click.option("--packs-dir", default="", help="A folder with packs of your own.")
@click.option("--measure", "measured", default="nDCG@10", show_default=True, help="What is compared.")
@click.option("--damage", default=0.0, type=click.FloatRange(0, 1), help="Share of the guests' long words to mistype.")
@click.option("--seed", default=1, show_default=True, help="Which words are mistyped, and how.")
def evaluate(  # noqa: PLR0913, PLR0917  one for each option
    files: tuple[Path, ...],
    wanted: str,
    against: tuple[str, ...],
    kind: str,
    packs_dir: str,
    measured: str,
    damage: float,
    seed: int,
) -> None:
    """Compare recommendations with what people say in FILES.

    A file is a set of queries and documents with their relevance, a mission, or the judgements of a mission beside it.
    A configuration is a scorer's name and weights: `meaning`, `lexical,cut_off=0.2`, `meaning,texts.translation=0`.
    """
    from matching.recommending.evaluation import report  # noqa: PLC0415  loads numpy
    from matching.recommending.evaluation.cases import CaseError, damaged, read_cases  # noqa: PLC0415
    from matching.recommending.evaluation.report import ConfigurationError, read_configuration  # noqa: PLC0415

    try:
        cases = [damaged(case, damage, seed) if damage else case for case in read_cases(files, packs_dir)]
        configurations = [read_configuration(text, packs_dir, kind) for text in (wanted, *against)]
    except (CaseError, ConfigurationError) as error:
        raise click.ClickException(str(error)) from error
    if measured not in report.SHOWN_MEASURES:
        raise click.ClickException(f"no measure {measured!r}; there are {', '.join(report.SHOWN_MEASURES)}")
    judged = []
    for configuration in configurations:
        click.echo(f"\n{configuration.name or 'as the mission kind says'}")
        judged.append([one for case in cases for one in report.judge(case, configuration)])
        click.echo("\n".join(report.table(judged[-1])))
    for other, figures in zip(configurations[1:], judged[1:], strict=True):
        click.echo(f"\nthe first above {other.name}, with 95 % intervals")
        click.echo("\n".join(report.comparison(judged[0], figures, measured)))


@match.command("fit")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scorer", "wanted", default="", metavar="CONFIGURATION", help="A scorer and weights of its own.")
@click.option("--kind", default=STANDARD_KIND, show_default=True, help="Whose scorer and weights.")
@click.option("--packs-dir", default="", help="A folder with packs of your own.")
def fit(files: tuple[Path, ...], wanted: str, kind: str, packs_dir: str) -> None:
    """Choose centre, slope and cut-offs of the score on judged missions in FILES, and try each choice on each mission.

    Nothing is changed: what is printed goes into `[matching.weights]` of a mission kind.
    """
    from matching.recommending.evaluation import calibration  # noqa: PLC0415  loads numpy
    from matching.recommending.evaluation.calibration import sampled  # noqa: PLC0415
    from matching.recommending.evaluation.cases import CaseError, read_cases  # noqa: PLC0415
    from matching.recommending.evaluation.report import ConfigurationError, read_configuration  # noqa: PLC0415

    try:
        missions = [case for case in read_cases(files, packs_dir) if case.is_mission]
        configuration = read_configuration(wanted, packs_dir, kind)
        click.echo("\n".join(calibration.report([sampled(case, configuration) for case in missions])))
    except (CaseError, ConfigurationError, ValueError) as error:
        raise click.ClickException(str(error)) from error


@match.command("reasons")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Which pairs chance takes.")
@click.option("--count", default=50, show_default=True, help="How many pairs.")
@click.option("--scorer", "wanted", default="", metavar="CONFIGURATION", help="A scorer and weights of its own.")
@click.option("--kind", default=STANDARD_KIND, show_default=True, help="Whose scorer and weights.")
@click.option("--packs-dir", default="", help="A folder with packs of your own.")
def reasons(file: Path, seed: int, count: int, wanted: str, kind: str, packs_dir: str) -> None:
    """Print the reasons of some recommended pairs of a mission FILE, separated by tabs, for people to judge.

    Words that met stand in brackets.
    """
    from matching.recommending.evaluation.cases import CaseError  # noqa: PLC0415  loads numpy
    from matching.recommending.evaluation.report import COLUMNS, ConfigurationError, drawn_reasons, read_configuration  # noqa: PLC0415

    try:
        rows = list(drawn_reasons(file, read_configuration(wanted, packs_dir, kind), seed, count, packs_dir))
    except (CaseError, ConfigurationError) as error:
        raise click.ClickException(str(error)) from error
    for row in (COLUMNS, *rows):
        click.echo("\t".join(row))
