"""List pages, answers that hold HTML, documents that name others, and GDELT's files → links."""

import gzip
import io
import json
import os
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response

from spiders import dates, discovery
from spiders.base import (
    AggregatorSpider,
    FeedSpider,
    JsonApiSpider,
    ListingSpider,
    NewsSitemapSpider,
    Run,
    SourceSpider,
)
from spiders.dates import Moment
from spiders.discovery import (
    MAX_ENTRIES,
    MAX_NAMED,
    Link,
    NotADiscovery,
    find_addresses,
    html_in_json,
    jpaas_units,
    parse_gkg,
    parse_json,
    parse_listing,
    without_publisher,
)
from spiders.extract import extract
from spiders.records import Record, read
from spiders.sources.congress_gov_api import CongressGovApi
from spiders.sources.gdelt_bulk import GdeltBulk

URL = "https://www.site.example/news/list/index.html"
SHANGHAI = "Asia/Shanghai"


def page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>List</title></head><body>{body}</body></html>".encode()


def listed(body: str | bytes, **layout: str) -> list[tuple[str, str]]:
    body = page(body) if isinstance(body, str) else body
    return [
        (link.url.removeprefix("https://www.site.example"), link.title) for link in parse_listing(body, URL, **layout)
    ]


# Links and titles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("./202610/t20261002_1.html", "/news/list/202610/t20261002_1.html"),
        ("../../../x/a.html", "/x/a.html"),
        ("/a.html#comments", "/a.html"),
        ("//www.site.example/a.html", "/a.html"),
        ("?page=1", "/news/list/index.html?page=1"),
        ("  /a b.html ", "/a%20b.html"),
        ("https://other.example/a", "https://other.example/a"),
    ],
)
def test_links_are_resolved_against_the_page(href: str, url: str) -> None:
    assert listed(f'<a href="{href}">Title</a>') == [(url, "Title")]


def test_a_base_element_moves_links() -> None:
    assert listed('<base href="/elsewhere/"><a href="a.html">T</a>') == [("/elsewhere/a.html", "T")]


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:a@b.example", "", "http://", "ftp://h.example/x"])
def test_what_is_no_page_is_left_out(href: str) -> None:
    assert listed(f'<a href="{href}">No</a><a href="/a">Yes</a>') == [("/a", "Yes")]


def test_unquoted_attributes_are_read() -> None:
    assert listed("<li><h5><a href=//www.site.example/c_1.htm target=_blank title=Long>Lo...</a></h5>") == [
        ("/c_1.htm", "Long")
    ]


def test_a_title_attribute_wins_over_text_cut_short() -> None:
    assert listed('<a href="/a" title="关于示例的通知全文">关于示例的...</a>') == [("/a", "关于示例的通知全文")]


def test_a_picture_and_a_headline_with_one_address_are_one_link() -> None:
    assert listed('<a href="/a"><img src="x"></a><a href="/b">B</a><a href="/a">Head <b>line</b></a>') == [
        ("/a", "Head line"),
        ("/b", "B"),
    ]


def test_of_an_item_only_the_first_link_counts() -> None:
    html = '<ul class="u"><li><a href="/a">A</a><div><ul><li><a href="/box">Box</a></li></ul></div></li><li></li></ul>'
    assert listed(html, item_css="ul.u > li", link_css="a") == [("/a", "A")]


def test_summaries_come_from_the_item() -> None:
    links = parse_listing(page('<li><a href="/a">A</a><p>What it says</p></li>'), URL, item_css="li", summary_css="p")
    assert links[0].summary == "What it says"


def test_order_is_the_page_s_and_the_number_is_bounded() -> None:
    links = listed("".join(f'<a href="/{n}">{n}</a>' for n in range(MAX_ENTRIES + 10)))
    assert links == [(f"/{n}", str(n)) for n in range(MAX_ENTRIES)]


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00\x01", b"{}", b"<html></html>", page("<a>no address</a>")])
def test_a_page_without_the_links_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(NotADiscovery, match=r"no link|not HTML"):
        parse_listing(body, URL)


