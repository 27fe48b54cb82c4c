"""Links come out of feeds, sitemaps and API answers of every kind; anything else is named, quickly and harmlessly."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.base import NewsSitemapSpider
from spiders.dates import UNKNOWN, Moment
from spiders.discovery import MAX_ENTRIES, Link, NotADiscovery, parse_feed, parse_json, parse_news_sitemap, plain

REALDATA = Path(os.environ.get("BILATERAL_REALDATA") or Path(__file__).parents[2] / "shared" / "realdata")
URL = "https://example.com/feeds/all.xml"
AT = Moment(datetime(2026, 11, 20, 2, 30, tzinfo=UTC), "instant")

RSS = """<rss version="2.0"><channel><title>Site</title><link>https://example.com/</link>
<item><title>中美 AI 对话 &amp;amp; chips</title><link>/news/1?a=1&amp;b=2</link>
<description>&lt;p&gt;First &lt;b&gt;words&lt;/b&gt;.</description>
<pubDate>Fri, 20 Nov 2026 10:30:00 +0800</pubDate></item>
<item><title><![CDATA[Second <i>title</i>]]></title><link>https://example.com/news/2</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Site</title>
<entry><title>中美 AI 对话 &amp;amp; chips</title><link rel="alternate" href="/news/1?a=1&amp;b=2"/>
<published>2026-11-20T10:30:00+08:00</published>
<updated>2026-11-20T10:30:00+08:00</updated><summary>First words.</summary></entry>
<entry><title type="html">Second &lt;i&gt;title&lt;/i&gt;</title><link href="https://example.com/news/2"/></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.com/"><title>Site</title></channel>
<item rdf:about="https://example.com/news/1?a=1&amp;b=2"><title>中美 AI 对话 &amp;amp; chips</title>
<link>https://example.com/news/1?a=1&amp;b=2</link>
<description>First words.</description><dc:date>2026-11-20T10:30:00+08:00</dc:date></item>
<item rdf:about="https://example.com/news/2"><title>Second title</title><link>https://example.com/news/2</link></item></rdf:RDF>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Site",
        "items": [
            {"id": "1", "url": "https://example.com/news/1?a=1&b=2", "title": "中美 AI 对话 & chips",
             "summary": "First words.",
             "date_published": "2026-11-20T10:30:00+08:00"},
            {"id": "2", "url": "https://example.com/news/2", "title": "Second title"},
        ],
    },
    ensure_ascii=False,
)  # fmt: skip


def feed(items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Site</title>{items}</channel></rss>".encode()


def item(date: str = "", link: str = "https://example.com/1", element: str = "pubDate") -> str:
    return f"<item><title>t</title><link>{link}</link><{element}>{date}</{element}></item>"


# Feeds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, "utf-8") for text in (RSS, ATOM, RDF, JSON_FEED)),
        *((f"\ufeff{text}", "utf-8") for text in (RSS, ATOM, RDF)),
        *((f'<?xml version="1.0" encoding="{name}"?>{text}', name) for text in (RSS, ATOM, RDF)
          for name in ("gb2312", "gbk", "gb18030", "big5hkscs", "utf-16")),
    ],
)  # fmt: skip
def test_every_kind_of_feed_in_every_encoding_gives_the_same_links(text: str, encoding: str) -> None:
    if encoding.startswith("big5"):
        text = text.replace("对话", "對話")
    first, second = parse_feed(text.encode(encoding), URL)
    assert first.url == "https://example.com/news/1?a=1&b=2"
    assert first.title.replace("對話", "对话") == "中美 AI 对话 & chips"
    assert " ".join(first.summary.replace(" .", ".").split()) == "First words."
    assert first.published == AT
    assert second == Link("https://example.com/news/2", "Second title")


