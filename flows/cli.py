"""The command line: parse, call, print."""

import atexit
import errno
import gc
import getpass
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
from rich.text import Text

from flows.spool import Data
from flows.telling import NOTES, OUT, say_differences, say_explained, say_report, say_retagged, say_told
from flows.terminal import print_table, printable, printable_lines, screen, take_every_character
from warehouse.snapshot import DatabaseError, NoSnapshot, query

if TYPE_CHECKING:
    from flows.export import Format

Result = TypeVar("Result")

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
        NOTES.print(Text("bilateral: " + printable_lines(self.message)), soft_wrap=True)


@contextmanager
def errors_as_failures() -> Iterator[None]:
    """Turn the errors that a user can cause or mend into one line."""
    from flows.errors import (
        BadDocument,
        BadExport,
        BadSettings,
        ClockWrong,
        LexiconError,
        MixedData,
        NotAdded,
        NotInstalled,
        UnknownSource,
    )
    from warehouse.backup import NotWhole
    from warehouse.store import Damaged, Locked, TooNew

    try:
        yield
    except (
        NoSnapshot,
        Damaged,
        NotWhole,
        Locked,
        TooNew,
        MixedData,
        NotAdded,
        UnknownSource,
        BadDocument,
        BadExport,
        NotInstalled,
        BadSettings,
        ClockWrong,
        LexiconError,
    ) as error:
        raise Failure(str(error)) from None
    except DatabaseError as error:
        raise Failure(f"DuckDB: {error}{_remedy(str(error))}") from None
    except OSError as error:
        if error.errno not in _MENDABLE | _MISTAKEN and not isinstance(error, FileNotFoundError):
            raise
        said = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        is_file = error.filename and os.path.isfile(error.filename)  # noqa: PTH113 - Path's raises in a closed folder
        closed = is_file and not os.access(error.filename, os.R_OK)
        raise Failure(said + ("; let this user read it" if closed else _remedy(said))) from None


_MISTAKEN = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EADDRINUSE}
_MENDABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}
_REMEDIES = {
    errno.ENOSPC: "make room and run it again",
    errno.EDQUOT: "make room and run it again",
    errno.EFBIG: "let this user write larger files (ulimit -f) and run it again",
    errno.EACCES: "let this user write there, or name another folder",
    errno.EPERM: "let this user write there, or name another folder",
    errno.EROFS: "let this user write there, or name another folder",
    errno.EIO: "the disk gives errors: restore the folder to another one",
}


def _remedy(said: str) -> str:
    """What to do about an error of the operating system, whoever told it; empty for others."""
    if "Could not set lock on file" in said:
        return "; end that program, or have it open published/bilateral.duckdb instead, and read-only"
    found = [remedy for number, remedy in _REMEDIES.items() if os.strerror(number) in said]
    return f"; {found[0]}. Nothing that was stored is lost, and the next run goes on from the archive." if found else ""


class Progress:
    """Says on standard error which stage runs and how long each took."""

    def __init__(self, step: Callable[..., Any]) -> None:
        self._step = step

    def __call__(self, name: str, function: Callable[..., Result], *arguments: Any) -> Result:
        """Call a stage; the signature is that of `flows.runs.Step`."""
        began = time.monotonic()
        if NOTES.is_terminal:
            with NOTES.status(f"{name} …"):
                result: Result = self._step(name, function, *arguments)
        else:
            result = self._step(name, function, *arguments)
        NOTES.print(f"  {name:<40} {time.monotonic() - began:6.1f} s")
        return result


