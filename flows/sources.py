"""One source at a time: write a new one from its home page, and try one live."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from keyword import iskeyword
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args
from urllib.parse import urlsplit

from lxml import etree

from flows import stages
from flows.errors import NotAdded, UnknownSource
from flows.spool import Data, new_run_id
from spiders import scaffold
from spiders.article import Article, Extraction
from spiders.base import Kind, SourceSpider
from spiders.bounded import extract_all
from spiders.crawl import Plan, load_sources
from spiders.outcomes import Outcome
from spiders.records import Record, read
from spiders.urls import BadUrl, absolute, url_key
from warehouse.store import exclusive

ROOT = Path(__file__).parent.parent
ARTICLES = 3
"""Articles of a source that are tried."""
MIN_WORDS = 50
"""Words below which a page's text is a menu or a notice, not an article."""
SECONDS = 300.0
"""Wall time of one crawl; sources that want ten seconds between requests need one minute."""
FIELDS = ("fetched", "title", "date", "text", "language", "canonical")


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was written."""

    source_id: str
    module: Path
    folder: Path
    announced_by: str
    base: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one field of one article. `good` is None where there is nothing to judge."""

    good: bool | None
    found: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One article: its address and a verdict per field."""

    url: str
    fields: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True)
class Check:
    """How a source does today. `problems` are reasons why nothing could be judged, or not all of it."""

    source_id: str
    articles: Sequence[Tried]
    problems: Sequence[str]

    @property
    def failing(self) -> list[str]:
        """Fields that fail for most of the articles for which they can be judged."""
        verdicts = {name: [article.fields[name].good for article in self.articles] for name in FIELDS}
        return [
            name for name in FIELDS if 2 * verdicts[name].count(False) > len(self.articles) - verdicts[name].count(None)
        ]

    @property
    def ok(self) -> bool:
        """Whether articles came and no field fails for most."""
        return bool(self.articles) and not self.failing


def new(
    source_id: str,
    url: str,
    *,
    kind: str = "media",
    country: str = "",
    contact: str = "",
    into: Path = ROOT,
    settings: Mapping[str, Any] | None = None,
) -> Added:
    """Find what announces a site's articles, and write a spider and its fixtures.

    Args:
        source_id: the new source's id.
        url: its home page, or a feed or news sitemap of it.
        kind: what it is, as in `spiders.base.Kind`.
        country: its ISO 3166 code; CN for hosts that end so and US for others where empty.
        contact: where the site's owner can reach us.
        into: the checkout to write into.
        settings: Scrapy's, in place of ours.

    Raises:
        NotAdded: a bad or known id, or nothing found that a source could be made of.
    """
    module, folder = into / "spiders" / "sources" / f"{source_id}.py", into / "tests" / "sources" / source_id
    url = _checked(source_id, url, kind, country, module, folder)
    probe = Plan("", "", "", "", "", [scaffold.Probe.name], ["spiders.scaffold"], contact=contact)
    records, notes = _crawl(replace(probe, settings={**(settings or {}), "PROBE_URL": url}))
    tried = [record for record in records if record.known.get("role") == "article"]
    extractions = [extraction for _, extraction in _extracted(tried)]
    if not tried:
        raise NotAdded(f"{url}: no feed, news sitemap or list of recent articles; {_asked(records, notes)}")
    feed_url = str(tried[0].known["feed_url"])
    announcing = next(record for record in reversed(records) if record.url == feed_url and record.status == 200)
    home = next(record for record in records if record.known.get("role") == "discovery" and record.status == 200)
    now = announcing.fetched_at or datetime.now(UTC)
    discovery = scaffold.announces(announcing.body, feed_url, home.url, now) or scaffold.lists(home.body, home.url)
    page = next((record for record, result in zip(tried, extractions, strict=True) if result.article), None)
    if discovery is None or page is None:
        raise NotAdded(f"{feed_url} announces articles, but none could be read; {_asked(tried, notes)}")
    for address in (discovery.homepage, discovery.url):
        parts = urlsplit(address)
        if parts.scheme != "https" or parts.port:
            raise NotAdded(f"{address}: sources are read over https on its usual port; this one is not")
    # The address that was asked for, before any redirect.
    asked = next(record.url for record in tried if record.known["url"] == page.known["url"])
    title, language = scaffold.describe(discovery, home.body)
    read_as = next(result.article.language for result in extractions if result.article)
    text = scaffold.source_file(
        source_id,
        discovery,
        title=title or urlsplit(discovery.homepage).hostname or source_id,
        kind=kind,
        country=country or ("CN" if (urlsplit(discovery.homepage).hostname or "").endswith(".cn") else "US"),
        language=language or read_as or "en",
        day=f"{now:%Y-%m-%d}",
    )
    scaffold.write(module, text, folder, scaffold.fixtures(discovery, (asked, page.body), now))
    return Added(source_id, module, folder, discovery.url, discovery.base.__name__)


def _checked(source_id: str, url: str, kind: str, country: str, module: Path, folder: Path) -> str:
    """The address, made whole.

    Raises:
        NotAdded: something that was asked for cannot be.
    """
    try:
        address = absolute(url if "://" in url else f"https://{url}")
    except BadUrl as error:
        raise NotAdded(f"not the address of a web page: {error}") from None
    faults = {
        f"{source_id!r} cannot be an id: small letters, digits and single underscores, a letter first, 40 at most": (
            not scaffold.is_id(source_id) or iskeyword(source_id)
        ),
        f"kind {kind!r} is none of {', '.join(get_args(Kind))}": kind not in get_args(Kind),
        f"country {country!r} is not two capital letters": bool(country and not re.fullmatch(r"[A-Z]{2}", country)),
        f"{module.parent} or {folder.parent} is missing: sources are added in a checkout": not (
            module.parent.is_dir() and folder.parent.is_dir()
        ),
        f"{module} exists": module.exists(),
        f"{folder} exists": folder.exists(),
    }
    for fault, found in faults.items():
        if found:
            raise NotAdded(fault)
    return address


def _asked(records: Iterable[Record], notes: Iterable[Mapping[str, Any]]) -> str:
    """What was asked for and how it ended, in one line."""
    ends = {record.url: f"HTTP {record.status}" for record in records if record.known.get("role") != "robots"}
    ends |= {str(note["url"]): f"{note['outcome']} {note.get('error') or ''}".strip()[:200] for note in notes}
    shown = [f"{url} {end}" for url, end in ends.items()]
    return "asked for " + (", ".join(shown[:6]) or "nothing") + (" …" if len(shown) > 6 else "")


def check(
    source_id: str,
    *,
    spider_modules: Sequence[str] = ("spiders.sources",),
    contact: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Check:
    """Fetch a few articles of a source into a temporary archive, and judge each of their fields.

    Raises:
        UnknownSource: no spider has this id.
    """
    spiders = load_sources(list(spider_modules))
    if source_id not in spiders:
        raise UnknownSource(f"no source {source_id}; `bilateral sources` lists them")
    spider = spiders[source_id]
    if not spider.ready():
        return Check(source_id, [], [f"no key in {spider.api_key}"])
    plan = Plan("", "", "", "", "", [source_id], list(spider_modules), contact=contact, max_pages=ARTICLES)
    records, notes = _crawl(replace(plan, settings=dict(settings or {})))
    discovery = {record.url: record for record in records if record.known.get("role") == "discovery"}
    problems = [f"{url} HTTP {record.status}" for url, record in discovery.items() if record.status >= 400]
    problems += [
        f"{note['url']} {note['outcome']} {note.get('error') or ''}".strip()
        for note in notes
        if note["role"] == "discovery" and note["outcome"] != Outcome.DISCOVERY  # read, with more than is tried here
    ]
    # Redirects and retries: the last answer about an article counts.
    latest = {str(record.known["url"]): record for record in records if record.known.get("role") == "article"}
    results = _extracted(_without_title(record) for record in latest.values())
    articles = [_judged(latest[str(record.known["url"])], result, spider) for record, result in results]
    articles += [
        Tried(str(note["link"]), _fields(Verdict(False, f"{note['outcome']}: {note.get('error') or ''}")))
        for note in notes
        if note["role"] == "article" and note["link"] not in latest
    ]
    if not articles and not problems:
        problems = ["its discovery documents can be read, but name no recent article that it wants"]
    return Check(source_id, _without_repetition(articles, [result.article for _, result in results]), problems)


def _crawl(plan: Plan) -> tuple[list[Record], list[dict[str, Any]]]:
    """Run a plan in a folder that does not outlive it.

    Returns:
        What was archived, in order, and the outcomes that are not in the archive.
    """
    with TemporaryDirectory(prefix="bilateral-") as folder:
        data = Data(Path(folder))
        run_id = new_run_id(datetime.now(UTC))
        spool = data.spool(run_id)
        plan = replace(
            plan,
            run_id=run_id,
            archive=str(data.archive_of(run_id)),
            report=str(spool.crawl_report),
            rows=str(spool.crawl_rows),
            snapshot=str(data.snapshot),
        )
        with exclusive(data.root, f"trial {run_id}") as lock:
            stages.fetch(plan, spool, lock, SECONDS)
        records = [
            item for name, path in data.warc_files().items() for item in read(path, name) if isinstance(item, Record)
        ]
        return records, list(stages.crawl_notes(spool.crawl_rows))


def _extracted(records: Iterable[Record]) -> list[tuple[Record, Extraction]]:
    """Extract in the order of the archive."""
    return sorted(extract_all(records, workers=1), key=lambda pair: pair[0].position.warc_offset)


def _fields(fetched: Verdict, **others: Verdict) -> dict[str, Verdict]:
    return {name: Verdict(None, "") for name in FIELDS} | {"fetched": fetched} | others


def _judged(record: Record, result: Extraction, spider: type[SourceSpider]) -> Tried:
    """Verdicts on one archived article."""
    url = str(record.known["url"])
    article = result.article
    if record.status != 200:
        return Tried(url, _fields(Verdict(False, f"{result.outcome}: {result.error}")))
    fetched = Verdict(True, f"HTTP {record.status}, {len(record.body)} bytes")
    if article is None:
        return Tried(url, _fields(fetched, text=Verdict(False, f"{result.outcome}: {result.error}")))
    long_enough = article.headline_only or article.paywalled or article.word_count >= MIN_WORDS
    at = f"{article.published_at:%Y-%m-%d %H:%M} UTC" if article.published_at else "none"
    fields = {
        "title": Verdict(bool(article.title), article.title or f"none; announced as {record.known.get('title', '')!r}"),
        "date": Verdict(article.published_at is not None, f"{at}, from {article.published_source or 'nowhere'}"),
        "text": Verdict(
            long_enough,
            f"{article.word_count} words" + (", a teaser" if article.paywalled else ""),
        ),
        # A headline's language cannot be told from so few words.
        "language": Verdict(
            None if article.headline_only else article.language == spider.language,
            f"{article.language or 'none'}" + (f", not {spider.language}" * (article.language != spider.language)),
        ),
        "canonical": _canonical(record, article),
    }
    return Tried(url, _fields(fetched, **fields))


def _without_title(record: Record) -> Record:
    """As if its title had not been announced: one that only the feed knows means that the page's layout changed.

    Where no page of its own was fetched, the announced title is all there is.
    """
    if record.known.get("fetch_url") or record.known.get("headline_only"):
        return record
    return replace(record, known={name: value for name, value in record.known.items() if name != "title"})


def _canonical(record: Record, article: Article) -> Verdict:
    """Whether the page, where it names its address, means the one that the article is stored under."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True)
    canonical = ""
    with suppress(etree.XMLSyntaxError, ValueError, BadUrl):
        links = etree.fromstring(record.body, parser).iter("link")
        named = [link.get("href") or "" for link in links if "canonical" in (link.get("rel") or "").lower().split()]
        canonical = absolute(named[0], record.url) if named else ""
    if not canonical or record.known.get("fetch_url"):
        return Verdict(None, "none")
    agrees = url_key(canonical) == article.url_key
    return Verdict(agrees, "agrees" if agrees else f"is {canonical}")


