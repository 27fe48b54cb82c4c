"""What commands tell people: reports, alerts, differences and explanations, on a terminal."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.differences import KINDS, excerpts
from flows.spool import Data
from flows.terminal import printable

if TYPE_CHECKING:
    from flows.alerts import Told
    from flows.differences import Differences
    from flows.explain import Found
    from flows.relevance import Assessment
    from flows.report import Report
    from flows.retag import Report as RetagReport
    from flows.tagging import Evidence

MAX_ROWS = 120
"""Sources in a report's table; a bulk load can touch thousands of hosts."""
SIGNALS = 12
"""That speak most for or against an article, and are shown."""
LINE = 80
"""Columns of a line that shows what changed."""
COLOURS: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
"""No colour, no bold: https://no-color.org; none either where the output is no terminal."""
OUT = Console(highlight=False, color_system=COLOURS)
NOTES = Console(stderr=True, highlight=False, color_system=COLOURS)


def say_report(report: "Report", *, as_json: bool) -> "Report":
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


def say_told(told: "Told", console: Console, sent: str = "alert sent") -> None:
    """Print alerts: those sent (called so), those that wait, those that are over, and where none could be sent to."""
    for heading, alerts in ((sent, told.sent), ("alert waits", told.waiting), ("cleared", told.cleared)):
        for alert in alerts:
            console.print(Text(printable(f"{heading}  {alert}")), soft_wrap=True)
    for address in told.failed:
        console.print(
            Text(printable(f"! no alert could be sent to {address}; the next check tries again")), soft_wrap=True
        )


def say_retagged(report: "RetagReport") -> None:
    """Print what judging again changed."""
    OUT.print(Text(f"retag {report.run_id}: {report.status}, {report.summary()}", style="bold"))
    if report.others:
        OUT.print(f"{report.others:,} were judged by it already")
    _counted(
        "decision",
        {"relevant": "→ relevant", "review": "→ review", "off_topic": "→ off topic"},
        [
            {"decision": before}
            | {row["decision"]: row["articles"] for row in report.decisions if row["former_decision"] == before}
            for before in ("relevant", "review", "off_topic")
            if any(row["former_decision"] == before for row in report.decisions)
        ],
    )
    _counted("topic", {"gained": "gained", "lost": "lost"}, report.topics)
    _counted(
        "seed term",
        {"weight": "weight", "articles": "relevant articles", "seed": "seed"},
        [asdict(term) | {"seed term": term.term, "seed": term.seed_id + term.own * " (own)"} for term in report.terms],
    )
    if report.examples:
        OUT.print(Text("\ndecisions that changed most", style="bold"))
    for row in report.examples:
        change = f"{row['former_decision']} {row['former_relevance']:.2f} → {row['decision']} {row['relevance']:.2f}"
        OUT.print(Text(f"{change:<35} {printable(row['title'])}"), no_wrap=True, overflow="ellipsis")
    for error in report.errors:
        OUT.print(Text("! " + printable(error), style="red"), soft_wrap=True)