NEW_OBJECTS = 50_000
"""Objects after which those that only hold each other are looked for. Python's 700 is a tenth of the time in which a
command starts: what it loads then is there until it ends."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("bilateral"), prog_name="bilateral")
def main() -> None:
    """News monitoring for US–China AI policy: collect, deduplicate, tag, query.

    \b
    bilateral ingest --demo      see it work on an invented newsroom
    bilateral ingest             the daily run
    bilateral sql "SELECT …"     ask the published snapshot
    """
    gc.set_threshold(NEW_OBJECTS)
    take_every_character()


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
    from flows.ingest import Request
    from flows.runs import RunFailed

    requests = days(data) if demo else (request for request in [Request(data, sources)])
    # Closed in any case: the demo's server would keep a failed process from ending.
    with (
        errors_as_failures(),
        nullcontext() if demo else _alerting(data),
        closing(requests),
        _runner("ingest", prefect=not no_prefect) as run,
    ):
        try:
            reports = [say_report(run(request), as_json=as_json) for request in requests]
        except RunFailed as failure:
            say_report(failure.report, as_json=as_json)
            raise Failure(failure.summary) from None
    if not as_json:
        OUT.print(Text(f"snapshot  {reports[-1].snapshot}\nbrief     {reports[-1].brief}"), soft_wrap=True)


def _alerting(data: Path) -> AbstractContextManager[None]:
    from flows.alerts import watched
    from flows.settings import load

    settings = load(data)  # without addresses, the report of the run says all that there is
    return watched(data, settings, lambda told: say_told(told, NOTES) if settings.alert_urls else None)


@main.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=4200,
    show_default=True,
    help="Of the Prefect server that it brings, on 127.0.0.1.",
)
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source, due or not; repeatable.")
@_data
def schedule(port: int, sources: tuple[str, ...], data: Path) -> None:
    """Run every day at the time that the settings say, and once now, until it is ended.

    Brings a Prefect server, whose pages show the runs, unless PREFECT_API_URL names another.

    \b
    Examples:
      bilateral schedule
      BILATERAL_SCHEDULE="30 5 * * *" BILATERAL_TIME_ZONE=Europe/Berlin bilateral schedule
    """
    from flows.settings import load as load_settings

    with errors_as_failures():
        settings = load_settings(data)
        from flows import deployment

        NOTES.print(f"  http://127.0.0.1:{port} shows the runs; Ctrl+C ends this", soft_wrap=True)
        deployment.schedule(data, settings, sources, port)


@main.command()
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and note nothing.")
@_data
@_json
def alerts(dry_run: bool, data: Path, as_json: bool) -> None:
    """Send the alerts that are due: what is wrong now and was not told, or waited for the end of quiet hours.

    Each run does so by itself. Addresses and quiet hours are settings: see the README.

    \b
    Examples:
      bilateral alerts --dry-run
      BILATERAL_ALERT_URLS=mailto://user:password@example.org bilateral alerts
    """
    from flows.alerts import check
    from flows.settings import load

    with errors_as_failures():
        if not data.is_dir():  # where nobody looks there is never anything to tell
            raise Failure(f"no folder {data}: run `bilateral ingest` first, or name its folder with --data")
        settings = load(data)
        told = check(data, settings, dry_run=dry_run)
    if not settings.alert_urls:
        NOTES.print("no address to send alerts to: setting alert_urls")
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False))
    else:
        say_told(told, OUT, "would be sent" if dry_run else "alert sent")
        if not any((told.sent, told.waiting, told.cleared, told.failed)):
            OUT.print("nothing to tell")
    if told.failed:
        sys.exit(1)


@main.command()
@_data
@_json
def upkeep(data: Path, as_json: bool) -> None:
    """Verify the archive, back up and compact the database, delete what the settings say is too old.

    Rows are never deleted. Exit code 1 if a file of the archive is damaged or gone.

    \b
    Example:
      bilateral upkeep
    """
    from flows.runs import plainly
    from flows.settings import load
    from flows.upkeep import upkeep as keep

    with errors_as_failures():
        settings = load(data)
        age = timedelta(days=settings.keep_archive_days) if settings.keep_archive_days else None
        done = keep(data, age, settings.keep_backups, Progress(plainly))
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        OUT.print(Text(f"backup    {done.backup}, {done.files} files listed"), soft_wrap=True)
        OUT.print(f"master    {done.size_before / 1e6:.1f} MB, now {done.size_after / 1e6:.1f} MB")
        OUT.print(f"deleted   {len(done.pruned)} archived files, intermediate files of {done.spools} runs")
    for problem in done.problems:
        NOTES.print(Text("! " + printable(problem), style="red"), soft_wrap=True)
    if done.problems:
        raise Failure(f"{len(done.problems)} files of the archive are not what they were")


@main.command()
@click.argument("copy", required=False, type=click.Path(exists=True, path_type=Path))
@_data
@_json
def restore(copy: Path | None, data: Path, as_json: bool) -> None:
    """Put the last whole copy of the database in its place, and load what the archive has since.

    COPY is a database or the folder of a backup; left out, the published snapshot or the newest backup that is whole
    is taken. The old database is kept.

    \b
    Example:
      bilateral restore
    """
    from flows.runs import plainly
    from flows.upkeep import restore as put_back

    with errors_as_failures():
        done = put_back(data, copy, Progress(plainly))
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    OUT.print(Text(f"restored  {done.copy}"), soft_wrap=True)
    if done.aside:
        OUT.print(Text(f"kept      {done.aside}"), soft_wrap=True)
    OUT.print(Text(f"loaded    {', '.join(done.replayed) or 'nothing: the archive has no more'}"), soft_wrap=True)
    for problem in done.problems:
        OUT.print(Text("! " + printable(problem), style="red"), soft_wrap=True)


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
    with errors_as_failures(), _runner("load", prefect=not no_prefect) as run:
        from flows.runs import RunFailed

        try:
            report = run(paths, data, everything)
        except RunFailed as failure:
            say_report(failure.report, as_json=as_json)
            raise Failure(failure.summary) from None
    say_report(report, as_json=as_json)


_IN_WORKERS = {
    "ingest": ["spiders.extract"],
    "load": ["spiders.extract", "flows.gating", "flows.reading"],
    "retag": ["flows.judging"],
}
"""By kind of run, what its worker processes load."""


@contextmanager
def _runner(kind: Literal["ingest", "load", "retag"], *, prefect: bool) -> Iterator[Callable[..., Any]]:
    """A kind of run, as a Prefect flow or plainly, with progress on standard error."""
    from spiders.bounded import prepare

    prepare(*_IN_WORKERS[kind])
    if not prefect:
        from flows.runs import plainly

        module = import_module(f"flows.{kind}")  # and not what the others need
        yield partial(getattr(module, kind), step=Progress(plainly))
        return
    NOTES.print("  starting Prefect (--no-prefect does without) …")
    from flows import deployment

    flows: dict[str, Callable[..., Any]] = {
        "ingest": deployment.ingest_request,
        "load": deployment.load,
        "retag": deployment.retag,
    }
    with deployment.api():
        yield partial(flows[kind], step=Progress(deployment.as_task))


@main.command()
@click.option("--no-prefect", is_flag=True, help="The same run without a Prefect server.")
@_data
@_json
def retag(no_prefect: bool, data: Path, as_json: bool) -> None:
    """Judge the stored articles again, after the lexicon or the seeds changed, and say what changes.

    Only articles that another version has judged are; one that was killed goes on where it was. Labels stay.

    \b
    Example:
      bilateral retag
    """
    with errors_as_failures(), _runner("retag", prefect=not no_prefect) as run:
        report = run(data)
    if as_json:
        click.echo(json.dumps(asdict(report), default=str, ensure_ascii=False))
    else:
        say_retagged(report)
    if report.errors:
        raise Failure(f"{len(report.errors)} articles could not be judged; they stay as they were")


def _user() -> str:
    """The user of this machine; its number where it has no name, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@main.command()