def test_a_page_that_is_too_complex_is_refused() -> None:
    with pytest.raises(NotADiscovery, match="elements"):
        parse_listing(b"<a href=/x>" * 70_000, URL)


# Encoding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "encoded", "layout"),
    [
        ('<meta charset="utf-8">', "utf-8", ""),
        ("", "utf-8", ""),
        ("", "gb18030", ""),
        ('<meta charset="gb2312">', "gb18030", ""),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GBK">', "gbk", ""),
        ('<meta charset="iso-8859-1">', "utf-8", "utf-8"),
        ('<meta charset="big5">', "big5", ""),
        ('<meta charset="no-such-encoding">', "utf-8", ""),
    ],
)
def test_encodings(declared: str, encoded: str, layout: str) -> None:
    body = f'<html><head>{declared}</head><body><a href="/a">中美人工智能對話</a></body></html>'.encode(encoded)
    assert listed(body, encoding=layout) == [("/a", "中美人工智能對話")]


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    body = page('<a href="/a">中美人工智能对话</a>' + "<p>好</p>" * 50).replace("好".encode(), b"\xe5\xa5", 1)
    assert listed(body) == [("/a", "中美人工智能对话")]


# Dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("[2026-10-03]", "2026-10-02T16:00Z", "day"),
        ("2026/9/30", "2026-09-29T16:00Z", "day"),
        ("By Author  |  2026/10/2 21:38:48", "2026-10-02T13:38:48Z", "instant"),
        ("2026年09月30日 17:00", "2026-09-30T09:00Z", "instant"),
        ("2026-10-02T12:00:00-04:00", "2026-10-02T16:00Z", "instant"),
        ("Published: Oct 02, 2026 09:37 PM", "2026-10-02T13:37Z", "instant"),
        ("Published: Oct 02, 2026 12:07 AM", "2026-10-01T16:07Z", "instant"),
        ("Fri, 10/02/2026 - 14:30", "2026-10-02T06:30Z", "instant"),
        ("FOR IMMEDIATE RELEASE | March 27, 2026 | Media", "2026-03-26T16:00Z", "day"),
        ("Date: Wednesday, October 7, 2026", "2026-10-06T16:00Z", "day"),
        ("02-OCT-2026", "2026-10-01T16:00Z", "day"),
        ("2 October 2026", "2026-10-01T16:00Z", "day"),
    ],
)
def test_dates_as_lists_print_them(text: str, at: str, precision: str) -> None:
    assert dates.find(text, SHANGHAI) == Moment(datetime.fromisoformat(at).astimezone(UTC), precision)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "3 hours ago", "10-2 15:20", "2026年第99号", "31 February 2026", "2026-13-01"]
)
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert dates.find(text, SHANGHAI).at is None


@given(st.text(max_size=200), st.sampled_from(["UTC", SHANGHAI]))
def test_find_never_fails(text: str, zone: str) -> None:
    assert dates.find(text, zone).precision in {"instant", "day", "none"}


def test_a_day_in_the_title_is_not_the_day_of_publication() -> None:
    html = '<li><a href="/a">就2026年9月29日示例答记者问</a><span>[2026-09-30]</span></li>'
    (link,) = parse_listing(page(html), URL, item_css="li", date_css=":scope", zone=SHANGHAI)
    assert str(link.published.at) == "2026-09-29 16:00:00+00:00"


def test_a_time_element_is_read_by_its_attribute() -> None:
    html = '<li><a href="/a">A</a><time datetime="2026-10-02T09:00:00-04:00">yesterday</time></li>'
    (link,) = parse_listing(page(html), URL, item_css="li", date_css="time")
    assert link.published == Moment(datetime(2026, 10, 2, 13, tzinfo=UTC), "instant")


def test_the_address_has_the_date_where_the_item_has_none() -> None:
    html = '<li><a href="./202610/t20261002_1.html">A</a></li><li><a href="/202613/t20261399_1.html">B</a></li>'
    first, second = parse_listing(
        page(html), URL, item_css="li", date_css="span", date_in_url=r"/t(\d{4})(\d\d)(\d\d)_", zone=SHANGHAI
    )
    assert str(first.published.at) == "2026-10-01 16:00:00+00:00"
    assert second.published.at is None


