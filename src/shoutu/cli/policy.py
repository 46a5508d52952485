"""`shoutu policy`: evaluate facts, explain the answer, list readings, report coverage.

Each command imports what it needs when it runs, so that `--help` starts fast.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import click

from shoutu.errors import BadInput, Text, Where


@click.group()
def command() -> None:
    """Evaluate, explain and list the order's rules.

    Pure: no database, no clock. What the commands print are computed proposals; a named person decides.
    """


_PACK = click.option(
    "--pack",
    "pack_name",
    default="ordos_2024_23",
    metavar="NAME|FOLDER",
    show_default=True,
    help="An installed pack, or a folder (./ forces a folder). A pack is code: name only folders you trust.",
)
_READING = click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME=OPTION",
    help="How an open question of the order is read; repeat for several. See `shoutu policy readings`.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def chosen(readings: tuple[str, ...]) -> dict[str, str]:
    """NAME=OPTION pairs; BadInput on anything else, or on two options for one name."""
    out: dict[str, str] = {}
    for item in readings:
        name, equals, option = item.partition("=")
        if not (name and equals and option):
            raise BadInput(
                Text("--reading 应写成 名称=选项", "--reading takes NAME=OPTION"),
                found=item,
                remedy=Text("例如 --reading 6.2-edge=milder", "for example --reading 6.2-edge=milder"),
            )
        if out.get(name, option) != option:
            raise BadInput(
                Text(f"口径 {name} 给了两个选项", f"two options for reading {name}"),
                found=f"{out[name]}, {option}",
            )
        out[name] = option
    return out


def _figures(pairs: tuple[str, ...]) -> dict[str, Fraction]:
    """UNIT=FIGURE pairs; BadInput on anything else."""
    out = {}
    for item in pairs:
        unit, _, figure = item.partition("=")
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", figure):
            raise BadInput(
                Text("--uncertainty 应写成 单位=数值", "--uncertainty takes UNIT=FIGURE"),
                found=item,
                remedy=Text("例如 --uncertainty mu=0.05", "for example --uncertainty mu=0.05"),
            )
        out[unit] = Fraction(figure)
    return out


def _print(document: object) -> None:
    """One document in UTF-8, whatever the terminal's own encoding."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8"))


@command.command(short_help="Warnings, measures, referrals of one banner.")
@click.argument("facts", type=click.Path(path_type=Path), metavar="FACTS.json")
@_PACK
@_READING
@_JSON
def evaluate(facts: Path, pack_name: str, readings: tuple[str, ...], as_json: bool) -> None:
    """Warnings, measures, referrals and what is not known, for one banner's facts.

    Without --json the sentences are printed, one a line. FACTS.json has the form of
    schemas/policy-facts.json; areas are decimal text in m² or mu.

    \b
    shoutu policy evaluate facts.json --json
    shoutu policy evaluate facts.json --reading 6.3-items=all --reading 6.2-edge=milder
    """
    from shoutu.cli import language
    from shoutu.policy import evaluate as run
    from shoutu.policy import facts_from_file, load_pack
    from shoutu.policy.wording import sentence

    pack = load_pack(pack_name)
    answer = run(pack, facts_from_file(facts, pack.tables), chosen(readings))
    if as_json:
        _print(answer.to_document())
        return
    for entry in answer.trace:
        click.echo(f"{entry.entry}\t{sentence(pack, entry, language())}")


@command.command(short_help="How each conclusion came about.")
@click.argument("facts", type=click.Path(path_type=Path), metavar="FACTS.json")
@click.argument("entry", required=False)
@_PACK
@_READING
@click.option(
    "--uncertainty",
    multiple=True,
    metavar="UNIT=FIGURE",
    help="How far figures in a unit may be off, such as mu=0.05; those that near their line are flagged.",
)
@click.option(
    "--svg",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the way through the rule of the one ENTRY.",
)
@_JSON
def explain(
    facts: Path,
    entry: str | None,
    pack_name: str,
    readings: tuple[str, ...],
    uncertainty: tuple[str, ...],
    svg: Path | None,
    as_json: bool,
) -> None:
    """How each conclusion came about: sentences in both languages, every comparison, and what would turn it.

    ENTRY, such as warnings/0, picks one conclusion. The distance to the next bands follows.

    \b
    shoutu policy explain facts.json warnings/0 --svg why.svg --uncertainty mu=0.05
    """
    from shoutu.cli import language
    from shoutu.policy import describe_distance, distances, facts_from_file, load_pack
    from shoutu.policy import evaluate as run
    from shoutu.policy import explain as sentence
    from shoutu.policy.tree import svg as draw
    from shoutu.policy.tree import tree, turn, turn_text

    pack = load_pack(pack_name)
    known = facts_from_file(facts, pack.tables)
    answer = run(pack, known, chosen(readings))
    wanted = [found for found in answer.trace if entry in (None, found.entry)]
    if not wanted:
        raise BadInput(
            Text("没有这个结论", "no such conclusion"),
            found=entry,
            remedy=Text(
                "有：" + "、".join(found.entry for found in answer.trace),
                "there are: " + ", ".join(found.entry for found in answer.trace),
            ),
        )
    off = _figures(uncertainty)
    if svg is not None:
        if len(wanted) != 1:
            raise click.UsageError("--svg draws one conclusion: name its ENTRY, such as warnings/0.")
        svg.write_text(draw(pack, wanted[0], language()), encoding="utf-8")
    if as_json:
        _print({"schema": 1, "pack": pack.name, "conclusions": [tree(pack, found, off) for found in wanted]})
        return
    for found in wanted:
        click.echo(f"{found.entry}\n  {sentence(pack, found, 'zh')}\n  {sentence(pack, found, 'en')}")
        for made in found.comparisons:
            shown = made.value if made.value is not None else f"{made.low}…{made.high or ''}"
            truth = {True: "yes", False: "no", None: "not known"}[made.result]
            click.echo(f"    {made.figure}: {shown} {made.operator} {made.threshold} {made.unit}: {truth}")
            if (way := turn(made, off)) is not None:
                click.echo(f"      {turn_text(pack, found, made, way, language())}")
    if entry is None:
        for distance in distances(pack, known, chosen(readings)):
            click.echo(f"{distance.month} {distance.trigger}\t{describe_distance(pack, distance, 'zh')}")