@click.argument("article", required=False, metavar="ARTICLE")
@click.argument("verdict", required=False, type=click.Choice(["relevant", "off_topic"]))
@click.option("--topic", "topics", multiple=True, help="What it is about, a topic of the lexicon; repeatable.")
@click.option("--note", default="", help="Why.")
@click.option("--by", "labelled_by", default=_user, help="Who says so; the user of this machine.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write all labels to this file as JSON lines; - is standard output.",
)
@_data
@_json
def label(
    article: str | None,
    verdict: str | None,
    topics: tuple[str, ...],
    note: str,
    labelled_by: str,
    export: Path | None,
    data: Path,
    as_json: bool,
) -> None:
    """Correct the decision about a stored ARTICLE (its id or address), for good.

    A label decides whatever the tagger says, now and after every retag. Relevance and tags stay the tagger's.

    \b
    Examples:
      bilateral label https://example.org/a relevant --topic export_controls --note "quotes the rule"
      bilateral label --export labels.jsonl
    """
    from flows.labels import label as note_label
    from flows.labels import labelled

    if (export is None) == (article is None) or (article is not None and verdict is None):
        raise click.UsageError("give an ARTICLE and relevant or off_topic, or --export FILE")
    if export is not None:
        with errors_as_failures():
            rows = labelled(Data(data).snapshot)
            with click.open_file(str(export), "w", encoding="utf-8") as file:
                file.writelines(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows)
        NOTES.print(f"{len(rows)} labels written to {export}", soft_wrap=True)
        return
    with errors_as_failures():
        _check_topics(topics)
        changed = note_label(data, str(article), str(verdict), topics, note, labelled_by)
    if as_json:
        click.echo(json.dumps(changed, default=str, ensure_ascii=False))
        return
    was = "" if changed["former_decision"] == changed["decision"] else f", was {changed['former_decision']}"
    OUT.print(Text(f"{changed['decision']}{was}: {printable(changed['title'])}"), soft_wrap=True)