@pytest.mark.parametrize(
    ("value", "at", "precision"),
    [
        ("1790697600000", "2026-09-29T16:00Z", "day"),
        (1790562600, "2026-09-28T02:30Z", "instant"),
        ("20261002190000", "2026-10-02T19:00Z", "instant"),
        ("2026-10-02 00:00:00", "2026-10-01T16:00Z", "day"),
        ("2026-10-02 15:21:08", "2026-10-02T07:21:08Z", "instant"),
        ("2026-10-02-15:21:08", "2026-10-02T07:21:08Z", "instant"),
        ("2026-10-02T11:15:00.000-04:00", "2026-10-02T15:15:00Z", "instant"),
        ("Fri, 02 Oct 2026 16:07:08 GMT", "2026-10-02T16:07:08Z", "instant"),
        ("Oct 02, 2026 09:37 PM", "2026-10-02T13:37:00Z", "instant"),
    ],
)
def test_dates_in_json(value: str | int, at: str, precision: str) -> None:
    body = json.dumps([{"u": "/a", "d": value}]).encode()
    (link,) = parse_json(body, URL, "@", {"url": "u", "published": "d"}, SHANGHAI)
    assert link.published == Moment(datetime.fromisoformat(at).astimezone(UTC), precision)


# Hostile pages -----------------------------------------------------------------------------------------------

TAGS = st.sampled_from(
    ["<a href=/x>", "</a>", "<li>", "</li>", "<base href='//['>", "<meta charset=utf-16>", "<!--", "-->", "<![CDATA[",
     "<script>", "<time datetime='2026-99-99'>", "2026-10-02", "\x00", "<?xml version='1.0' encoding='x'?>", "中", "&#0;"]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=500), st.lists(TAGS, max_size=40).map(lambda parts: "".join(parts).encode())))
def test_arbitrary_bytes_give_links_or_a_refusal(body: bytes) -> None:
    for layout in (
        {},
        {"item_css": "li", "date_css": ":scope", "summary_css": "p", "date_in_url": r"(\d+)/(\d+)/(\d+)"},
    ):
        try:
            links = parse_listing(body, URL, zone=SHANGHAI, **layout)
        except NotADiscovery:
            continue
        assert 0 < len(links) <= MAX_ENTRIES
        assert all(link.url.startswith(("http://", "https://")) and len(link.title) <= 2000 for link in links)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_name_nothing_and_do_not_fail(body: bytes) -> None:
    assert len(jpaas_units(body, URL, "列表")) <= MAX_NAMED
    assert len(find_addresses(body, URL, r"(\w+)\.txt", "ds_{}.json")) <= MAX_NAMED
    with pytest.raises(NotADiscovery):
        parse_gkg(body)
    with pytest.raises(NotADiscovery):
        html_in_json(body, "data.html")


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 59_000,
        b"<li><a href=/x>" * 29_000,
        b"<li>" * 250 + b'<a href="/x">t</a>' * 25_000,
        b'<li><a href="/x">' + b"t " * 2_000_000,
        b"<a href=" + b"/x" * 1_000_000,
        b"<a href=/x>2026-" * 50_000,
    ],
    ids=["deep", "deep items", "one item in many", "long text", "long address", "half dates"],
)
def test_hostile_pages_cost_little(body: bytes) -> None:
    started = time.perf_counter()
    with suppress(NotADiscovery):
        parse_listing(body, URL, item_css="li", date_css=":scope", summary_css="p")
    assert time.perf_counter() - started < 5


# Documents that name others ----------------------------------------------------------------------------------

UNIT = (
    "<script parseType=\"buildstatic\" url=\"/api/unit\" queryData=\"{'parseType':'bulidstatic','webId':'ab',"
    "'tagId':'%s','pageId':'cd'}\"></script>"
)