def _counted(first: str, columns: dict[str, str], rows: Iterable[dict[str, Any]]) -> None:
    """A table of figures, after an empty line; nothing where there are none."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(first)
    for heading in columns.values():
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(Text(printable(row[first])), *(Text(str(row.get(name, 0))) for name in columns))
    if table.row_count:
        OUT.print()
        OUT.print(table)


def say_differences(found: "Differences", data: Path) -> None:
    """Print what extracting again changes."""
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
    half = (LINE - len("     → ")) // 2
    before, after = (_fitted(side, half) for side in excerpts(printable(old), printable(new), half))
    return Text("    ") + before + Text(" → ") + after


def _fitted(line: str, columns: int = LINE) -> Text:
    """A line for a terminal, cut where it is too long; a Chinese character takes two columns."""
    text = Text(printable(line))
    text.truncate(columns, overflow="ellipsis")
    return text


def say_explained(found: "Found", assessment: "Assessment") -> None:
    """Print why an article is judged as it is, its evidence highlighted."""
    OUT.print(Text(printable(found.title) or "(no title)", style="bold"))
    published = f", {found.stored['published_at']:%Y-%m-%d}" if found.stored.get("published_at") else ""
    source = f"{found.stored['source']}{published}  " if found.stored else ""
    OUT.print(Text(printable(f"{source}{found.place}"), style="dim"), soft_wrap=True)
    verdict = f"{assessment.decision}, relevance {assessment.relevance:.2f}"
    OUT.print(Text(f"\n{verdict}", style="bold") + Text(f"   (tagger {assessment.tagger_version})"))
    for line in _told_otherwise(found.stored, assessment):
        OUT.print(Text(printable(line), style="yellow"))
    signals = assessment.signals
    points = {name: signals[f"{name}_points"] for name in signals if signals.get(f"{name}_points")}
    OUT.print(Text("\nwhat speaks for it (+) and against it (-), in log-odds", style="bold"))
    heaviest = sorted(points, key=lambda name: -abs(points[name]))
    for name in heaviest[:SIGNALS]:
        bar = Text("█" * min(30, round(4 * abs(points[name]))), style="green" if points[name] >= 0 else "red")
        OUT.print(Text(f"  {name:<28} {points[name]:+6.2f}  of a signal of {signals[name]:.2f}  ") + bar)
    if rest := heaviest[SIGNALS:]:
        OUT.print(f"  {f'{len(rest)} others together':<28} {sum(points[name] for name in rest):+6.2f}")
    for tag in sorted(assessment.tags, key=lambda tag: (tag.kind == "facet", tag.kind, -tag.score, tag.tag)):
        OUT.print(Text(f"\n{tag.kind} {tag.tag}", style="bold") + Text(f"  {tag.score:.2f}"))
        reasons = [row for row in assessment.evidence if (row.kind, row.tag) == (tag.kind, tag.tag)]
        if tag.kind == "frame":
            speakers = Counter(row.speaker or "the article itself" for row in reasons).most_common()
            by = ", ".join(f"{printable(speaker)} {count}" for speaker, count in speakers)
            OUT.print(_indented(Text(f"by {by}"), 2))
        for evidence in reasons:
            _show_evidence(evidence, found.text)
    for number, match in enumerate(assessment.seed_matches):
        line = f"{match.seed_id}  similarity {match.similarity:.2f}, {match.containment:.0%} of its passages in it"
        OUT.print(("" if number else "\n") + "seed " + line, soft_wrap=True)


def _told_otherwise(stored: dict[str, Any], assessment: "Assessment") -> Iterator[str]:
    """What the warehouse says of an article, where that is not what the tagger says now."""
    if stored and stored["label"]:
        note = f": {stored['note']}" if stored["note"] else ""
        yield f"labelled {stored['label']} by {stored['labelled_by']}{note}"
    if stored and stored["tagger_version"] != assessment.tagger_version:
        yield (
            f"stored as {stored['decision']}, {stored['relevance']:.2f}, by tagger {stored['tagger_version']}; "
            "`bilateral retag` judges again"
        )


def _show_evidence(evidence: "Evidence", text: str) -> None:
    """The sentence, with the phrase in it highlighted; and where it is, by which rule, and who speaks."""
    if evidence.start_char is None or evidence.end_char is None:
        place, phrase = "title", None
    else:
        place, phrase = f"{evidence.start_char}-{evidence.end_char}", text[evidence.start_char : evidence.end_char]
    sentence = Text(printable(evidence.sentence))
    if phrase:
        begin = _begin_of(evidence, text)
        sentence.stylize("bold reverse", begin, begin + len(phrase))
    about = f"{place} {evidence.rule_id}" + (f" “{printable(phrase)}”" if phrase else "")
    OUT.print(_indented(Text(about, style="cyan"), 2))
    if evidence.speaker:
        OUT.print(_indented(Text(f"{printable(evidence.speaker)} says:", style="cyan"), 2))
    OUT.print(_indented(sentence, 4))


def _begin_of(evidence: "Evidence", text: str) -> int:
    """Where in the sentence the phrase begins: the sentence may hold it more than once."""
    start = evidence.start_char or 0
    at = text.rfind(evidence.sentence, 0, start + len(evidence.sentence))
    return start - at if at <= start else 0


def _indented(text: Text, by: int) -> Padding:
    return Padding(text, (0, 0, 0, by), expand=False)