def test_whole_articles_in_a_feed_are_kept() -> None:
    content = "<content:encoded><![CDATA[<p>Whole article</p>]]></content:encoded>"
    body = feed(item().replace("</item>", content + "</item>")).replace(
        b"<rss", b"<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    )
    (link,) = parse_feed(body, URL)
    assert link.content == "<p>Whole article</p>"


@pytest.mark.parametrize(
    ("date", "zone", "expected"),
    [
        ("2026-11-20 10:30", "Asia/Shanghai", AT),
        ("2026-11-20 10:30:00", "Asia/Shanghai", AT),
        ("Fri, 20 Nov 2026 10:30:00", "Asia/Shanghai", AT),
        ("2026-11-20T10:30:00", "Asia/Shanghai", AT),
        ("2026-11-20 02:30", "UTC", AT),
        ("2026-11-19 21:30", "America/New_York", AT),
        ("Fri, 20 Nov 2026 10:30:00 +0800", "America/New_York", AT),
        ("Fri, 20 Nov 2026 02:30:00 GMT", "Asia/Shanghai", AT),
        ("Thu, 19 Nov 2026 21:30:00 EST", "Asia/Shanghai", AT),
        ("Fri, 20 Nov 2026 10:30:00 GMT+8", "America/New_York", AT),
        ("2026-11-20T02:30:00Z", "Asia/Shanghai", AT),
        ("2026-11-20", "Asia/Shanghai", Moment(datetime(2026, 11, 19, 16, tzinfo=UTC), "day")),
        ("Fri, 20 Nov 2026 00:00:00 +0800", "Asia/Shanghai", Moment(datetime(2026, 11, 19, 16, tzinfo=UTC), "day")),
        ("2026-11-20", "UTC", Moment(datetime(2026, 11, 20, tzinfo=UTC), "day")),
        ("soon", "UTC", UNKNOWN),
        ("", "UTC", UNKNOWN),
    ],
)
def test_dates_without_an_offset_are_those_of_the_source(date: str, zone: str, expected: Moment) -> None:
    (link,) = parse_feed(feed(item(date)), URL, zone)
    assert link.published == expected


def test_an_address_comes_once_and_bad_ones_not_at_all() -> None:
    links = [
        "https://example.com/1",
        "/1",
        "https://example.com/1#a",
        "javascript:alert(1)",
        "http://[",
        "",
        "ftp://a/b",
        "/2",
    ]
    found = parse_feed(feed("".join(item(link=link) for link in links)), URL)
    assert [link.url for link in found] == ["https://example.com/1", "https://example.com/2"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a &amp; b", "a & b"),
        ("a &amp;amp; b", "a & b"),
        ("&lt;b&gt;a&lt;/b&gt;", "a"),
        ("<b>a</b>\n <i>b</i>", "a b"),
        ("AT&T", "AT&T"),
        ("1 < 2", "1 < 2"),
        ("&#x4E2D;&#25991;", "中文"),
        (None, ""),
        (5, ""),
        ("<" * 5000, "<" * 2000),
    ],
)
def test_titles_are_plain_text(markup: object, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "body",
    [
        b"<html><head><title>Checking your browser</title></head></html>",
        b"\n<!DOCTYPE html>\n<!-- a --><HTML lang=en><head><TITLE data-a='1'>\n Checking  your\nbrowser </TITLE>",
        b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='urn:x'><title>Checking your browser</title></html>",
    ],
)
def test_a_web_page_in_place_of_a_feed_is_named_by_its_title(body: bytes) -> None:
    with pytest.raises(NotADiscovery, match=r"web page.*Checking your browser"):
        parse_feed(body, URL)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"not a feed",
        b"{}",
        b"[]",
        b"null",
        b"%PDF-1.4",
        b"<a/>",
        b"<html",
        b"\0" * 99,
        b'{"items": 5}',
        b"<div>Blocked</div>",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotADiscovery):
        parse_feed(body, URL)


def test_an_empty_feed_has_no_links() -> None:
    assert parse_feed(feed(""), URL) == []


def test_a_body_is_never_taken_for_the_name_of_a_file(tmp_path: Path) -> None:
    planted = tmp_path / "planted.xml"
    planted.write_text(RSS, encoding="utf-8")
    for body in (str(planted).encode(), planted.as_uri().encode(), b"http://127.0.0.1:9/feed"):
        with pytest.raises(NotADiscovery):
            parse_feed(body, URL)


LAUGHS = (
    "<!DOCTYPE a [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
)