def test_jpaas_calls_are_sent_on_as_the_page_spells_them() -> None:
    body = page(UNIT % "导航" + UNIT % "分页列表" + '<script queryData="{\'torn"></script>')
    assert jpaas_units(body, URL, "列表") == [
        "https://www.site.example/api/unit?parseType=bulidstatic&webId=ab&tagId=%E5%88%86%E9%A1%B5%E5%88%97%E8%A1%A8&pageId=cd"
    ]


@pytest.mark.parametrize("answer", [b'{"success": false, "data": null}', b'{"data": {"html": " "}}', b"busy", b"[]"])
def test_a_failed_jpaas_answer_is_not_an_empty_list(answer: bytes) -> None:
    with pytest.raises(NotADiscovery):
        html_in_json(answer, "data.html")


class _Log:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []
        self.written: list[tuple[str, dict[str, Any], bytes]] = []

    def discovered(self, source_id: str, **counts: int) -> None:
        pass

    def row(self, source_id: str, url: str, outcome: str, **details: Any) -> None:
        self.rows.append((url, outcome))

    def write(self, url: str, known: dict[str, Any], _response: None, body: bytes) -> None:
        self.written.append((url, known, body))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> _Log:
    return _running(monkeypatch, set())


def _running(monkeypatch: pytest.MonkeyPatch, known: set[str]) -> _Log:
    log = _Log()
    now = datetime(2026, 10, 3, 6, tzinfo=UTC)
    run = Run(log, log, lambda keys: {key: now for key in keys if key in known}, lambda: now)  # type: ignore[arg-type]
    monkeypatch.setattr(SourceSpider, "run", run)
    return log


class _Paged(ListingSpider):
    name = "paged"
    pages = (URL,)
    more_pages = ("index_1.html", "index_2.html")
    headers = {"Referer": "https://www.site.example/"}  # noqa: RUF012


class _Pointing(JsonApiSpider):
    name = "pointing"
    endpoints = (URL,)
    pointer = r"datasource:(\w+)"
    pointer_to = "{}"
    items = "list"
    fields = {"url": "u"}  # noqa: RUF012


def answered(spider: SourceSpider, request: Request, body: bytes) -> dict[str, list[Request]]:
    requests = list(spider.parse(Response(request.url, body=body, request=request)))
    return {role: [one for one in requests if one.meta["known"]["role"] == role] for role in ("discovery", "article")}


def test_a_list_is_read_on_while_it_has_mostly_new_links(log: _Log) -> None:
    spider = _Paged()
    request: Request | None = spider._document(URL)
    asked = []
    for number in range(5):
        assert request
        asked.append(request.url)
        requests = answered(spider, request, page(f'<a href="/{number}">T</a>'))
        assert [one.headers["Referer"] for one in requests["article"]] == [b"https://www.site.example/"]
        request = next(iter(requests["discovery"]), None)
        if request is None:
            break
    assert asked == [
        URL,
        "https://www.site.example/news/list/index_1.html",
        "https://www.site.example/news/list/index_2.html",
    ]


def test_a_list_is_not_read_on_where_half_of_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    _running(monkeypatch, {"https://site.example/1"})
    spider = _Paged()
    requests = answered(spider, spider._document(URL), page('<a href="/1">T</a><a href="/2">T</a>'))
    assert requests["discovery"] == []
    assert [request.url for request in requests["article"]] == ["https://www.site.example/2"]


def test_documents_are_named_on_the_same_host_only_once_and_not_without_end(log: _Log) -> None:
    class Pointing(_Pointing):
        pointer = r"see (\S+)"

    spider = Pointing()
    named = ["https://other.example/a.json", "http://10.0.0.1/a.json", *(f"/{n}.json" for n in range(100))]
    requests = answered(spider, spider._document(URL), " ".join(f"see {name}" for name in named).encode())
    assert requests["article"] == []
    assert 0 < len(requests["discovery"]) <= MAX_NAMED
    assert all(request.url.startswith("https://www.site.example/") for request in requests["discovery"])
    again = answered(spider, requests["discovery"][0], b'{"list": [{"u": "/a"}], "x": "see /more.json"}')
    assert again["discovery"] == [], "a document that was named names no others"
    assert [request.url for request in again["article"]] == ["https://www.site.example/a"]