@command.command("readings", short_help="The order's open questions and their options.")
@_PACK
@_JSON
def list_readings(pack_name: str, as_json: bool) -> None:
    """The open questions of the order and their options; the first of each is the default."""
    from shoutu.cli import language
    from shoutu.policy import load_pack

    pack = load_pack(pack_name)
    if as_json:
        readings = [
            {
                "name": reading.name,
                "question": reading.question._asdict(),
                "options": [{"name": o.name, **o.text._asdict()} for o in reading.options],
            }
            for reading in pack.readings.values()
        ]
        _print({"schema": 1, "pack": pack.name, "version": pack.version, "readings": readings})
        return
    for reading in pack.readings.values():
        click.echo(f"{reading.name}  {reading.question.to(language())}")
        for option in reading.options:
            mark = "*" if option.name == reading.default else " "
            click.echo(f"  {mark} {option.name}  {option.text.to(language())}")


@command.command(short_help="What carries each clause, with its test.")
@_PACK
@_JSON
def coverage(pack_name: str, as_json: bool) -> None:
    """What carries each clause of the order, with its test; or that nothing does yet.

    Carriers are looked up in the source, none is imported. Exit code 1 when one that is listed is gone.
    """
    from shoutu.cli import language
    from shoutu.policy import load_pack
    from shoutu.policy.coverage import BROKEN, CARRIED, PARTLY
    from shoutu.policy.coverage import coverage as look_up

    pack = load_pack(pack_name)
    found = look_up(pack)
    if as_json:
        _print({"schema": 1, "pack": pack.name, "clauses": [clause.to_document() for clause in found]})
    else:
        for clause in found:
            click.echo(f"{clause.clause}\t{clause.status}\t{clause.obligation.to(language())}")
            for carrier in clause.carriers:
                click.echo(f"\t{carrier.kind}\t{carrier.carrier}\t{carrier.test}")
                if carrier.lacks:
                    click.echo(f"\t  lacks: {carrier.lacks}")
                for fault in carrier.faults:
                    click.echo(f"\t! {fault}")
        carried = sum(clause.status == CARRIED for clause in found)
        partly = sum(clause.status == PARTLY for clause in found)
        click.echo(f"{carried} of {len(found)} clauses carried, {partly} more in part", err=True)
    if any(clause.status == BROKEN for clause in found):
        raise click.exceptions.Exit(1)


@command.command(short_help="Numbers that were not seen in their text.")
@_PACK
def unverified(pack_name: str) -> None:
    """Numbers, and single values of numbers, that were not seen in the text itself, as a Markdown table.

    Each is printed in the sentence of every conclusion that it decides.

    \b
    shoutu policy unverified --pack cn_national
    """
    from shoutu.policy import load_pack
    from shoutu.policy.unverified import table

    click.echo(table(load_pack(pack_name)), nl=False)


@command.command(short_help="Find what is wrong with a pack.")
@_PACK
def lint(pack_name: str) -> None:
    """Find what is wrong with a pack beyond what loading refuses.

    Bands of months are tried at every threshold and a step to either side under every reading; every
    outcome of every rule must be reached by a case. Exit code 1 when there is a fault; notes are no faults.
    """
    from shoutu.cli import language
    from shoutu.policy import load_pack
    from shoutu.policy.lint import lint as look_over

    pack = load_pack(pack_name)
    found = look_over(pack)
    for finding in found:
        told, remedy = finding.what.to(language()), finding.remedy.to(language())
        place = f"{finding.where.file}:{finding.where.row or 1}"
        click.echo(f"{place}: {finding.kind}: {told}: {finding.found}. {remedy}")
    faults = sum(finding.kind == "fault" for finding in found)
    click.echo(f"{faults} faults, {len(found) - faults} notes", err=True)
    if faults:
        raise click.exceptions.Exit(1)