@pytest.mark.parametrize("parse", [parse_feed, parse_news_sitemap], ids=["feed", "sitemap"])
def test_entity_bombs_and_external_entities_are_harmless_and_quick(parse: object, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cret")
    external = (
        f"<!DOCTYPE a [<!ENTITY l9 SYSTEM '{secret.as_uri()}'><!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'>%p;]>"
    )
    news = (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        "<url><loc>https://example.com/1</loc><n:news><n:title>t &l9;</n:title></n:news></url></urlset>"
    )
    for document_type in (LAUGHS, external):
        for body in (
            f"{document_type}{feed('<item><title>t &l9;</title><link>https://example.com/1</link></item>').decode()}",
            document_type + news,
        ):
            start = time.monotonic()
            try:
                links = parse(body.encode(), URL)  # type: ignore[operator]
            except NotADiscovery:
                links = []
            assert time.monotonic() - start < 2
            assert all(len(link.title) < 100 and "s3cret" not in link.title for link in links)


@pytest.mark.parametrize("kind", ["good", "cut", "nothing the fast parser knows"])
def test_enormous_feeds_are_read_to_a_limit(kind: str) -> None:
    body = feed("".join(item(link=f"https://example.com/{number}") for number in range(100_000)))
    if kind == "cut":
        body = body[:-500]
    elif kind != "good":
        body = b"&&" + body.replace(b"<rss version='2.0'><channel>", b"<some>")
    start = time.monotonic()
    assert len(parse_feed(body, URL)) <= MAX_ENTRIES
    assert time.monotonic() - start < 10


# Sitemaps ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_news_sitemap_gives_titles_and_both_dates(encoding: str) -> None:
    body = f"""<?xml version="1.0" encoding="{encoding}"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://example.com/1?a=1&amp;b=2 </loc><lastmod>2026-11-20T02:30:00Z</lastmod><news:news><news:publication>
<news:name>Site</news:name></news:publication><news:publication_date>2026-11-20T10:30</news:publication_date>
<news:title>芯片 &amp;amp; 出口</news:title></news:news></url>
<url><loc>https://example.com/2</loc></url><url><loc>javascript:1</loc></url><url/></urlset>"""
    first, second = parse_news_sitemap(body.encode(encoding), URL, "Asia/Shanghai")
    assert first == Link("https://example.com/1?a=1&b=2", "芯片 & 出口", published=AT, updated=AT)
    assert second == Link("https://example.com/2")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>No</title></html>",
        b"{}",
        b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
        b"\0",
        b"<rss/>",
    ],
)
def test_what_is_no_sitemap_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotADiscovery):
        parse_news_sitemap(body, URL)


def test_an_enormous_sitemap_is_read_to_a_limit() -> None:
    urls = "".join(f"<url><loc>https://example.com/{number}</loc></url>" for number in range(100_000))
    body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()
    start = time.monotonic()
    assert len(parse_news_sitemap(body, URL)) == MAX_ENTRIES
    assert time.monotonic() - start < 3


ADDRESSES = [f"https://example.com/{number}" for number in range(MAX_ENTRIES + 500)]


@pytest.mark.parametrize(
    ("parse", "body"),
    [
        (parse_feed, feed("".join(item(link=address) for address in ADDRESSES))),
        (
            parse_feed,
            json.dumps({"version": "jsonfeed", "items": [{"url": address} for address in ADDRESSES]}).encode(),
        ),
        (
            parse_news_sitemap,
            f"<urlset>{''.join(f'<url><loc>{address}</loc></url>' for address in ADDRESSES)}</urlset>".encode(),
        ),
        (parse_news_sitemap, "\n".join(ADDRESSES).encode()),
        (
            lambda body, url: parse_json(body, url, "@", {"url": "u"}),
            json.dumps([{"u": address} for address in ADDRESSES]).encode(),
        ),
    ],
    ids=["RSS", "JSON Feed", "sitemap", "sitemap of lines", "JSON"],
)
def test_what_is_new_is_found_at_either_end_of_an_enormous_document(
    parse: Callable[[bytes, str], list[Link]], body: bytes
) -> None:
    urls = [link.url for link in parse(body, URL)]
    assert len(urls) == MAX_ENTRIES
    assert {*ADDRESSES[:100], *ADDRESSES[-100:]} <= set(urls)


# JSON --------------------------------------------------------------------------------------------------------

FIELDS = {
    "url": "link",
    "title": "title",
    "summary": "text",
    "published": "date",
    "fetch_url": "raw",
    "content": "body",
}


def test_an_answer_is_read_by_the_source_s_expressions() -> None:
    items: list[dict[str, object]] = [
        {
            "link": "/1",
            "title": "芯片 &amp; 出口",
            "text": "<p>a</p>",
            "date": "2026-11-20 10:30",
            "raw": "/r",
            "body": "<p>b",
        },
        {"link": "/1", "title": "again"},
        {"link": "javascript:1"},
        {"link": None},
        {},
        {"link": "/2", "date": None},
    ]
    answer = {"data": {"list": items}}
    first, second = parse_json(json.dumps(answer).encode(), URL, "data.list", FIELDS, "Asia/Shanghai")
    assert first == Link("https://example.com/1", "芯片 & 出口", "a", AT, UNKNOWN, "https://example.com/r", "<p>b")
    assert second == Link("https://example.com/2")