def _without_repetition(articles: Sequence[Tried], extracted: Sequence[Article | None]) -> list[Tried]:
    """Fail titles and texts that several pages share: what was read is the site's, not the article's."""
    titles = Counter(article.fields["title"].found for article in articles if article.fields["title"].good)
    texts = Counter(article.text for article in extracted if article)
    same = {article.url for article in extracted if article and texts[article.text] > 1}
    judged: list[Tried] = []
    for article in articles:
        fields = dict(article.fields)
        if titles[fields["title"].found] > 1:
            fields["title"] = Verdict(False, f"{fields['title'].found!r} on several pages")
        if article.url in same:
            fields["text"] = Verdict(False, f"{fields['text'].found}, the same on several pages")
        judged.append(replace(article, fields=fields))
    return judged


def lines(result: Check) -> Iterator[tuple[bool | None, str]]:
    """The result to print: each line with what it says, good, bad or neither."""
    for article in result.articles:
        yield None, article.url
        for name, verdict in article.fields.items():
            if verdict.found:
                yield verdict.good, f"{name:<10} {verdict.found}"
    for problem in result.problems:
        yield False, problem
    if result.ok:
        yield True, f"{result.source_id}: ok, {len(result.articles)} articles"
    elif result.failing:
        yield (
            False,
            f"{result.source_id}: {', '.join(result.failing)} failing for most of {len(result.articles)} articles",
        )
    else:
        yield False, f"{result.source_id}: nothing could be fetched"
