"""The newsroom serves what its table promises, and its pages need and survive extraction."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
import trafilatura

from spiders import newsroom
from spiders.base import SourceSpider
from spiders.discovery import Link, NotADiscovery
from spiders.newsroom import DAYS, Newsroom, sources
from spiders.newsroom.articles import Article, Day, articles
from spiders.newsroom.outlets import OUTLETS
from spiders.urls import url_key

SPIDERS: dict[str, type[SourceSpider]] = {
    spider.name: spider
    for spider in vars(sources).values()
    if isinstance(spider, type) and issubclass(spider, SourceSpider) and hasattr(spider, "name")
}
SOURCE_OF = {spider.homepage.removeprefix("http://").strip("/"): spider for spider in SPIDERS.values()}
OUTLET = {outlet.host: outlet for outlet in OUTLETS}
READABLE = [one for one in articles(2) if one.status == 200 and not one.page]
Fetch = Callable[..., tuple[int, Message, bytes]]


@pytest.fixture(scope="module")
def server() -> Iterator[Newsroom]:
    with Newsroom() as running:
        yield running


@pytest.fixture
def room(server: Newsroom) -> Newsroom:
    server.day = 1
    server.requests.clear()
    return server


@pytest.fixture
def fetch(room: Newsroom) -> Fetch:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": room.proxy}))

    def get(url: str, method: str = "GET") -> tuple[int, Message, bytes]:
        try:
            with opener.open(urllib.request.Request(url, method=method), timeout=5) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    return get


def links(fetch: Fetch, name: str) -> list[Link]:
    (url,) = SPIDERS[name].discovery_urls()
    return SPIDERS[name].links(fetch(url)[2], url)


def extracted(fetch: Fetch, one: Article) -> Any:
    outlet = OUTLET[one.host]
    return trafilatura.bare_extraction(fetch(outlet.url(one, outlet.text_path))[2], with_metadata=True)


def of_source(name: str, day: Day) -> list[Article]:
    return [one for one in articles(day) if SOURCE_OF[one.host].name == name]


def is_stored(one: Article) -> bool:
    return one.status == 200 and one.page != "shell.html" and one.section != "premium"


def promised(name: str, day: Day) -> int:
    row = re.search(rf"^ +{name} .*?(\d+) +(\d+)$", newsroom.__doc__ or "", re.MULTILINE)
    assert row, f"{name} is not in the table"
    return int(row[day])


def test_every_outlet_has_a_source() -> None:
    assert set(SOURCE_OF) == set(OUTLET)
    assert all(name.startswith("demo_") for name in SPIDERS)


@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("name", sorted(set(SPIDERS) - {"demo_letter"}))
def test_feed_has_the_promised_links(room: Newsroom, fetch: Fetch, name: str, day: Day) -> None:
    room.day = day
    found = links(fetch, name)
    assert len({url_key(link.url) for link in found}) == len(found) == promised(name, day)
    stated = {one.title: one for one in of_source(name, day)}
    for link in found:
        one = stated[link.title]
        assert OUTLET[one.host].url(one) == link.url.partition("?")[0]
        assert link.published.at
        assert link.published.at <= DAYS[day - 1] + timedelta(hours=8)


def test_totals_are_as_promised() -> None:
    days: tuple[Day, Day] = (1, 2)
    stored = [sum(is_stored(one) for one in articles(day)) for day in days]
    assert [len(articles(day)) for day in days] == [promised("together", day) for day in days]
    assert f"Articles stored: {stored[0]} after day 1, {stored[1]} after day 2" in (newsroom.__doc__ or "")


@pytest.mark.parametrize("name", ["demo_wire", "demo_ledger", "demo_ministry", "demo_institute", "demo_herald"])
def test_feed_dates_are_the_instants_of_publication(room: Newsroom, fetch: Fetch, name: str) -> None:
    room.day = 2
    stated = {one.title: one.published for one in of_source(name, 2)}
    assert {link.title: link.published.at for link in links(fetch, name)} == stated


def test_feed_dates_without_offset_are_local(room: Newsroom, fetch: Fetch) -> None:
    stated = {one.title: one.published for one in of_source("demo_keji", 1)}
    assert {link.title: link.published.at for link in links(fetch, "demo_keji")} == stated


def test_nothing_is_published_before_its_day_or_after_the_run() -> None:
    for one in articles(2):
        assert one.updated <= DAYS[1], one.slug
        assert (one.published > DAYS[0]) == (one.since == 2), one.slug
    edited = [after for after in articles(2) if after.updated != after.published]
    assert [one.slug for one in edited] == ["texas-charges-gpu-smuggling"]
    assert edited[0].updated > DAYS[0]


def test_broken_feed_is_a_web_page(fetch: Fetch) -> None:
    with pytest.raises(NotADiscovery, match="Sign in"):
        links(fetch, "demo_letter")


def test_newspaper_links_carry_tracking(fetch: Fetch) -> None:
    link = links(fetch, "demo_ledger")[0]
    assert "utm_source=" in link.url
    assert "utm_" not in url_key(link.url)
    assert fetch(link.url)[0] == 200


def test_agency_text_is_at_the_other_address(fetch: Fetch) -> None:
    for link in links(fetch, "demo_gazette"):
        assert link.title == link.title.strip()
        assert link.published.precision == "day"
        assert b"Request Access" in fetch(link.url)[2]
        assert link.title in fetch(link.fetch_url)[2].decode()


@pytest.mark.parametrize("one", READABLE, ids=lambda one: f"{one.host}/{one.slug}")
def test_page_extracts(room: Newsroom, fetch: Fetch, one: Article) -> None:
    room.day = 2
    document = extracted(fetch, one)
    assert document.title == one.title
    lines = document.text.split("\n")
    assert lines[0] == one.paragraphs[0]
    assert lines[-1] == one.paragraphs[-1]
    # Nothing else: no navigation, no related links, no notice, no credit.
    assert set(lines) <= {paragraph.removeprefix("## ") for paragraph in one.paragraphs}
    assert document.date == OUTLET[one.host].local(one.published).date().isoformat()


@pytest.mark.parametrize("one", READABLE, ids=lambda one: f"{one.host}/{one.slug}")
def test_article_is_as_long_as_news(one: Article) -> None:
    text = "".join(one.paragraphs)
    if SOURCE_OF[one.host].language == "zh":
        assert 400 <= len(text) <= 900
    elif one.section != "premium":
        assert 190 <= len(" ".join(one.paragraphs).split()) <= 600


@pytest.mark.parametrize(
    ("copy", "original"),
    [
        ("us-adds-chinese-firms-to-list", "commerce-adds-14-firms-entity-list"),
        ("contact-line-geneva", "geneva-talks-end-contact-line"),
        ("fayanren-shiti-qingdan", "entity-list-statement"),
    ],
)
def test_reprints_extract_to_the_same_text(room: Newsroom, fetch: Fetch, copy: str, original: str) -> None:
    room.day = 2
    by_slug = {one.slug: one for one in articles(2)}
    assert extracted(fetch, by_slug[copy]).text == extracted(fetch, by_slug[original]).text


def test_spun_copy_shares_passages_but_not_names(fetch: Fetch) -> None:
    by_slug = {one.slug: " ".join(one.paragraphs) for one in articles(1)}
    spun = by_slug["us-prepares-substitute-diffusion-regulation"].lower().split()
    original = by_slug["diffusion-rule-replacement-draft"].lower().split()
    shingles = [{tuple(words[i : i + 3]) for i in range(len(words) - 2)} for words in (spun, original)]
    containment = len(shingles[0] & shingles[1]) / len(shingles[0])
    assert 0.2 <= containment <= 0.7
    assert "arrieta," not in spun


def test_edit_shows_on_day_two(room: Newsroom, fetch: Fetch) -> None:
    (one,) = (one for one in articles(1) if one.slug == "texas-charges-gpu-smuggling")
    before = extracted(fetch, one).text
    assert {link.updated.at for link in links(fetch, "demo_wire") if link.title == one.title} == {one.published}
    room.day = 2
    after = extracted(fetch, one).text
    assert "$93 million" in before
    assert "$39 million" in after
    assert "knew exactly" in before
    assert "knew exactly" not in after
    changed = set(before.split("\n")) ^ set(after.split("\n"))
    assert len(changed) == 4
    (updated,) = (link.updated.at for link in links(fetch, "demo_wire") if link.title == one.title)
    assert updated
    assert DAYS[0] < updated < DAYS[1]


def test_new_articles_are_not_there_on_day_one(room: Newsroom, fetch: Fetch) -> None:
    for one in articles(2):
        if one.since == 2:
            assert fetch(OUTLET[one.host].url(one))[0] == 404


def test_chinese_paper_is_gbk_and_says_gb2312(fetch: Fetch) -> None:
    _, headers, feed = fetch(SPIDERS["demo_keji"].discovery_urls()[0])
    assert b'encoding="gb2312"' in feed
    assert "charset" not in headers["Content-Type"]
    _, headers, page = fetch(links(fetch, "demo_keji")[0].url)
    assert b"charset=gb2312" in page
    assert "charset" not in headers["Content-Type"]
    assert re.search(r"2026年11月\d\d日 \d\d:\d\d", page.decode("gbk"))
    with pytest.raises(UnicodeDecodeError):
        page.decode("utf-8")


def test_ministry_pages_name_their_encoding_in_the_page_only(fetch: Fetch) -> None:
    _, headers, page = fetch(links(fetch, "demo_ministry")[0].url)
    assert headers["Content-Type"] == "text/html"
    assert "实体清单" in page.decode("utf-8")


def test_content_farm_fails_in_its_ways(fetch: Fetch) -> None:
    pages = {link.url.split("/")[3]: fetch(link.url) for link in links(fetch, "demo_farm")}
    assert pages["beijing-robot-summit-shocker"][0] == 404
    assert pages["who-owns-your-gpu"][0] == 500
    assert b"<p" not in pages["chip-price-tracker"][2]
    assert b"Subscribe to continue" in pages["five-chips-that-beat-the-ban"][2]


def test_robots_closes_one_section_that_the_feed_links_to(fetch: Fetch) -> None:
    closed = []
    for name, spider in SPIDERS.items():
        status, headers, body = fetch(f"{spider.homepage}robots.txt")
        assert (status, headers["Content-Type"]) == (200, "text/plain")
        robots = RobotFileParser()
        robots.parse(body.decode().splitlines())
        assert all(robots.can_fetch("Bilateral", url) for url in spider.discovery_urls())
        if name != "demo_letter":
            closed += [link.url for link in links(fetch, name) if not robots.can_fetch("Bilateral", link.url)]
    assert [url.split("/")[3] for url in closed] == ["premium"]


def test_requests_are_noted_with_query(room: Newsroom, fetch: Fetch) -> None:
    fetch("http://harbor-wire.example/feed.xml?x=1")
    fetch("http://harbor-wire.example/feed.xml", "HEAD")
    assert room.requests == [
        ("GET", "http://harbor-wire.example/feed.xml?x=1"),
        ("HEAD", "http://harbor-wire.example/feed.xml"),
    ]


def test_head_has_length_and_no_body(fetch: Fetch) -> None:
    _, headers, body = fetch("http://harbor-wire.example/feed.xml", "HEAD")
    assert int(headers["Content-Length"]) > 1000
    assert body == b""


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://elsewhere.example/", 502),
        ("http://127.0.0.1:9/", 502),
        ("http://harbor-wire.example/none", 404),
        ("http://harbor-wire.example/../__init__.py", 404),
        ("http://harbor-wire.example/%2e%2e/%2e%2e/server.py", 404),
        ("http://HARBOR-WIRE.example:80/feed.xml", 200),
        ("http://harbor-wire.example/", 200),
    ],
)
def test_status(fetch: Fetch, url: str, status: int) -> None:
    assert fetch(url)[0] == status


def test_other_methods_are_refused(fetch: Fetch) -> None:
    assert fetch("http://harbor-wire.example/", "POST")[0] == 501


def test_origin_form_is_answered_by_host_header(room: Newsroom) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{room.port}/feed.xml", headers={"Host": "harbor-wire.example"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=5) as response:
        assert response.read().startswith(b"<?xml")


def test_a_second_newsroom_has_its_own_port_day_and_log(room: Newsroom) -> None:
    with Newsroom(day=2) as other:
        assert other.port != room.port
        assert (other.day, room.day) == (2, 1)
        assert other.requests == []