def _check_topics(topics: Iterable[str]) -> None:
    from flows.tagging import LEXICON_FILE, Lexicon

    known = Lexicon.load(LEXICON_FILE).tags("topic")
    if unknown := sorted(set(topics) - known):
        raise click.BadParameter(f"no topic {', '.join(unknown)}; there are {', '.join(sorted(known))}")


@main.group()
def seeds() -> None:
    """The documents that say what is relevant: list them, add your own."""


@seeds.command("list")
@_data
@_json
def seeds_list(data: Path, as_json: bool) -> None:
    """List the seeds: those the program carries, and your own.

    \b
    Example:
      bilateral seeds list
    """
    from flows.seeds import own_seeds, tagger_with

    with errors_as_failures():
        own = own_seeds(Data(data).seeds)
        profile = tagger_with(Data(data).seeds).profile
    rows = [
        {
            "seed_id": seed_id,
            "title": seed.title,
            "language": seed.language,
            "words": seed.word_count,
            "document": str(own[seed_id][0]) if seed_id in own else None,
            "terms": ", ".join(sorted(seed.terms, key=lambda term: (-seed.terms[term], term))[:6]),
        }
        for seed_id, seed in profile.seeds.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    print_table(
        OUT,
        ["seed", "own", "words", "title", "heaviest terms"],
        [(row["seed_id"], "own" if row["document"] else "", row["words"], row["title"], row["terms"]) for row in rows],
    )


@seeds.command("add")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path))
@_data
@_json
def seeds_add(paths: tuple[Path, ...], data: Path, as_json: bool) -> None:
    """Add documents (text or HTML files, or folders of them) to the seeds of this data folder.

    They count from the next run on; `bilateral retag` judges by them what is stored. Exit code 1 if one cannot be
    a seed; the others are added.

    \b
    Example:
      bilateral seeds add our-memo.txt clippings/
    """
    from flows.seeds import add
    from warehouse.store import exclusive

    with errors_as_failures(), exclusive(data, "seeds add"):
        added, problems = add(Data(data).seeds, paths)
    if as_json:
        rows = [{"seed_id": seed_id, "title": seed.title} for seed_id, seed in added.items()]
        click.echo(json.dumps({"added": rows, "problems": problems}, ensure_ascii=False))
    else:
        for seed_id, seed in added.items():
            OUT.print(Text(f"added {seed_id}  {printable(seed.title)} ({seed.word_count:,} words)"), soft_wrap=True)
        for problem in problems:
            NOTES.print(Text("! " + printable(problem), style="red"), soft_wrap=True)
        if added:
            OUT.print("next  bilateral retag, to judge by them what is stored")
    if problems or not added:
        raise Failure(f"{len(problems)} documents not added" if problems else "no document there (.txt, .md, .html)")


@seeds.command("remove")
@click.argument("seed_id", metavar="SEED")
@_data
@_json
def seeds_remove(seed_id: str, data: Path, as_json: bool) -> None:
    """Take a seed of your own away again.

    \b
    Example:
      bilateral seeds remove 3f9c1a0d5b7e8812
    """
    from flows.seeds import remove
    from warehouse.store import exclusive

    with errors_as_failures(), exclusive(data, "seeds remove"):
        seed = remove(Data(data).seeds, seed_id)
    if as_json:
        click.echo(json.dumps({"removed": seed_id, "title": seed.title}, ensure_ascii=False))
    else:
        OUT.print(Text(f"removed {seed_id}  {printable(seed.title)}"), soft_wrap=True)


