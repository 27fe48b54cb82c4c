"""The daily run: discover → fetch → archive → extract → deduplicate → tag → store → publish → brief."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from flows import stages
from flows.brief import write_due
from flows.errors import ClockWrong, UnknownSource
from flows.journal import Journal
from flows.report import Report, SourceCounts
from flows.runs import RunFailed, Step, begin, plainly, process, recover
from flows.seeds import tagger_with
from flows.settings import load
from flows.spool import Data, Spool, new_run_id, read_json, read_lines, write_json
from spiders.base import Source
from spiders.crawl import Plan, load_sources
from spiders.outcomes import SUCCESSES
from warehouse.snapshot import last_success
from warehouse.store import Store, exclusive, publish

EARLY = 0.9
"""Share of its cadence after which a source is due: a daily run that starts a little early must not skip it."""

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""No run was before; a clock that says so has lost its time."""

_CONCERNS = """
select
    source_id || ' is ' || case health
        when 'changed layout' then 'giving pages without text or date: its layout may have changed'
        when 'no articles' then 'giving no articles: none of the latest addresses that it announced could be read'
        else format(
            '{}: newest article {}, usually one within {:.0f} h',
            health, coalesce(strftime(newest_article, '%Y-%m-%d'), 'none yet'), expected_hours::double
        )
    end as concern
from source_health
where health in ('late', 'silent', 'changed layout', 'no articles')
"""

_LATER = """
select run_id, strftime(started_at, '%Y-%m-%d %H:%M UTC') as began
from runs
where started_at > ? and kind != 'demo'  -- whose days are simulated, and come again
order by started_at desc
limit 1
"""


@dataclass(frozen=True, slots=True)
class Request:
    """What an ingestion is asked to do. The defaults are the daily run; the demo sets the rest.

    `clock` stands for now, and time goes on from it; `proxy` answers for every host; `guard_allow` lists
    addresses that may be connected to although they are not public; `settings` are Scrapy's.
    """

    data: Path
    sources: Sequence[str] = ()
    kind: str = "ingest"
    spider_modules: Sequence[str] = ("spiders.sources",)
    clock: datetime | None = None
    proxy: str = ""
    guard_allow: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    crawl_seconds: float = stages.CRAWL_SECONDS