def test_an_index_of_documents_on_other_hosts_only_is_broken_and_says_which(log: _Log) -> None:
    class Sitemaps(NewsSitemapSpider):
        name = "sitemaps"
        sitemaps = (URL,)

    index = "<sitemapindex><sitemap><loc>https://{}/news.xml</loc></sitemap></sitemapindex>"
    near, far = urlsplit(URL).hostname, "cdn.example"
    spider = Sitemaps()
    assert answered(spider, spider._document(URL), index.format(far).encode())["discovery"] == []
    assert log.rows == [(URL, "broken_feed")]
    (request,) = answered(spider, spider._document(URL), index.format(near).encode())["discovery"]
    assert request.url == f"https://{near}/news.xml"


def test_a_document_that_its_source_s_own_reader_stumbles_over_is_broken(log: _Log) -> None:
    for spider, body in (
        (GdeltBulk(), b"1 a http://data.gdeltproject.org/gdeltv2/20261399000000.gkg.csv.zip"),
        (CongressGovApi(), b'{"bills": [{"url": "https://api.congress.gov/v3/bill", "title": "A bill on chips"}]}'),
    ):
        assert answered(spider, spider._document(URL), body) == {"discovery": [], "article": []}
    assert log.rows == [(URL, "broken_feed")] * 2


def test_of_a_sitemap_that_tells_only_of_changes_the_newest_come_first(log: _Log) -> None:
    class Sitemaps(NewsSitemapSpider):
        name = "sitemaps"
        sitemaps = (URL,)
        max_pages = 2

    spider = Sitemaps()
    urls = "".join(f"<url><loc>/{day}</loc><lastmod>2026-09-{day}</lastmod></url>" for day in (27, 29, 28, 30, 26))
    requests = answered(spider, spider._document(URL), f"<urlset>{urls}</urlset>".encode())
    assert [request.url[-2:] for request in requests["article"]] == ["30", "29"]


def test_a_page_that_names_nothing_any_more_is_broken(log: _Log) -> None:
    spider = _Pointing()
    answered(spider, spider._document(URL), page("redesigned"))
    assert log.rows == [(URL, "broken_feed")]


# Aggregators -------------------------------------------------------------------------------------------------


def test_the_publisher_is_the_whole_source_text_and_not_what_follows_the_last_hyphen() -> None:
    feed = b"<source url='x'>The Example - Daily</source><source>Daily</source>"
    links = without_publisher([Link("https://n.example/1", "Chips - a story - The Example - Daily")], feed)
    assert [(link.title, link.publisher) for link in links] == [("Chips - a story", "The Example - Daily")]


def test_a_feed_of_very_many_publishers_takes_no_longer_than_its_length() -> None:
    feed = b"".join(b"<source>Paper %d</source>" % number for number in range(200_000))
    links = [Link(f"https://n.example/{number}", f"Chips - Paper {number}") for number in range(MAX_ENTRIES)]
    start = time.process_time()
    assert {link.title for link in without_publisher(links, feed)} == {"Chips"}
    assert time.process_time() - start < 10, "0.3 s; with every publisher tried on every title it is a minute"


def test_an_aggregator_never_asks_for_pages_and_leaves_our_own_sources_alone(log: _Log) -> None:
    class Own(FeedSpider):
        name = "own"
        homepage = "https://www.own.example/"
        allow = r"^https://(www\.own|old-own)\.example/news/"

    class Search(AggregatorSpider, JsonApiSpider):
        name = "search"
        homepage = "https://search.example/"
        endpoints = (URL,)
        items = "@"
        fields = {"url": "u", "title": "t", "publisher": "p"}  # noqa: RUF012

    from spiders.base import _read_beside

    _read_beside.cache_clear()
    found = [
        {"u": "https://www.own.example/news/1", "t": "Ours"},
        *(
            {"u": f"{start}/news/2?utm_source=x", "t": "Ours, written otherwise"}
            for start in (
                "https://own.example",
                "http://www.own.example",
                "https://m.own.example",
                "http://amp.own.example",
                "https://www-own-example.cdn.ampproject.org/c/s/www.own.example",
                "https://old-own.example",
            )
        ),
        {"u": "https://www.own.example/shop/1", "t": "Not read by ours", "p": "own.example"},
        {"u": "https://other.example/1", "t": ""},
        {"u": "https://other.example/2", "t": "Theirs <script>", "p": 'o"ther'},
    ]
    spider = Search()
    assert list(spider.parse(Response(URL, body=json.dumps(found).encode(), request=spider._document(URL)))) == []
    _read_beside.cache_clear()
    assert [url for url, _, _ in log.written] == ["https://www.own.example/shop/1", "https://other.example/2"]
    _, known, body = log.written[1]
    assert known["headline_only"] is True
    assert known["publisher"] == 'o"ther'
    assert b"<script>" not in body