@seeds.command("build")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; the profile that the program carries.",
)
@_json
def seeds_build(folder: Path, output: Path | None, as_json: bool) -> None:
    """Make the profile that the program carries from all .txt files of a folder: figures only, no text.

    For those who change the program's own corpus; `seeds add` is for documents of yours.

    \b
    Example:
      bilateral seeds build seeds/ -o flows/seed_corpus/profile.json
    """
    from flows.relevance import PROFILE_FILE
    from flows.seeds import build

    documents = sorted(folder.glob("*.txt"))
    if not documents:
        raise Failure(f"no .txt file in {folder}")
    target = output or PROFILE_FILE
    with errors_as_failures():
        profile = build(documents)
        target.write_text(profile.to_json(), encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"profile": str(target), "seeds": list(profile.seeds)}))
    else:
        OUT.print(Text(f"{len(profile.seeds)} seeds: {target}"), soft_wrap=True)


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
    from flows.reextract import reextract
    from flows.runs import plainly

    with errors_as_failures():
        differences = reextract(data, write, Progress(plainly))
    if as_json:
        click.echo(json.dumps(differences.as_json(), ensure_ascii=False, default=str))
    else:
        say_differences(differences, data)
    if differences.missing:
        raise Failure(
            f"{sum(file.records for file in differences.missing)} records could not be read again; all the rest was"
        )


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
    print_table(OUT, ["source", "from", "last success", "newest", "relevant", "health"], table)


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
@click.argument("statement", metavar="STATEMENT|FILE.sql")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "jsonl", "parquet"]),
    help="Parquet needs --output; the ending of its name says the format, where this does not.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; else the screen.")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="What getvariable('NAME') stands for; repeatable."
)
@_data
@_json
def sql(
    statement: str, form: str | None, output: Path | None, params: tuple[str, ...], data: Path, as_json: bool
) -> None:
    """Run one query on the published snapshot, read-only.

    Files, the network and extensions are out of its reach. In CSV, texts that a spreadsheet would run as formulas have
    an apostrophe before them.

    \b
    Examples:
      bilateral sql "SELECT source_id, count(*) FROM articles GROUP BY ALL"
      bilateral sql --json "FROM relevant_articles LIMIT 10"
      bilateral sql warehouse/queries/topics_by_country.sql --output topics.parquet
      bilateral sql warehouse/queries/repeated_text.sql --param publisher="Harbor Wire"
    """
    from flows.output import WRITERS, write_result
    from warehouse.snapshot import Reader

    form = form or ("json" if as_json else "") or (output.suffix.lstrip(".") if output else "table")
    values = dict(_parameter(text) for text in params)
    with errors_as_failures():
        if statement.endswith(".sql"):
            statement = Path(statement).read_text(encoding="utf-8", errors="surrogateescape")
        if output:
            rows = write_result(Data(data).snapshot, statement, values, output, form)
            NOTES.print(Text(printable(f"{rows} rows in {output}")), soft_wrap=True)
            return
        with Reader(Data(data).snapshot) as reader:
            found = reader.read(reader.prepare(statement, values))
            if form in WRITERS:
                WRITERS[form](found.columns, found.rows, screen())
            elif form == "table":
                if print_table(OUT, found.columns, found.rows):
                    NOTES.print("there are more rows: --format csv, json or jsonl prints all")
            else:
                raise Failure("a Parquet file needs a name: --output FILE")


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise Failure(f"{text}: a parameter is NAME=VALUE")
    return name, value


@main.command()
@_data
@_json
def shell(data: Path, as_json: bool) -> None:
    """Ask the published snapshot one question after the other, read-only.

    Statements come from the keyboard, or from standard input where that is a file or a pipe; then the first error ends
    it. `.help` lists the shell's own commands. `--json` shows each row as a JSON object on a line.

    \b
    Examples:
      bilateral shell
      bilateral shell < questions.sql
    """
    from flows.shell import run_shell

    with errors_as_failures():
        run_shell(Data(data).snapshot, OUT, NOTES, "json" if as_json else "table")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["parquet", "csv", "jsonl"]), default="parquet", show_default=True)
