"""The command line: parse, call, print."""

import atexit
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.spool import Data
from warehouse.snapshot import DatabaseError, NoSnapshot, query

if TYPE_CHECKING:
    from flows.differences import Differences
    from flows.report import Report

Result = TypeVar("Result")

MAX_ROWS = 120
"""Sources in a report's table; a bulk load can touch thousands of hosts."""

LINE = 80
"""Columns of a line that shows what changed."""

OUT = Console(highlight=False)
NOTES = Console(stderr=True, highlight=False)

_data = click.option(
    "--data",
    "data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="BILATERAL_DATA",
    default=Path("data"),
    show_default=True,
    help="The data folder; also BILATERAL_DATA.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Failure(click.ClickException):
    """An error whose message says what to do; exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print it on standard error, safe for the terminal."""
        NOTES.print(Text("bilateral: " + printable(self.message)), soft_wrap=True)


def printable(value: object) -> str:
    """Text of a value without characters that would steer a terminal."""
    text = "" if value is None else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


@contextmanager
def errors_as_failures() -> Iterator[None]:
    """Turn the errors that a user can cause or mend into one line."""
    from flows.ingest import MixedData, UnknownSource
    from flows.sources import NotAdded
    from flows.tagging import LexiconError
    from warehouse.store import Locked, TooNew

    try:
        yield
    except (
        NoSnapshot,
        Locked,
        TooNew,
        MixedData,
        LexiconError,
        NotAdded,
        UnknownSource,
        FileNotFoundError,
        PermissionError,
    ) as error:
        raise Failure(str(error)) from None
    except DatabaseError as error:
        raise Failure(f"DuckDB: {error}") from None


class Progress:
    """Says on standard error which stage runs and how long each took."""

    def __init__(self, step: Callable[..., Any]) -> None:
        self._step = step

    def __call__(self, name: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a stage; the signature is that of `flows.ingest.Step`."""
        began = time.monotonic()
        if NOTES.is_terminal:
            with NOTES.status(f"{name} …"):
                result: Result = self._step(name, function, *arguments)
        else:
            result = self._step(name, function, *arguments)
        NOTES.print(f"  {name:<40} {time.monotonic() - began:6.1f} s")
        return result


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("bilateral"), prog_name="bilateral")
def main() -> None:
    """News monitoring for US–China AI policy: collect, deduplicate, tag, query.

    \b
    bilateral ingest --demo      see it work on an invented newsroom
    bilateral ingest             the daily run
    bilateral sql "SELECT …"     ask the published snapshot
    """


@main.command()
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source, due or not; repeatable.")
@click.option("--demo", is_flag=True, help="Two simulated days of an invented newsroom, served on this machine.")
@click.option("--no-prefect", is_flag=True, help="The same run without a Prefect server.")
@_data
@_json
def ingest(sources: tuple[str, ...], demo: bool, no_prefect: bool, data: Path, as_json: bool) -> None:
    """Read all sources that are due: fetch, archive, extract, tag, store, publish.

    \b
    Examples:
      bilateral ingest
      bilateral ingest --source scmp --source cset
      bilateral ingest --demo --no-prefect --data /tmp/demo
    """
    from flows.demo import days
    from flows.ingest import Request, RunFailed

    requests = days(data) if demo else (request for request in [Request(data, sources)])
    # Closed in any case: the demo's server would keep a failed process from ending.
    with errors_as_failures(), closing(requests), _runner(prefect=not no_prefect) as (run, _):
        try:
            reports = [_say(run(request), as_json=as_json) for request in requests]
        except RunFailed as failure:
            _say(failure.report, as_json=as_json)
            raise Failure(
                f"no source could be reached ({len(failure.report.sources)} tried); the list above says why each failed"
            ) from None
    if not as_json:
        OUT.print(Text(f"snapshot  {reports[-1].snapshot}\nbrief     {reports[-1].brief}"), soft_wrap=True)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Store off-topic articles too, not a 1 % sample of them.")
@click.option("--no-prefect", is_flag=True, help="The same run without a Prefect server.")
@_data
@_json
def load(paths: tuple[Path, ...], everything: bool, no_prefect: bool, data: Path, as_json: bool) -> None:
    """Load WARC or ARC files, or folders of them, through the same stages.

    Exit code 1 if any part of a file could not be read; the rest of it is loaded.

    \b
    Examples:
      bilateral load CC-NEWS-20261122-00001.warc.gz
      bilateral load --all old-archive/
    """
    from flows.ingest import RunFailed

    with errors_as_failures(), _runner(prefect=not no_prefect) as (_, run):
        try:
            report = run(paths, data, everything)
        except RunFailed as failure:
            _say(failure.report, as_json=as_json)
            raise Failure(f"{len(failure.report.errors)} damaged parts; all the rest is loaded") from None
    _say(report, as_json=as_json)


@contextmanager
def _runner(*, prefect: bool) -> Iterator[tuple[Callable[..., "Report"], Callable[..., "Report"]]]:
    """The two kinds of runs, ingest and load, as Prefect flows or plainly, with progress on standard error."""
    if not prefect:
        from flows.ingest import ingest, plainly
        from flows.load import load

        yield partial(ingest, step=Progress(plainly)), partial(load, step=Progress(plainly))
        return
    NOTES.print("  starting Prefect (--no-prefect does without) …")
    from flows import deployment

    step = Progress(deployment.as_task)
    with deployment.api():
        yield partial(deployment.ingest_request, step=step), partial(deployment.load, step=step)


def _say(report: "Report", *, as_json: bool) -> "Report":
    """Print a run's report."""
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return report
    heading = f"{report.kind} {report.run_id}: {report.status}, {report.started_at:%Y-%m-%d %H:%M} UTC"
    table = Table(title=heading, title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("source")
    columns = {"new": "new", "copies": "copies", "revised": "revised", "relevant": "relevant", "review": "review",
               "off_topic": "off topic", "failed": "failed"}  # fmt: skip
    for heading in columns.values():
        table.add_column(heading, justify="right")
    shown = sorted(report.sources, key=lambda source: -source.new)[:MAX_ROWS]
    for source in report.sources if len(report.sources) <= MAX_ROWS else shown:
        style = "red" if source.problem else None
        table.add_row(Text(printable(source.source_id)), *(str(getattr(source, name)) for name in columns), style=style)
    table.add_section()
    table.add_row("all", *(str(report.total(name)) for name in columns), style="bold")
    OUT.print(table)
    if len(report.sources) > MAX_ROWS:
        OUT.print(f"({len(report.sources) - MAX_ROWS} more sources, with fewer new articles)")
    if report.outcomes:
        told = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.items())
        OUT.print(Text(f"addresses touched: {told}"), soft_wrap=True)
    if report.gate:
        OUT.print(Text(report.gate), soft_wrap=True)
    if report.recovered:
        OUT.print(Text(f"finished what was left of {', '.join(report.recovered)}"), soft_wrap=True)
    for concern in report.concerns:
        OUT.print(Text("? " + printable(concern), style="yellow"), soft_wrap=True)
    for error in report.errors:
        OUT.print(Text("! " + printable(error), style="red"), soft_wrap=True)
    OUT.print()
    return report


@main.command()
@click.option("--write", is_flag=True, help="Put what is found in the place of what is stored, and publish it.")
@_data
@_json
def reextract(write: bool, data: Path, as_json: bool) -> None:
    """Extract every archived page again, as this version and the sources' rules now read it.

    Says how many titles, dates, texts and outcomes differ, and changes nothing without --write. Meanwhile no other run
    can use the data folder.

    Exit code 1 if any record could not be read again; what is stored of it is kept, and the rest is done.

    \b
    Examples:
      bilateral reextract
      bilateral reextract --write
    """
    from flows.ingest import plainly
    from flows.reextract import reextract

    with errors_as_failures():
        differences = reextract(data, write, Progress(plainly))
    if as_json:
        click.echo(json.dumps(differences.as_json(), ensure_ascii=False, default=str))
    else:
        _say_differences(differences, data)
    if differences.missing:
        raise Failure(
            f"{sum(file.records for file in differences.missing)} records could not be read again; all the rest was"
        )


def _say_differences(found: "Differences", data: Path) -> None:
    """Print what extracting again changes."""
    from flows.differences import KINDS

    OUT.print(Text(f"reextract {found.run_id}: extractor {found.extractor_version}"), soft_wrap=True)
    examined = found.total("articles") - found.total("kept")
    OUT.print(
        f"{examined} articles examined, {found.total('unchanged')} unchanged, {found.total('kept')} kept as stored"
    )
    columns = ("articles", "unchanged", "title", "date", "text", "became", "gone", "kept")
    rows = [row for row in found.sources if row["kept"] or any(row[kind] for kind in KINDS)]
    if rows:
        table = Table(box=None, header_style="bold", pad_edge=False)
        table.add_column("source", overflow="ellipsis", no_wrap=True, max_width=20)
        for column in columns:
            table.add_column(column, justify="right")
        for row in rows[:MAX_ROWS]:
            table.add_row(Text(printable(row["source_id"])), *(str(row[column]) for column in columns))
        table.add_row("all", *(str(found.total(column)) for column in columns), style="bold")
        OUT.print(table)
    if len(rows) > MAX_ROWS:
        OUT.print(f"({len(rows) - MAX_ROWS} more sources)")
    for kind, examples in found.examples.items():
        OUT.print(f"\n{kind}: {found.total(kind)}", style="bold")
        for example in examples:
            OUT.print(_fitted(f"  {example.url}"))
            OUT.print(_change(example.old, example.new))
    if found.outcomes:
        OUT.print("\noutcomes", style="bold")
    for row in found.outcomes:
        OUT.print(_fitted(f"  {row['fetches']} {row['before']} → {row['after']}"))
    for file in found.missing[:MAX_ROWS]:
        line = f"! {file.warc_file}: {file.records} records kept as stored: {file.reason}"
        OUT.print(Text(printable(line), style="red"), soft_wrap=True)
    if len(found.missing) > MAX_ROWS:
        OUT.print(f"! {len(found.missing) - MAX_ROWS} more files", style="red")
    OUT.print(
        Text(f"snapshot  {Data(data).snapshot}" if found.written else "nothing is written without --write"),
        soft_wrap=True,
    )


def _change(old: str, new: str) -> Text:
    from flows.differences import excerpts

    half = (LINE - len("     → ")) // 2
    before, after = (_fitted(side, half) for side in excerpts(printable(old), printable(new), half))
    return Text("    ") + before + Text(" → ") + after


def _fitted(line: str, columns: int = LINE) -> Text:
    """A line for a terminal, cut where it is too long; a Chinese character takes two columns."""
    text = Text(printable(line))
    text.truncate(columns, overflow="ellipsis")
    return text


@main.command()
@_data
@_json
def sources(data: Path, as_json: bool) -> None:
    """List the sources: last success, newest article, health.

    \b
    Example:
      bilateral sources --json
    """
    from spiders.crawl import load_sources

    with errors_as_failures():
        rows = {name: asdict(spider.source()) for name, spider in load_sources(["spiders.sources"]).items()}
        if Data(data).snapshot.exists():
            found = query(Data(data).snapshot, "from source_health")
            for row in found.rows:
                health = dict(zip(found.columns, row, strict=True))
                rows.setdefault(health["source_id"], {}).update(health)
    if as_json:
        click.echo(json.dumps(list(rows.values()), default=str, ensure_ascii=False))
        return
    table = [
        (
            row["source_id"],
            row["country"],
            f"{row['last_success']:%Y-%m-%d}" if row.get("last_success") else "",
            f"{row['newest_article']:%Y-%m-%d}" if row.get("newest_article") else "",
            row.get("relevant", 0),
            row.get("health", "never tried"),
        )
        for row in rows.values()
    ]
    _table(["source", "from", "last success", "newest", "relevant", "health"], table)


@main.group()
def source() -> None:
    """Add a source, or try one live."""


_contact = click.option(
    "--contact",
    envvar="BILATERAL_CONTACT",
    default="",
    help="Where a site's owner can reach you; also BILATERAL_CONTACT.",
)


@source.command("new")
@click.argument("source_id", metavar="ID")
@click.argument("url")
@click.option("--kind", default="media", show_default=True, help="government, state_media, media, trade_press …")
@click.option("--country", default="", help="ISO 3166 code; CN for hosts that end so, US for others.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="The checkout to write into; this one.")
@_contact
@_json
def source_new(
    source_id: str, url: str, kind: str, country: str, into: Path | None, contact: str, as_json: bool
) -> None:
    """Write a spider and its fixtures from the address of a home page, a feed or a news sitemap.

    \b
    Example:
      bilateral source new ustr https://ustr.gov/ --kind government
    """
    from flows.sources import ROOT, new

    with errors_as_failures(), NOTES.status("looking for feeds, sitemaps and lists …"):
        added = new(source_id, url, kind=kind, country=country, contact=contact, into=into or ROOT)
    if as_json:
        click.echo(json.dumps(asdict(added), default=str, ensure_ascii=False))
        return
    lines = (
        f"{added.base}, announced by {added.announced_by}",
        f"wrote  {added.module}",
        f"wrote  {added.folder}/",
        f"next   python -m pytest tests/test_sources.py -k {source_id}",
        f"       It writes {added.folder.name}/expected.json and fails. Review that file, set reviewed to true in it,",
        "       and run it again. Before you share them, put text of your own into the fixtures (spiders/README.md).",
    )
    for line in lines:
        OUT.print(Text(printable(line)), soft_wrap=True)


@source.command("check")
@click.argument("source_id", metavar="ID")
@_contact
@_json
def source_check(source_id: str, contact: str, as_json: bool) -> None:
    """Fetch three articles of a source, store nothing, and judge each of their fields.

    Exit code 1 if a field fails for most of them, or nothing could be fetched.

    \b
    Example:
      bilateral source check scmp
    """
    from flows.sources import check, lines

    with errors_as_failures(), NOTES.status("fetching at most three articles …"):
        result = check(source_id, contact=contact)
    if as_json:
        click.echo(json.dumps(asdict(result) | {"failing": result.failing, "ok": result.ok}, ensure_ascii=False))
    else:
        marks = {True: ("ok", "green"), False: ("!!", "red"), None: ("  ", "bold")}
        for good, line in lines(result):
            mark, style = marks[good]
            OUT.print(Text(f"{mark}  ", style=style) + Text(printable(line)), soft_wrap=True)
    if not result.ok:
        sys.exit(1)


@main.command(context_settings={"ignore_unknown_options": True})  # a statement may begin with a comment
@click.argument("statement")
@_data
@_json
def sql(statement: str, data: Path, as_json: bool) -> None:
    """Run one query on the published snapshot, read-only.

    \b
    Examples:
      bilateral sql "SELECT source_id, count(*) FROM articles GROUP BY ALL"
      bilateral sql --json "FROM relevant_articles LIMIT 10"
    """
    with errors_as_failures():
        result = query(Data(data).snapshot, statement)
    if as_json:
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        click.echo(json.dumps(rows, default=str, ensure_ascii=False))
    else:
        _table(result.columns, result.rows)


def _table(columns: list[str], rows: Any) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(Text(printable(column)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    OUT.print(table)


def _cell(value: object) -> str:
    import datetime

    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return ", ".join(printable(item) for item in value)
    return printable(value)


@main.command()
@click.argument("what", metavar="FILE|URL|ARTICLE_ID")
@_data
@_json
def explain(what: str, data: Path, as_json: bool) -> None:
    """Show relevance and tags of an article, and the evidence for each.

    \b
    Examples:
      bilateral explain draft.txt
      bilateral explain https://www.scmp.com/tech/article/3290001/example
    """
    from flows.explain import find
    from flows.relevance import Tagger

    with errors_as_failures():
        title, text, language = find(what, Data(data).snapshot)
        assessment = Tagger.default().assess(title, text, language)
    if as_json:
        click.echo(json.dumps({"title": title} | asdict(assessment), ensure_ascii=False))
        return
    OUT.print(Text(printable(title) or "(no title)", style="bold"))
    OUT.print(f"relevance {assessment.relevance:.2f}: {assessment.decision}   (tagger {assessment.tagger_version})")
    for name, value in assessment.signals.items():
        OUT.print(f"  {name:<24} {value:.2f}")
    for tag in assessment.tags:
        OUT.print(Text(f"\n{tag.kind} {tag.tag}  {tag.score:.2f}", style="bold"))
        for evidence in assessment.evidence:
            if (evidence.kind, evidence.tag) == (tag.kind, tag.tag):
                phrase = text[evidence.start_char : evidence.end_char] if evidence.start_char is not None else ""
                line = Text(f"  {evidence.rule_id}: {printable(evidence.sentence)}")
                if phrase:
                    line.highlight_words([printable(phrase)], style="reverse")
                OUT.print(line)
    for match in assessment.seed_matches:
        OUT.print(f"\nseed {match.seed_id}  similarity {match.similarity:.2f}, containment {match.containment:.2f}")


@main.command()
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day (UTC) of first sight; the latest where left out.",
)
@_data
def brief(day: Any, data: Path) -> None:
    """Write the brief of a day as one HTML file, and print where it is.

    \b
    Example:
      bilateral brief --day 2026-11-22
    """
    from flows.brief import write_brief

    folder = Data(data)
    with errors_as_failures():
        if day is None:
            (latest,) = query(folder.snapshot, "select max(first_seen_at)::date from articles").rows[0]
            if latest is None:
                raise Failure("the snapshot holds no article yet")
        OUT.print(
            Text(str(write_brief(folder.snapshot, folder.briefs, day.date() if day else latest))),
            soft_wrap=True,
        )


@main.command()
@_data
@_json
def doctor(data: Path, as_json: bool) -> None:
    """Check this installation and data folder, and say what to do about what is wrong.

    \b
    Example:
      bilateral doctor
    """
    from flows.doctor import examine

    findings = examine(Data(data))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            mark, style = ("ok", "green") if finding.good else ("!!", "red")
            OUT.print(Text(f"{mark}  ", style=style) + Text(f"{finding.what:<14} {printable(finding.found)}"))
            if not finding.good:
                OUT.print(Text(f"    {finding.remedy}"))
    if not all(finding.good for finding in findings):
        sys.exit(1)


@atexit.register
def _quiet_end() -> None:
    """DuckDB 2.0.0's binding reports leaks of its own on standard error when the interpreter ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    main()