# GDELT -------------------------------------------------------------------------------------------------------


def gkg(*rows: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("x.gkg.csv", b"\n".join(rows))
    return buffer.getvalue()


def gkg_row(url: bytes, extras: bytes, kind: bytes = b"1") -> bytes:
    return b"\t".join([b"id", b"20261002211500", kind, b"site.example", url, *[b""] * 21, extras])


def test_a_knowledge_graph_file() -> None:
    title = b'<PAGE_TITLE>A &amp; \xff "quoted\ttitle</PAGE_TITLE>'.replace(b"\t", b" ")
    links = parse_gkg(
        gkg(
            gkg_row(
                b"https://site.example/1",
                b"<PAGE_PRECISEPUBTIMESTAMP>20261002190000</PAGE_PRECISEPUBTIMESTAMP>" + title,
            ),
            gkg_row(b"https://site.example/2", b"<PAGE_PRECISEPUBTIMESTAMP>20269902190000</PAGE_PRECISEPUBTIMESTAMP>"),
            gkg_row(b"BBC Monitoring", b"", kind=b"2"),
            gkg_row(b"javascript:x", b""),
            b"torn\trow",
        )
    )
    assert [(link.url, link.title, link.published.precision) for link in links] == [
        ("https://site.example/1", 'A & � "quoted title', "instant"),
        ("https://site.example/2", "", "none"),
    ]


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", gkg()[:-30], gkg(b"other\tcolumns"), b"<html>busy</html>"])
def test_what_is_no_knowledge_graph_file_is_refused(body: bytes) -> None:
    with pytest.raises(NotADiscovery):
        parse_gkg(body)


def test_a_zip_bomb_is_refused_within_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MAX_UNZIPPED", 1_000_000)
    bomb = gkg(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(NotADiscovery, match="more than"):
        parse_gkg(bomb)


@pytest.mark.parametrize(
    "bomb",
    [
        gkg(b"\n" * 10_000_000),
        gkg(b"ab\t" * 5_000_000),
        gkg(b"", gkg_row(b"https://site.example/" + b"a" * 20_000_000, b"")),
        gkg(*(gkg_row(b"https://site.example/%d" % number, b"") for number in range(100_000))),
        gkg(b"\0" * 50_000_000, method=zipfile.ZIP_BZIP2),
        gkg(b"\0" * 50_000_000, method=zipfile.ZIP_LZMA),
    ],
    ids=["lines", "columns", "a long row", "pages", "bzip2", "lzma"],
)
def test_a_hostile_zip_takes_little_memory(bomb: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(NotADiscovery):
        parse_gkg(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


# In a crawl --------------------------------------------------------------------------------------------------

SOURCES = """
from spiders.base import AggregatorSpider, JsonApiSpider, ListingSpider

BASE = "http://127.0.0.1:{port}"
COMMON = dict(title="T", kind="media", country="US", language="en", homepage=BASE + "/")


class Listed(ListingSpider):
    locals().update(COMMON)
    name = "listed"
    pages = (BASE + "/list/",)
    more_pages = ("index_1.html", "index_2.html")
    headers = {{"Referer": BASE + "/ref"}}
    body_css = "#text"


class Pointed(JsonApiSpider):
    locals().update(COMMON)
    name = "pointed"
    endpoints = (BASE + "/hub",)
    pointer = r"datasource:(\\w+)"
    pointer_to = "ds_{{}}.json"
    items = "list"
    fields = {{"url": "u", "title": "t"}}


class Searched(AggregatorSpider, JsonApiSpider):
    locals().update(COMMON, kind="aggregator")
    name = "searched"
    endpoints = (BASE + "/search.json",)
    items = "list"
    fields = {{"url": "u", "title": "t", "publisher": "p"}}


class Keyed(JsonApiSpider):
    locals().update(COMMON)
    name = "keyed"
    endpoints = (BASE + "/api",)
    api_key = "EXAMPLE_KEY"
    items = "list"
    fields = {{"url": "u"}}


class Keyless(Keyed):
    name = "keyless"
    endpoints = (BASE + "/api-without",)
    api_key = "NO_SUCH_KEY"
"""
TEXT = "<p>Twelve invented companies were told on Friday that their machines need a licence before they learn.</p>" * 3
SITE = {
    "/list/": '<a href="./a1.html">First of them</a>',
    "/list/index_1.html": '<a href="./a1.html">First of them</a>',
    "/list/a1.html": f"<html><body><h1>First of them</h1><div>{TEXT} MENU</div><div id=text>{TEXT}</div></body></html>",
    "/hub": "<div data='datasource:abc'></div>",
    "/ds_abc.json": '{"list": [{"u": "/b1.html", "t": "B"}]}',
    "/b1.html": f"<html><body><article>{TEXT}</article></body></html>",
    "/search.json": '{"list": [{"u": "https://other.example/1", "t": "Theirs", "p": "other.example"}]}',
}


def test_a_crawl_of_every_kind(tmp_path: Path) -> None:
    asked: list[tuple[str, str | None, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Referer"], self.headers["X-Api-Key"]))
            body = SITE.get(self.path, "").encode()
            self.send_response(302 if self.path == "/api" else 200 if body else 404)
            if self.path == "/api":
                self.send_header("Location", "/stolen")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (tmp_path / "listing_sources.py").write_text(SOURCES.format(port=server.server_port))
        plan = {
            "run_id": "run", "archive": str(tmp_path / "archive"), "report": str(tmp_path / "report.json"),
            "rows": str(tmp_path / "crawl.jsonl"), "snapshot": str(tmp_path / "none.duckdb"),
            "sources": ["listed", "pointed", "searched", "keyed", "keyless"], "spider_modules": ["listing_sources"],
            "guard_allow": ["127.0.0.1"], "settings": {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False},
        }  # fmt: skip
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"PYTHONPATH": str(tmp_path), "EXAMPLE_KEY": "k3y"}
        command = [sys.executable, "-m", "spiders.crawl", str(tmp_path / "plan.json")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, cwd=tmp_path) as child:
            assert child.wait(60) == 0
        server.shutdown()
    pages = {path: (referer, key) for path, referer, key in asked if path != "/robots.txt"}
    base = f"http://127.0.0.1:{server.server_port}"
    assert {path for path in pages if path.startswith("/list")} == {"/list/", "/list/index_1.html", "/list/a1.html"}
    assert pages["/list/a1.html"] == (base + "/ref", None)
    assert pages["/api"][1] == "k3y"
    assert set(pages) - set(SITE) == {"/api"}, "nothing asked for without its key, and no key sent on"
    records = [item for path in (tmp_path / "archive").glob("*") for item in read(path)]
    articles = {
        record.url: extraction.article
        for record in records
        if isinstance(record, Record) and (extraction := extract(record)).article
    }
    assert set(articles) == {base + "/list/a1.html", base + "/b1.html", "https://other.example/1"}
    listed_one, headline = articles[base + "/list/a1.html"], articles["https://other.example/1"]
    assert listed_one
    assert "MENU" not in listed_one.text
    assert headline
    assert (headline.title, headline.authors, headline.headline_only) == ("Theirs", ("other.example",), True)
    assert not any(b"k3y" in path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in {".json", ".jsonl"})
    assert not any(b"k3y" in gzip.decompress(path.read_bytes()) for path in (tmp_path / "archive").glob("*"))