@pytest.mark.parametrize("answer", [{"data": None}, {"data": {}}, {"data": {"list": []}}, {}])
def test_an_answer_without_items_has_no_links(answer: object) -> None:
    assert parse_json(json.dumps(answer).encode(), URL, "data.list", FIELDS) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"{",
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b'{"data": {"list": "no"}}',
        b'{"data": {"list": {"a": 1}}}',
        b"1" * 5000,
    ],
)
def test_what_is_no_answer_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotADiscovery):
        parse_json(body, URL, "data.list", FIELDS)


def test_an_item_that_the_expressions_do_not_fit_is_left_out() -> None:
    body = json.dumps([{"link": 5, "title": 7}, {"link": "/1", "title": ["x"]}, "text", 3, None, [1]]).encode()
    found = parse_json(body, URL, "@", {"url": "join('', [link, ''])", "title": "title"})
    assert found == [Link("https://example.com/1")]


# Anything ----------------------------------------------------------------------------------------------------

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "url",
                    "title",
                    "items",
                    "content_html",
                    "date_published",
                    "link",
                    "author",
                    "authors",
                    "tags",
                    "attachments",
                    "summary",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
PIECES = st.lists(
    st.sampled_from(
        [
            b"<rss version='2.0'>",
            b"<channel>",
            b"<item>",
            b"<title>",
            b"</title>",
            b"<link>",
            b"</link>",
            b"http://a.com/1",
            b"<feed xmlns='http://www.w3.org/2005/Atom'>",
            b"<entry>",
            b"<link href='/a'/>",
            b"</item>",
            b"<![CDATA[",
            b"]]>",
            b"&amp;",
            b"&x;",
            b"\xff",
            b"<?xml version='1.0' encoding='utf-16'?>",
            b"<urlset>",
            b"\0",
            b"<pubDate>",
            b"2026-11-20",
        ]
    ),
    max_size=14,
).map(b"".join)


@settings(max_examples=250, deadline=None)
@given(
    body=st.one_of(
        st.binary(max_size=200),
        PIECES,
        ANY_JSON.map(lambda value: json.dumps(value).encode()),
        ANY_JSON.map(
            lambda value: json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1",
                    "items": [value, {"url": value, "title": value, "content_html": value, "date_published": value}],
                }
            ).encode()
        ),
    )
)
def test_any_bytes_give_links_or_are_said_to_be_no_discovery(body: bytes) -> None:
    for parse in (
        parse_feed,
        parse_news_sitemap,
        lambda body, url: parse_json(body, url, "items", {"url": "url", "title": "title", "content": "author"}),
    ):
        try:
            links = parse(body, URL)
        except NotADiscovery:
            continue
        else:
            assert all(link.url.startswith(("http://", "https://")) for link in links)


@pytest.mark.parametrize(("folder", "readable"), [("feedparser", 0.8), ("gofeed", 0.8)])
def test_real_feeds_are_read_or_refused_in_time(folder: str, readable: float) -> None:
    root = REALDATA / "feeds" / folder
    if not root.is_dir():
        pytest.skip(f"no {root}: set BILATERAL_REALDATA")
    files = sorted(path for path in root.rglob("*") if path.suffix in {".xml", ".json"})
    read = 0
    for path in files:
        body = path.read_bytes()
        start = time.monotonic()
        try:
            parse_feed(body, URL)
            read += 1
        except NotADiscovery:
            pass
        assert time.monotonic() - start < 5, path
    assert read > readable * len(files) * (0.6 if folder == "gofeed" else 1)  # half of gofeed's files are expectations


def test_real_news_sitemaps_are_read() -> None:
    path = REALDATA / "robots_sitemaps" / "sitemap-news.xml"
    if not path.exists():
        pytest.skip(f"no {path}: set BILATERAL_REALDATA")
    assert parse_news_sitemap(path.read_bytes(), URL)


def test_a_sitemap_index_leads_to_its_sitemaps_and_a_sitemap_to_none() -> None:
    index = f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://news.example/old.xml</loc><lastmod>2025-10-01</lastmod></sitemap>
      <sitemap><loc>https://news.example/new.xml</loc><lastmod>{datetime.now(UTC):%Y-%m-%d}</lastmod></sitemap>
    </sitemapindex>""".encode()
    url = "https://news.example/sitemap.xml"
    assert NewsSitemapSpider.further(index, url) == ["https://news.example/new.xml"]
    assert NewsSitemapSpider.further(b"<urlset><url><loc>https://news.example/a</loc></url></urlset>", url) == []
    assert NewsSitemapSpider.further(b"no sitemap", url) == []
