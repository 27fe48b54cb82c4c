"""Feeds and sitemaps are read as the libraries everybody uses read them, on real ones, against committed floors.

What is normalised before links are compared: relative ones are resolved, as `parse_feed` does; what is no http
address is left out; each address is kept once. feedparser's dates have no fractions of seconds.
"""

import calendar
import gzip
import json
import multiprocessing
import re
import resource
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest

from spiders import feeds
from spiders.dates import UNKNOWN, Moment
from spiders.discovery import (
    MAX_ENTRIES,
    Link,
    NotADiscovery,
    parse_feed,
    parse_news_sitemap,
    parse_sitemap_index,
    plain,
)
from spiders.urls import BadUrl, absolute

URL = "https://example.com/feeds/all.xml"
FLOORS = json.loads((Path(__file__).parent / "eval" / "feeds_floors.json").read_text(encoding="utf-8"))
_OPENING = re.compile(rb"<((?:[\w-]+:)?)(item|entry)((?:\s[^<>]*)?)(?<!/)>", re.IGNORECASE)


def feed(items: str, head: str = "") -> bytes:
    return f"{head}<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{items}</channel></rss>".encode()


def item(inner: str = "", link: str = "https://example.com/1") -> str:
    return f"<item><title>t</title><link>{link}</link>{inner}</item>"


def at(*when: int) -> Moment:
    return Moment(datetime(*when, tzinfo=UTC), "instant")  # type: ignore[arg-type,misc]


def one(body: bytes, zone: str = "UTC") -> Link:
    (link,) = parse_feed(body, URL, zone)
    return link


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json")


def linked(body: bytes) -> bytes:
    """The same feed with a link in every entry, ahead of its own: without one, nothing would be compared."""
    numbers = iter(range(10_000))
    return _OPENING.sub(
        lambda found: found[0] + b"<%slink href='http://added.example/%d'/>" % (found[1], next(numbers)), body
    )


def resolved(links: list[str | None]) -> list[str]:
    found = []
    for link in links:
        try:
            found.append(absolute(link or "", URL))
        except BadUrl:
            continue
    return list(dict.fromkeys(found))