@command.command(short_help="Whose outcome another pack or reading changes, and why.")
@click.argument("one", metavar="PACK")
@click.argument("other", metavar="PACK")
@click.argument("facts", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FACTS.json…")
@_READING
@click.option(
    "--against",
    multiple=True,
    metavar="NAME=OPTION",
    help="Readings of the second pack; those of --reading are the first's.",
)
@_JSON
def diff(
    one: str,
    other: str,
    facts: tuple[Path, ...],
    readings: tuple[str, ...],
    against: tuple[str, ...],
    as_json: bool,
) -> None:
    """Whose outcome changes when the second pack or its readings are asked instead of the first, and why.

    The same pack twice compares readings. Exit code 1 when anything changes.

    \b
    shoutu policy diff ordos_2024_23 ordos_2024_23 facts.json --against 6.2-edge=milder
    shoutu policy diff ordos_2024_23 ./draft 2024-*.json
    """
    from shoutu.policy import facts_from_file, load_pack
    from shoutu.policy.comparison import Side, changes

    first, second = Side(load_pack(one), chosen(readings)), Side(load_pack(other), chosen(against))
    tables = {**second.pack.tables, **first.pack.tables}
    found = [
        (file, change) for file in facts for change in changes(first, second, facts_from_file(file, tables))
    ]
    if as_json:
        listed = [{"file": str(file), **change.to_document()} for file, change in found]
        _print({"schema": 1, "changes": listed})
    for file, change in found if not as_json else ():
        click.echo(f"{file}\t{change.region} {change.kind} {' '.join(filter(None, change.key))}")
        click.echo(f"\t{change.before or '-'} → {change.after or '-'}")
        for why in change.why:
            click.echo(f"\t  {why}")
    if found:
        raise click.exceptions.Exit(1)


@command.command(short_help="Evaluate a stored answer again.")
@click.argument("answer", type=click.Path(path_type=Path), metavar="ANSWER.json")
@click.argument("facts", type=click.Path(path_type=Path), metavar="FACTS.json")
@click.option(
    "--pack",
    "pack_name",
    metavar="NAME|FOLDER",
    help="The pack, where it is not installed. A pack is code: an answer never names a folder by itself.",
)
def replay(answer: Path, facts: Path, pack_name: str | None) -> None:
    """Evaluate a stored answer (policy evaluate --json) again from its facts, with its own readings.

    Exit code 0 when every value of it comes again in its place, 1 naming the first that does not.
    """
    from shoutu.policy import facts_from_file, load_pack
    from shoutu.policy.comparison import replay as again
    from shoutu.policy.document import parse
    from shoutu.policy.pack import installed

    try:
        stored = answer.read_bytes()
    except OSError as error:
        raise BadInput(
            Text("文件读不到", "the file cannot be read"),
            where=Where(file=str(answer)),
            remedy=Text("检查路径", "check the path"),
        ) from error
    document = parse(stored, str(answer))
    name = document.get("pack") if isinstance(document, dict) else None
    if pack_name is None and name not in installed():
        raise BadInput(
            Text("答复所用的规则包没有安装", "the answer's pack is not installed"),
            where=Where(file=str(answer), pointer="/pack"),
            found=name,
            remedy=Text("用 --pack 指明规则包", "name the pack with --pack"),
        )
    pack = load_pack(pack_name or str(name))
    place = again(stored, facts_from_file(facts, pack.tables), pack, str(answer))
    if place is not None:
        click.echo(place)
        raise click.exceptions.Exit(1)


@command.command(short_help="Run the pack's cases.")
@_PACK
def test(pack_name: str) -> None:
    """Run the pack's cases (cases/*.yaml), which a jurist writes. Exit code 1 when one fails."""
    from shoutu.policy import load_pack
    from shoutu.policy.cases import cases, run

    pack = load_pack(pack_name)
    results = [run(pack, case) for case in cases(pack)]
    failed = [result for result in results if not result.passed]
    for result in failed:
        click.echo(f"{result.case.file}:{result.case.line}: {result.case.name}")
        for kind, wanted in result.case.expect.items():
            if result.got.get(kind) != wanted:
                click.echo(f"  {kind}: expected {wanted}, got {result.got.get(kind)}")
    click.echo(f"{len(results) - len(failed)} of {len(results)} cases passed", err=True)
    if failed:
        raise click.exceptions.Exit(1)


@command.command(short_help="Make a pack to begin with.")
@click.argument("city", metavar="CITY")
@click.option(
    "--into",
    "into",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help="The folder in which the pack's own folder is made; here when it is left out.",
)
def new(city: str, into: Path) -> None:
    """Make a pack to begin with: the folder CITY, documented in each file, whose cases pass.

    CITY is the pack's name, such as baotou_2025: a-z, 0-9 and _. Nothing is written over.

    \b
    shoutu policy new baotou_2025
    shoutu policy test --pack ./baotou_2025
    """
    from shoutu.policy.new_pack import write_new_pack

    click.echo(str(write_new_pack(city, into)))