def ingest(request: Request, step: Step = plainly) -> Report:
    """Run every stage once, after finishing what a killed run left.

    Raises:
        Locked: another run is using the data folder.
        UnknownSource: a source that no spider has.
        MixedData: demo into real data, or the other way round.
        BadSettings: a setting cannot be used.
        ClockWrong: the clock says a time before there was this program.
        RunFailed: no source could be reached, or the crawl broke off; what it tried is in the report.
    """
    data = Data(request.data.absolute())  # the crawl child has a working directory of its own
    offset = (request.clock - datetime.now(UTC)).total_seconds() if request.clock else 0.0
    started_at = _now(offset)
    if started_at < EARLIEST:
        raise ClockWrong(f"the clock says {started_at:%Y-%m-%d %H:%M} UTC, which cannot be: set it, and run again")
    settings = load(data.root)
    run_id = new_run_id(started_at)
    spiders = load_sources(list(request.spider_modules))
    sources = [spider.source() for spider in spiders.values()]
    if unknown := sorted(set(request.sources) - set(spiders)):
        raise UnknownSource(f"no source {', '.join(unknown)}; `bilateral sources` lists them")
    with exclusive(data.root, f"{request.kind} {run_id}") as lock:
        tagger = tagger_with(data.seeds)
        spool = data.spool(run_id)
        journal = Journal(step, spool.journal, run_id)
        begin(data, spool, run_id, request.kind, started_at, tagger)
        recovered, damaged_before = recover(data, sources, tagger, journal)
        journal("stories", stages.settle, data, spool)
        publish(data.master, data.snapshot)
        ready = [spider.source() for spider in spiders.values() if spider.ready()]
        due = list(request.sources) or _due(ready, last_success(data.snapshot, started_at), started_at)
        plan = Plan(
            run_id,
            archive=str(data.archive_of(run_id)),
            report=str(spool.crawl_report),
            rows=str(spool.crawl_rows),
            snapshot=str(data.snapshot),
            sources=due,
            spider_modules=list(request.spider_modules),
            clock_offset=offset,
            contact=settings.contact,
            proxy=request.proxy,
            guard_allow=list(request.guard_allow),
            settings=dict(request.settings),
        )
        crawl, broke_off = journal("fetch", stages.fetch, plan, spool, lock, request.crawl_seconds) if due else ({}, "")
        counts, damages = process(data, run_id, spool, sources, tagger, journal)
        journal("stories", stages.settle, data, spool)
        problems = _problems(spool, due)
        errors = [f"{source_id}: {problem}" for source_id, problem in problems.items()]
        out_of_reach = bool(due) and len(problems) == len(due)
        if broke_off:
            errors.insert(0, broke_off)
        status = "failed" if out_of_reach or broke_off else "ok"
        links = {name: source["counts"].get("links", 0) for name, source in crawl.items()}
        ended = {"finished_at": _now(offset), "status": status, "links": sum(links.values()), "errors": errors}
        ended["stages"] = journal.stages
        write_json(spool.run, read_json(spool.run) | ended)
        with Store(data.master) as warehouse:
            warehouse.finish_run(run_id, **ended)
            outcomes = warehouse.outcomes(run_id)
            concerns = [row["concern"] for row in warehouse.rows(_CONCERNS)]
            concerns += [
                f"the clock: {row['run_id']} began on {row['began']}, which is after this run"
                for row in warehouse.rows(_LATER, [started_at])
            ]
        journal("publish", publish, data.master, data.snapshot)
        brief = journal("brief", write_due, data.snapshot, data.briefs, started_at.date())
        report = Report(
            run_id,
            request.kind,
            status,
            started_at,
            finished_at=_now(offset),
            sources=_source_counts(due, counts, links, problems),
            errors=[*damaged_before, *damages, *errors],
            outcomes=outcomes,
            recovered=recovered,
            concerns=concerns,
            snapshot=str(data.snapshot),
            brief=str(brief),
        )
        journal.note("end", status=status, outcomes=outcomes, errors=report.errors, concerns=concerns)
    if broke_off:
        raise RunFailed(report, broke_off)
    if out_of_reach:
        raise RunFailed(report, f"no source could be reached ({len(due)} tried){_outage(problems.values())}")
    return report


def _outage(problems: Iterable[str]) -> str:
    """What all these failures have in common, where one thing explains them."""
    if all("CannotResolveHost" in problem for problem in problems):
        return ": no name can be resolved; the network or its name server (DNS) is down"
    if proxies := sorted({urlsplit(proxy).netloc.rpartition("@")[2] for proxy in getproxies().values()} - {""}):
        return f" through the proxy {', '.join(proxies)}; the list above says why each failed"
    return "; the list above says why each failed"


def _now(offset: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=offset)


def _due(sources: Iterable[Source], read_at: Mapping[str, datetime], now: datetime) -> list[str]:
    """Sources whose cadence has passed since they were last read."""
    never = datetime.fromtimestamp(0, UTC)
    return [
        source.source_id
        for source in sources
        if now - read_at.get(source.source_id, never) >= EARLY * timedelta(hours=source.cadence_hours)
    ]


def _problems(spool: Spool, due: Sequence[str]) -> dict[str, str]:
    """Of each source that gave no readable discovery document what was tried, and how each try ended."""
    rows = [row for row in read_lines(spool.fetches) if row["role"] == "discovery"]
    problems: dict[str, str] = {}
    for source_id in due:
        discovery = [row for row in rows if row["source_id"] == source_id]
        if not any(row["outcome"] in SUCCESSES for row in discovery):
            why = {row["url"]: f" ({row['error']})" if row["error"] else "" for row in discovery}
            tried = [f"{row['url']} {row['outcome']}{why[row['url']]}" for row in discovery]
            problems[source_id] = "; ".join(tried) or "not tried"
    return problems


def _source_counts(
    due: Sequence[str],
    counts: Iterable[Mapping[str, Any]],
    links: Mapping[str, int],
    problems: Mapping[str, str],
) -> list[SourceCounts]:
    by_source = {row["source_id"]: row for row in counts}
    return [
        SourceCounts.of(
            source_id,
            {**by_source.get(source_id, {}), "links": links.get(source_id, 0)},
            problems.get(source_id, ""),
        )
        for source_id in sorted({*due, *by_source})
    ]