def by_feedparser(body: bytes) -> tuple[list[str], dict[str, datetime]]:
    """Links in order, and the date of each that has one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        entries = feedparser.parse(BytesIO(body), response_headers={"content-location": URL}).entries
        links = [entry.get("link") for entry in entries]
        when: dict[str, datetime] = {}
        for entry in entries:
            stamp = entry.get("published_parsed") or entry.get("updated_parsed")
            for link in resolved([entry.get("link")]):
                if stamp and link not in when:
                    when[link] = datetime.fromtimestamp(calendar.timegm(stamp), UTC)
    return resolved(links), when


def by_us(body: bytes) -> list[Link]:
    try:
        return parse_feed(body, URL)
    except NotADiscovery:
        return []


# Against feedparser and gofeed -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["as_served", "with_links_added"])
def test_links_and_dates_are_those_of_feedparser(realdata: Path, kind: str) -> None:
    compared, other_links, dated, other_dates = 0, [], 0, []
    for path in files(realdata / "feeds" / "feedparser"):
        body = path.read_bytes()
        if kind == "with_links_added":
            body = linked(body)
        links, when = by_feedparser(body)
        if not links:
            continue
        ours = by_us(body)
        compared += 1
        if [link.url for link in ours] != links:
            other_links.append((path.name, [link.url for link in ours], links))
        found = {link.url: link.published.at for link in ours}
        for url, moment in when.items():
            dated += 1
            if (at := found.get(url)) is None or at.replace(microsecond=0) != moment:
                other_dates.append((path.name, url, at, moment))
    floors = FLOORS["feedparser"][kind]
    assert compared >= floors["files"]
    assert dated >= floors["dates"]
    assert 1 - len(other_links) / compared >= floors["links_equal"], other_links
    assert 1 - len(other_dates) / dated >= floors["dates_equal"], other_dates


def expected_of_gofeed(path: Path) -> list[dict[str, Any]]:
    document = json.loads(path.with_suffix(".json").read_text(encoding="utf-8-sig"))
    return document.get("items") or document.get("entries") or []


def gofeed_link(entry: dict[str, Any]) -> str:
    """The article's address: as gofeed chose it, or of its parser's links the last to a page, as feedparser does."""
    if "link" in entry:
        return str(entry["link"])
    pages = [
        link["href"]
        for link in entry.get("links", [])
        if isinstance(link, dict)
        and link.get("href")
        and link.get("rel", "alternate") == "alternate"
        and link.get("type", "text/html") in {"text/html", "application/xhtml+xml"}
    ]
    return pages[-1] if pages else ""


def test_links_titles_and_dates_are_those_of_gofeed(realdata: Path) -> None:
    """Its texts are markup, ours are plain; a name in JSON that ends in "Parsed" holds an instant."""
    compared, different = 0, []
    for path in files(realdata / "feeds" / "gofeed"):
        if not path.with_suffix(".json").exists():
            by_us(path.read_bytes())
            continue
        entries = expected_of_gofeed(path)
        ours = by_us(linked(path.read_bytes()))
        for number, entry in enumerate(entries):
            link = ours[number] if number < len(ours) else Link("")
            address = gofeed_link(entry)
            stamp = next(
                (entry[name] for name in ("publishedParsed", "pubDateParsed", "updatedParsed") if name in entry), None
            )
            pairs: list[tuple[object, object]] = []
            if address:
                pairs.append((link.url, "".join(resolved([address]))))
            if "title" in entry:
                pairs.append((link.title, plain(entry["title"])))
            if stamp:
                pairs.append((link.published.at, datetime.fromisoformat(stamp)))
            for mine, theirs in pairs:
                compared += 1
                if mine != theirs:
                    different.append((path.name, mine, theirs))
    assert compared >= FLOORS["gofeed"]["compared"]
    assert 1 - len(different) / compared >= FLOORS["gofeed"]["equal"], different


def cost(bodies: list[bytes]) -> tuple[float, int]:
    """Most processor seconds that one of them takes, and bytes by which a process of its own grows with all."""
    ours, theirs = multiprocessing.Pipe(duplex=False)

    def read() -> None:
        before, slowest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0
        for body in bodies:
            start = time.process_time()
            by_us(body)
            slowest = max(slowest, time.process_time() - start)
        theirs.send((slowest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024))

    process = multiprocessing.get_context("fork").Process(target=read)
    process.start()
    try:
        assert ours.poll(30), "no answer within half a minute"
        return ours.recv()  # type: ignore[no-any-return]
    finally:
        process.kill()
        process.join()


def test_no_feed_takes_long_or_much_memory(realdata: Path) -> None:
    paths = [*files(realdata / "feeds" / "feedparser"), *files(realdata / "feeds" / "gofeed")]
    seconds, growth = cost([path.read_bytes() for path in paths])
    assert seconds < 2
    assert growth < 200_000_000


def bombs() -> Iterator[tuple[str, bytes]]:
    laughs = "<!DOCTYPE a [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    yield "laughs in text", feed(item("<description>&l11;</description>"), laughs + "]>")
    yield "laughs in an attribute", f"{laughs}]><feed><entry><link href='&l11;'/></entry></feed>".encode()
    yield "laughs in no feed", f"{laughs}]><some><item>&l11;</item></some>".encode()
    quadratic = f"<!DOCTYPE a [<!ENTITY x '{'x' * 100_000}'>]>"
    yield "one long entity, often", feed(item(f"<description>{'&x;' * 10_000}</description>"), quadratic)
    yield "elements left open", feed("".join(f"<item><link>/{n}</link><description>a<br>b" for n in range(20_000)))
    yield "deep", feed("<item>" * 100_000)
    yield "deep description", feed(item("<description>" + "<p>" * 100_000 + "</description>"))
    yield "many", feed("".join(item(link=f"/{n}") for n in range(100_000)))
    yield "many, in no feed", b"&&<some>" + b"<item><link>http://a.com/1</link></item>" * 100_000
    yield "ampersands", feed(item("<description>" + "&" * 2_000_000 + "</description>"))
    yield "ampersands apart", feed(item("<description>" + "&a" * 1_000_000 + "</description>"))
    yield "open CDATA", feed("<item><link>/1</link>&" + "<![CDATA[" * 200_000)
    yield (
        "attributes",
        b"<rss><channel><item " + b" ".join(b"a%d='1'" % n for n in range(50_000)) + b"/></channel></rss>",
    )
    yield "a long byline", feed(item("<dc:creator>" + "a and " * 100_000 + "</dc:creator>"))
    yield "a long summary", feed(item("<description>" + "The post a " * 100_000 + "</description>"))
    yield "JSON", b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000


@pytest.mark.parametrize(("name", "body"), list(bombs()), ids=[name for name, _ in bombs()])
def test_bombs_are_harmless(name: str, body: bytes) -> None:
    seconds, growth = cost([body])
    assert seconds < 2, name
    assert growth < 200_000_000, name
    assert len(by_us(body)) <= MAX_ENTRIES


# Dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "zone", "expected"),
    [
        ("Fri, 02 Oct 2026 08:00:00 +0800", "UTC", at(2026, 10, 2)),
        ("2026-10-02T00:00:00Z", "Asia/Shanghai", at(2026, 10, 2)),
        ("Fri, 02 Oct 2026", "UTC", Moment(datetime(2026, 10, 2, tzinfo=UTC), "day")),
        ("2026年10月2日 21:15", "Asia/Shanghai", at(2026, 10, 2, 13, 15)),
        ("<![CDATA[2026-10-02 21:15:00]]>", "Asia/Shanghai", at(2026, 10, 2, 13, 15)),
        ("<![CDATA[2026年10月2日]]>", "Asia/Shanghai", Moment(datetime(2026, 10, 1, 16, tzinfo=UTC), "day")),
        ("Fri, 02 Oct 2026 21:15:00 UTC+08:00", "UTC", at(2026, 10, 2, 13, 15)),
        ("Fri, 02 Oct 2026 21:15:00 GMT-5", "UTC", at(2026, 10, 3, 2, 15)),
        ("2026-10-02 21:15:00 +8", "UTC", at(2026, 10, 2, 13, 15)),
        ("2003-13-45", "UTC", UNKNOWN),
    ],
)
def test_a_date_is_what_is_printed_in_the_zone_of_its_source(printed: str, zone: str, expected: Moment) -> None:
    body = feed(item(f"<pubDate>{printed}</pubDate>"))
    assert one(body, zone).published == expected
    text = body.decode()
    assert one(f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode("utf-16"), zone).published == expected


def test_dates_with_and_without_offset_in_one_feed_are_each_right() -> None:
    body = feed(
        item("<pubDate>2026-10-02 21:15:00</pubDate>", "/1")
        + item("<pubDate>Fri, 02 Oct 2026 21:15:00 GMT</pubDate>", "/2")
        + item("<pubDate>Fri, 02 Oct 2026 21:15:00</pubDate>", "/3")
    )
    hours = [link.published.at.hour for link in parse_feed(body, URL, "Asia/Shanghai") if link.published.at]
    assert hours == [13, 21, 13]


# Entries -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("What it counts. [&amp;#8230;] &lt;p&gt;The post &lt;a&gt;A Title&lt;/a&gt; appeared first on &lt;a&gt;B&lt;/a&gt;.", "What it counts. […]"),
        ("It ends. &lt;a&gt;Continue reading...&lt;/a&gt;", "It ends."),
        ("No full stop &lt;a&gt;Continue reading &lt;b&gt;A Title&lt;/b&gt; →&lt;/a&gt;", "No full stop"),
        ("It ends. Continue reading A Title", "It ends."),
        ("It ends. Read more", "It ends."),
        ("设备年代较早。 阅读全文", "设备年代较早。"),
        ("设备年代较早 [阅读全文]", "设备年代较早"),
        ("Officials should Continue reading the law.", "Officials should Continue reading the law."),
        ("They asked for more. Read more than a page.", "They asked for more. Read more than a page."),
    ],
)  # fmt: skip
def test_what_blogs_add_to_summaries_is_left_out(printed: str, kept: str) -> None:
    assert one(feed(item(f"<description>{printed}</description>"))).summary == kept


@pytest.mark.parametrize(
    ("printed", "authors"),
    [
        ("<dc:creator>Jane Doe</dc:creator>", ("Jane Doe",)),
        ("<dc:creator><![CDATA[By Jane Doe and 李四]]></dc:creator>", ("Jane Doe", "李四")),
        ("<dc:creator>Jane Doe</dc:creator><dc:creator>John Smith</dc:creator>", ("Jane Doe", "John Smith")),
        ("<author>jane@example.com (Jane Doe)</author>", ("Jane Doe",)),
        ("<author>jane@example.com</author>", ()),
        ("<author>https://example.com/jane</author>", ()),
        ("<author><name>Jane Doe</name><email>jane@example.com</email></author>", ("Jane Doe",)),
        ("<dc:creator>jane.doe</dc:creator>", ()),
        ("", ()),
    ],
)
def test_authors_are_people(printed: str, authors: tuple[str, ...]) -> None:
    assert one(feed(item(printed))).authors == authors


def test_authors_of_a_json_feed() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"url": "/1", "authors": [{"name": "Jane Doe"}, 5, {}]}, {"url": "/2", "author": {"name": "李四"}}],
    }
    assert [link.authors for link in parse_feed(json.dumps(document).encode(), URL)] == [("Jane Doe",), ("李四",)]


def test_a_bare_ampersand_costs_no_parameter() -> None:
    assert one(feed(item(link="/1?a=1&b=2&copy=3"))).url == "https://example.com/1?a=1&b=2&copy=3"
    cdata = feed(item("<description>a & b</description>", link="<![CDATA[/1?a=1&b=2]]>"))
    assert one(cdata).url == "https://example.com/1?a=1&b=2"


def test_entries_that_swallow_each_other_are_told_apart() -> None:
    body = b"<rss><channel>" + b"".join(
        b"<item><link>/%d</link><description>text %d <br> more</description></item>" % (n, n) for n in range(3)
    )
    links = parse_feed(body, URL)
    assert [link.url[-1] for link in links] == ["0", "1", "2"]
    assert all(f"text {n}" in link.summary and f"text {n + 1}" not in link.summary for n, link in enumerate(links))


def test_a_byte_order_mark_that_a_feed_does_not_keep_to_is_passed_over() -> None:
    body = b"\xef\xbb\xbf" + feed(item("<description>El Niño in España</description>")).decode().encode("cp1252")
    assert one(body).summary == "El Niño in España"


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "utf-8", ""])
def test_one_bad_byte_does_not_garble_a_feed(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    body = feed(item("<description>示例部门发布人工智能芯片出口规定</description>"), head)
    body = body.decode().encode(encoding or "utf-8").replace(b"</title>", b"\xff</title>")
    assert one(body).summary == "示例部门发布人工智能芯片出口规定"


def test_undeclared_gbk_is_recognised() -> None:
    assert (
        one(feed(item("<description>示例部门发布规定</description>")).decode().encode("gbk")).summary
        == "示例部门发布规定"
    )


@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "big5", "iso-8859-1"])
@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("双方代表在会谈中就芯片和算力问题交换了意见，商务部发言人作了说明。", "utf-8"),
        ("双方代表在会谈中就芯片和算力问题交换了意见，商务部发言人作了说明。", "gbk"),
        ("雙方代表在會談中就晶片和算力問題交換了意見，經濟部表示將協助廠商。", "big5"),
        ("経済産業省は企業への影響を調べていると明らかにした。", "shift_jis"),
        ("Les négociations se poursuivent, a déclaré le ministère à Genève.", "utf-8"),
    ],
)
def test_a_feed_is_read_whatever_encoding_it_declares(said: str, encoding: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert one(feed(item(f"<description>{said}</description>"), head).decode().encode(encoding)).summary == said


def test_media_titles_are_not_the_entry_s() -> None:
    body = feed(item("<media:title xmlns:media='http://search.yahoo.com/mrss/'>picture</media:title>"))
    assert one(body.replace(b"<title>t</title>", b"")).title == ""


def test_the_base_that_a_feed_names_counts() -> None:
    body = b"<feed xml:base='https://other.example/a/'><entry xml:base='b/'><link href='1'/></entry></feed>"
    assert one(body).url == "https://other.example/a/b/1"


def test_the_lenient_parser_reads_what_ours_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"<some><item><title>t</title><link>/1</link><pubDate>2026-10-02 21:15</pubDate></item></some>"
    (link,) = parse_feed(body, URL, "Asia/Shanghai")
    assert (link.url, link.published) == ("https://example.com/1", at(2026, 10, 2, 13, 15))
    monkeypatch.setattr(feeds.feedparser, "parse", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(NotADiscovery, match="division"):
        parse_feed(body, URL)


# Sitemaps ----------------------------------------------------------------------------------------------------

SITEMAP = (
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://example.com/1</loc></url></urlset>"
)


@pytest.mark.parametrize(
    "body",
    [
        SITEMAP.encode(),
        SITEMAP.encode("utf-8-sig"),
        SITEMAP.encode("utf-16"),
        gzip.compress(SITEMAP.encode()),
        SITEMAP.replace("www.sitemaps.org/schemas", "www.google.com/schemas").encode(),
        re.sub(" xmlns='[^']+'", "", SITEMAP).encode(),
        f"  \n{SITEMAP}".encode(),
        b"https://example.com/1\n",
        b"\xef\xbb\xbfhttps://example.com/1\r\n\r\nhttps://example.com/1",
        gzip.compress(b"https://example.com/1"),
    ],
)
def test_every_form_of_sitemap_is_read(body: bytes) -> None:
    assert parse_news_sitemap(body, URL) == [Link("https://example.com/1")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<rss/>", "a feed"),
        (b"<sitemapindex/>", "index of sitemaps"),
        (b"<html><title>Checking</title></html>", "web page: Checking"),
        (b"<urlset><url><place>https://example.com/1</place></url></urlset>", "no address"),
        (b"<urlset><page><loc>https://example.com/1</loc></page></urlset>", "no address: page"),
        (b"\x1f\x8bno", "gzip"),
        (b"hello\nhttps://example.com/1", "begins with"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotADiscovery, match=reason):
        parse_news_sitemap(body, URL)


def test_a_sitemap_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(NotADiscovery, match="more than"):
        parse_news_sitemap(gzip.compress(b" " * 60_000_000), URL)


def test_an_index_names_the_sitemap_changed_last_first() -> None:
    body = b"""<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2026-10-01</lastmod></sitemap>
    <sitemap><loc>/undated.xml</loc></sitemap><sitemap> /bare.xml?a=1&amp;b=2 </sitemap>
    <sitemap><loc>/new.xml</loc><lastmod>2026-10-02</lastmod></sitemap>
    <sitemap><loc>javascript:1</loc></sitemap></sitemapindex>"""
    names = ["new.xml", "old.xml", "undated.xml", "bare.xml?a=1&b=2"]
    assert parse_sitemap_index(body, URL) == [f"https://example.com/{name}" for name in names]
    recent = parse_sitemap_index(body, URL, datetime(2026, 10, 1, 12, tzinfo=UTC))
    assert "https://example.com/old.xml" not in recent
    assert "https://example.com/undated.xml" in recent, "what may hold recent articles is read"
    with pytest.raises(NotADiscovery, match="sitemap of pages"):
        parse_sitemap_index(SITEMAP.encode(), URL)


def test_real_sitemaps_are_read_or_refused_with_a_reason(realdata: Path) -> None:
    root = realdata / "robots_sitemaps"
    found: dict[str, object] = {}
    for path in [*files(root / "sitemaps"), *files(root / "rss"), root / "sitemap-news.xml"]:
        try:
            found[path.name] = len(parse_news_sitemap(path.read_bytes(), URL))
        except NotADiscovery as error:
            found[path.name] = str(error)
    refused = {name for name, what in found.items() if isinstance(what, str)}
    assert refused == {"atom.xml", "feed.rss", "xmlRss_pubDate.xml", "sitemap.index.xml"}
    assert all(found.values()), found
    index = parse_sitemap_index((root / "sitemaps" / "sitemap.index.xml").read_bytes(), URL)
    assert index[0] == "https://example.com/sitemap.jss?portalCode=10260&lang=en"
    for path in (root / "sitemaps" / "atom.xml", *files(root / "rss")):
        assert parse_feed(path.read_bytes(), URL), "a feed in a sitemap's place is read as a feed"


@pytest.mark.parametrize("name", ["sitemap-news.xml", "sitemaps/extension/shinpaideshou-news-sitemap.xml"])
def test_real_news_sitemaps_give_titles_and_dates(realdata: Path, name: str) -> None:
    links = parse_news_sitemap((realdata / "robots_sitemaps" / name).read_bytes(), URL)
    assert links
    assert all(link.title and link.published.at for link in links if "not-news" not in link.url)