@click.option(
    "--table", "names", multiple=True, metavar="NAME", help="This table or view; repeatable. Else all tables."
)
@_data
@_json
def export(folder: Path, form: "Format", names: tuple[str, ...], data: Path, as_json: bool) -> None:
    """Write the published snapshot to a folder, a file a table, with dictionary.md, which says what is in them.

    dictionary.md is written last: where it is, the export is complete. CSV is safe to open in a spreadsheet.

    \b
    Examples:
      bilateral export for-colleagues
      bilateral export sheets --format csv --table relevant_articles --table syndication
    """
    from flows.export import DICTIONARY
    from flows.export import export as write

    with errors_as_failures():
        written = write(Data(data).snapshot, folder, form, names)
    if as_json:
        click.echo(json.dumps([asdict(file) for file in written], ensure_ascii=False))
        return
    for file in written:
        OUT.print(Text(printable(f"{file.rows:>9}  {file.path}")), soft_wrap=True)
    OUT.print(Text(printable(f"           {folder / DICTIONARY}")), soft_wrap=True)


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
    from flows.seeds import tagger_with

    folder = Data(data)
    with errors_as_failures():
        found = find(what, folder)
        assessment = tagger_with(folder.seeds).assess(found.title, found.text, found.language, found.authors)
    if as_json:
        told = {"title": found.title, "text": found.text, "place": found.place, "stored": found.stored}
        click.echo(json.dumps(told | asdict(assessment), default=str, ensure_ascii=False))
        return
    say_explained(found, assessment)


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"{text}: a day is written like 2026-11-22") from None


@main.command()
@click.option(
    "--day",
    metavar="DAY",
    callback=_day,
    help="The day (UTC) of the runs, like 2026-11-22; the latest where left out.",
)
@click.option("--text", "as_text", is_flag=True, help="Print the text for e-mail instead.")
@_data
@_json
def brief(day: date | None, as_text: bool, data: Path, as_json: bool) -> None:
    """Write the brief of a day as one HTML file, and as text for e-mail beside it, and print where the page is.

    The brief of an earlier day stays as it was written; where its file is gone it is made from what was known by then.

    \b
    Examples:
      bilateral brief --day 2026-11-22
      bilateral brief --text | mail -s "US-China AI policy" desk@example.org
    """
    from flows.brief import days, gather, page_of
    from flows.output import json_of

    folder = Data(data)
    with errors_as_failures():
        wanted = day or days(folder.snapshot)[0]
        if as_json:
            click.echo(json_of(gather(folder.snapshot, wanted)))
            return
        page = page_of(folder.snapshot, folder.briefs, wanted)
        if as_text:
            click.echo(page.with_suffix(".txt").read_text(encoding="utf-8"))
        else:
            OUT.print(Text(str(page)), soft_wrap=True)


@main.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where it listens; any that is free if left out."
)
@click.option("--browser/--no-browser", default=True, help="Open it in the browser, or only print the address.")
@_data
@_json
def explore(port: int, browser: bool, data: Path, as_json: bool) -> None:
    """Explore the published snapshot in the browser: articles, stories, trends, sources, free SQL. Ctrl-C ends it.

    It answers on this machine only, needs no internet, and cannot change anything. The address has a key: who has it
    can read.

    \b
    Example:
      bilateral explore
    """
    from flows.explorer.server import serve

    def opened(address: str) -> None:
        click.echo(json.dumps({"url": address}) if as_json else address)
        sys.stdout.flush()
        if browser and sys.stdout.isatty():
            click.launch(address)

    with errors_as_failures():
        query(Data(data).snapshot, "select 1")
        try:
            serve(data, port, opened)
        except OSError as error:
            raise Failure(f"port {port}: {error.strerror}") from None


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

    with errors_as_failures():
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
    """End at once: nothing is searched for objects that only hold each other, which after a load takes 0.15 s.

    And silently: DuckDB 2.0.0's binding reports leaks of its own on standard error when the interpreter ends.
    """
    gc.freeze()
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    main()
