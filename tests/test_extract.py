"""Every archived answer ends in one outcome, and an article is its readable text with what is known about it."""

import gzip
import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spiders import extract as extraction
from spiders.extract import MAX_BYTES, MAX_ELEMENTS, Article, clean, count_words, extract
from spiders.outcomes import Outcome
from spiders.records import MAX_BODY, Position, Record
from spiders.urls import article_id

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ENGLISH = "The Commerce Department widened export controls on advanced chips on Friday, officials said. " * 15
LONG = " ".join(f"Sentence {number} is of a story that anybody may read." for number in range(60))
SIMPLIFIED = "人工智能出口管制是中美两国对话的重要内容，双方代表在会谈中就芯片和算力问题交换了意见。" * 12
TRADITIONAL = "人工智慧出口管制是中美兩國對話的重要內容，雙方代表在會談中就晶片和算力問題交換了意見。" * 12
LIST = (
    "<html><title>Technology</title><body><p>The latest news of chips and of those who make them, every day.</p>"
    + "".join(f"<li><a href='/{n}'>A headline about chip makers of some length, number {n}</a></li>" for n in range(40))
)
CHINESE_LIST = "<html><title>科技频道</title><body>" + "".join(
    f"<li><a href='/{n}'>关于芯片企业的新闻标题第{n}条有一定长度</a></li>" for n in range(40)
)


def record(body: bytes | str, **values: Any) -> Record:
    content = body.encode() if isinstance(body, str) else body
    whole = {"url": "https://www.example.com/news/1?utm_source=rss", "fetched_at": NOW, "status": 200} | values
    return Record(content_type="text/html", body=content, position=Position("a.warc.gz", 0, 1), **whole)


def html(text: str = ENGLISH, head: str = "", title: str = "Export controls widened") -> str:
    half = len(text) // 2
    paragraphs = f"<p>{text[:half]}</p><p>{text[half:]}</p>"
    body = f"<article><h1>{title}</h1>{paragraphs}</article>"
    return f"<!doctype html><html><head>{head}<title>{title}</title></head><body>{body}</body></html>"


def article(body: bytes | str, **values: Any) -> Article:
    result = extract(record(body, **values))
    assert result.outcome == Outcome.ARTICLE, result
    assert result.article
    return result.article


def announced(published: str = "", precision: str = "instant", **known: Any) -> dict[str, Any]:
    return {"role": "article", "source_id": "site", "zone": "Asia/Shanghai", **known} | (
        {"published": {"at": published, "precision": precision}} if published else {}
    )


# Articles ----------------------------------------------------------------------------------------------------


def test_a_page_becomes_an_article() -> None:
    head = (
        "<meta property='article:published_time' content='2026-11-20T10:30:00+08:00'>"
        "<meta name='author' content='Ann Lee'>"
        "<meta property='article:modified_time' content='2026-11-21T10:30:00+08:00'>"
    )
    found = article(html(head=head), known=announced(title="From the feed"))
    assert found.url == "https://www.example.com/news/1?utm_source=rss"
    assert found.url_key == "https://example.com/news/1"
    assert found.article_id == article_id(found.url_key)
    assert (found.source_id, found.title, found.authors) == ("site", "Export controls widened", ("Ann Lee",))
    assert found.published_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert (found.published_precision, found.published_source) == ("instant", "meta")
    assert found.updated_at == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    assert found.language == "en"
    assert "widened export controls" in found.text
    assert found.word_count == count_words(found.text) > 150
    assert found.seen_at == NOW
    assert not found.paywalled


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("utf-8", "utf-8"), ("gbk", "gbk"), ("gb2312", "gbk"), ("gb2312", "gb18030"), ("big5", "big5"),
        ("utf-8", "gbk"), ("gb2312", "utf-8"), ("gb2312", "utf-8-sig"), ("iso-8859-1", "gbk"), ("iso-8859-1", "utf-8"),
        ("utf-8", "big5"), ("utf-16", "utf-8"), ("utf-16", "utf-16"), ("no-such-encoding", "utf-8"), ("", "utf-8"),
        ("", "utf-8-sig"), ("", "gbk"), ("", "big5"), ("", "utf-16"), ("utf-8", "utf-16"),
    ],
)  # fmt: skip
def test_chinese_is_readable_whatever_its_encoding_and_its_label(label: str, encoding: str) -> None:
    text = TRADITIONAL if encoding == "big5" else SIMPLIFIED
    head = f"<meta charset='{label}'>" if label else ""
    found = article(html(text, head, text[:18]).encode(encoding))
    assert found.title == text[:18]
    assert text[:40] in found.text
    assert found.language == "zh"
    assert "\ufffd" not in found.text


def test_what_discovery_knew_fills_what_the_page_does_not_say() -> None:
    found = article(
        f"<html><body><p>{ENGLISH}</p></body></html>",
        known=announced("2026-11-20 02:30:00+00:00", title="From the feed"),
    )
    assert found.title == "From the feed"
    assert (found.published_at, found.published_source) == (datetime(2026, 11, 20, 2, 30, tzinfo=UTC), "feed")


def test_authors_whom_discovery_named_stand_in_where_the_page_names_none() -> None:
    known = announced(authors=["Jane Doe", 5, "李四"])
    assert article(html(), known=known).authors == ("Jane Doe", "李四")
    assert article(html(head='<meta name="author" content="John Smith">'), known=known).authors == ("John Smith",)
    assert article(html(), known=announced(authors="Jane Doe")).authors == ()


def test_an_article_fetched_from_elsewhere_has_the_address_it_was_announced_with() -> None:
    known = announced(url="https://example.com/people/1", fetch_url="https://example.com/raw/1", title="Announced")
    found = article(html(), url="https://example.com/raw/1", known=known)
    assert (found.url, found.title) == ("https://example.com/people/1", "Announced")


@pytest.mark.parametrize(
    ("page", "feed", "expected", "precision", "source"),
    [
        ("2026-11-20T10:30:00+08:00", ("2026-11-19 01:00:00+00:00", "instant"), "2026-11-20T02:30", "instant", "meta"),
        ("2026-11-20", ("2026-11-20 02:30:00+00:00", "instant"), "2026-11-20T02:30", "instant", "feed"),
        ("2026-11-20", ("2026-11-10 02:30:00+00:00", "instant"), "2026-11-19T16:00", "day", "meta"),
        ("2026-11-20", ("2026-11-20 16:00:00+00:00", "day"), "2026-11-19T16:00", "day", "meta"),
        ("2026-11-20", ("", ""), "2026-11-19T16:00", "day", "meta"),
        ("2026-11-20T00:00:00+08:00", ("2026-11-20 02:30:00+00:00", "instant"), "2026-11-20T02:30", "instant", "feed"),
        ("2026-11-20T00:00:00+08:00", ("", ""), "2026-11-19T16:00", "instant", "meta"),
        ("", ("2026-11-19 16:00:00+00:00", "day"), "2026-11-19T16:00", "day", "feed"),
        ("", ("2026-11-20 02:30:00+00:00", "instant"), "2026-11-20T02:30", "instant", "feed"),
        ("soon", ("2026-11-20 02:30:00+00:00", "instant"), "2026-11-20T02:30", "instant", "feed"),
        ("", ("", ""), "", "none", ""),
        ("2026-11-23T05:00:00Z", ("", ""), "2026-11-23T05:00", "instant", "meta"),
        ("2026-11-23T07:00:00Z", ("", ""), "", "none", "future"),
        ("2036-01-01", ("", ""), "", "none", "future"),
        ("2036-01-01T00:00Z", ("2026-11-20 02:30:00+00:00", "instant"), "2026-11-20T02:30", "instant", "feed"),
        ("", ("2026-12-20 02:30:00+00:00", "instant"), "", "none", "future"),
    ],
)
def test_dates_of_page_and_feed_are_reconciled(
    page: str, feed: tuple[str, str], expected: str, precision: str, source: str
) -> None:
    head = f"<meta property='article:published_time' content='{page}'>" if page else ""
    found = article(html(head=head), known=announced(*feed))
    assert found.published_at == (datetime.fromisoformat(expected).replace(tzinfo=UTC) if expected else None)
    assert (found.published_precision, found.published_source) == (precision, source)


def test_a_change_in_the_future_is_not_believed() -> None:
    head = f"<meta property='article:modified_time' content='{(NOW + timedelta(days=2)).isoformat()}'>"
    assert article(html(head=head)).updated_at is None


def test_a_date_in_prose_or_in_a_copyright_line_is_not_the_article_s() -> None:
    body = html("On March 3, 2019 the talks began, and in May 2020 they ended. " + ENGLISH)
    found = article(body.replace("</article>", "</article><footer>Copyright 2018 by Site</footer>"))
    assert found.published_at is None


def test_an_iso_date_in_prose_is_not_the_article_s() -> None:
    assert article(html("On 2020-05-05 the talks ended. " + ENGLISH)).published_at is None


def test_text_has_no_control_or_direction_characters() -> None:
    bad = "\u202egnp.exe\u2066\u200b\ufeff\u0085\u2028"
    head = "<meta name='author' content='Ann\u202e Lee'><meta property='og:title' content='Ti\u202etle\u2067 of it'>"
    found = article(html(bad + ENGLISH.replace("chips", "ch\u202eips\x7f"), head))
    for text in (found.text, found.title, *found.authors):
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
    assert (found.title, found.authors) == ("Title of it", ("Ann Lee",))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_clean_text_is_safe_normal_and_stays_so(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(ord(c) < 32 and c not in "\n\t" for c in cleaned)
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("...", 0),
        ("one", 1),
        ("one two", 2),
        ("don't stop", 2),
        ("well-known", 1),
        ("人工智能", 4),
        ("AI 人工智能 chips", 6),
        ("中文abc中文", 5),
        ("3.5 GPT-4", 2),
    ],
)
def test_words_and_characters_are_counted(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "head", "paywalled"),
    [
        (
            "The first words of the story that one may read for nothing. " * 4 + "Subscribe to continue reading.",
            "",
            True,
        ),
        ("这是文章开头的几句话，其余部分需要付费。" * 4 + "登录后阅读全文", "", True),
        (
            "The first words of the story that one may read. " * 5,
            {"@type": "NewsArticle", "isAccessibleForFree": False},
            True,
        ),
        (LONG, {"@type": "NewsArticle", "isAccessibleForFree": False}, False),
        (ENGLISH, "", False),
    ],
)
def test_a_teaser_before_a_paywall_is_marked(text: str, head: Any, paywalled: bool) -> None:
    block = f"<script type='application/ld+json'>{json.dumps(head)}</script>" if head else ""
    assert article(html(text, block)).paywalled is paywalled


@pytest.mark.parametrize(
    ("title", "content"),
    [
        ("Robot check: are you human enough for the factory of tomorrow?", LONG),
        ("404 chips found in a warehouse, prosecutors say", ENGLISH),
        ("Page not found: how agencies lost their archives", LONG),
        ("安全验证成为芯片出口的新门槛", SIMPLIFIED),
    ],
)
def test_an_article_about_walls_and_errors_is_an_article(title: str, content: str) -> None:
    assert article(html(content, title=title)).title == title


def test_an_article_among_many_links_is_an_article() -> None:
    assert article(html().replace("</body>", LIST.partition("<body>")[2] + "</body>"))


@pytest.mark.parametrize(
    ("canonical", "key"),
    [
        ("https://www.example.com/news/one", "https://example.com/news/one"),
        ("/news/one", "https://example.com/news/one"),
        ("https://example.com/", "https://example.com/news/1"),
        ("https://www.example.com/news", "https://example.com/news/1"),
        ("https://other.example/news/one", "https://example.com/news/1"),
        ("javascript:void(0)", "https://example.com/news/1"),
        ("", "https://example.com/news/1"),
    ],
)
def test_a_plausible_canonical_address_is_the_identity(canonical: str, key: str) -> None:
    found = article(html(head=f"<link rel='canonical' href='{canonical}'>"))
    assert found.url_key == key
    assert found.article_id == article_id(key)
    assert found.url == "https://www.example.com/news/1?utm_source=rss"


def test_section_description_and_picture_are_kept() -> None:
    head = (
        "<meta property='article:section' content='Tech &amp;amp; Trade'><meta name='description' content='What it is about.'>"
        "<meta property='og:image' content='/a.jpg'>"
    )
    found = article(html(head=head))
    assert (found.section, found.description, found.image) == (
        "Tech & Trade", "What it is about.", "https://www.example.com/a.jpg",
    )  # fmt: skip
    assert article(html(head="<meta property='og:image' content='data:image/png;base64,AA'>")).image == ""


# Other outcomes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"body": html(), "status": 301, "location": "/b"}, Outcome.REDIRECT),
        ({"body": html(), "status": 302}, Outcome.REDIRECT),
        ({"body": html(), "status": 404}, Outcome.GONE),
        ({"body": html(), "status": 410}, Outcome.GONE),
        ({"body": html(), "status": 403}, Outcome.REFUSED),
        ({"body": html(), "status": 429}, Outcome.REFUSED),
        ({"body": html(), "status": 500}, Outcome.HTTP_ERROR),
        ({"body": html(), "status": 0}, Outcome.HTTP_ERROR),
        ({"body": html(), "status": 304}, Outcome.HTTP_ERROR),
        ({"body": b"", "known": {"role": "discovery"}}, Outcome.DISCOVERY),
        ({"body": b"User-agent: *", "known": {"role": "robots"}}, Outcome.DISCOVERY),
        ({"body": b"", "known": {"role": "discovery"}, "status": 404}, Outcome.GONE),
        ({"body": b""}, Outcome.NO_TEXT),
        ({"body": b" \n "}, Outcome.NO_TEXT),
        ({"body": b"<html><body></body></html>"}, Outcome.NO_TEXT),
        ({"body": b"<html><body><div id='root'></div><script>app()</script></body></html>"}, Outcome.SHELL),
        (
            {
                "body": b"<body><noscript>You need to enable JavaScript to run this.</noscript><script src='a.js'></script>"
            },
            Outcome.SHELL,
        ),
        ({"body": "<body><p>请启用JavaScript后重试</p><script>a()</script></body>"}, Outcome.SHELL),
        (
            {"body": b"<html><head><title>A shell</title></head><body><noscript>Enable it</noscript></body></html>"},
            Outcome.NO_TEXT,
        ),
        ({"body": b"<html><head><title>Just a moment...</title></head><body>Checking</body></html>"}, Outcome.WALL),
        ({"body": html("Before you go on, please confirm. " * 9, title="Are you a robot?")}, Outcome.WALL),
        ({"body": html("请完成下方验证后继续。" * 5, title="百度安全验证")}, Outcome.WALL),
        (
            {"body": b"<title>news</title><body><script src='https://ct.captcha-delivery.com/c.js'></script>"},
            Outcome.WALL,
        ),
        (
            {"body": html("Sorry, we could not find it. Try the search. " * 3, title="Page not found | Site")},
            Outcome.ERROR_PAGE,
        ),
        ({"body": html("Sorry, we could not find it. Try the search. " * 3, title="404")}, Outcome.ERROR_PAGE),
        ({"body": html("您访问的页面可能已经删除，请返回首页。" * 3, title="您访问的页面不存在")}, Outcome.ERROR_PAGE),
        ({"body": html(), "url": "https://www.example.com/"}, Outcome.SECTION),
        ({"body": LIST}, Outcome.SECTION),
        ({"body": CHINESE_LIST}, Outcome.SECTION),
        ({"body": b"%PDF-1.7 <html>"}, Outcome.NOT_HTML),
        ({"body": b"\x89PNG\r\n"}, Outcome.NOT_HTML),
        ({"body": gzip.compress(html().encode())}, Outcome.NOT_HTML),
        ({"body": b"just words, no page"}, Outcome.NOT_HTML),
        ({"body": b'{"json": "<p>"}'}, Outcome.NO_TEXT),
        ({"body": b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>"}, Outcome.NOT_HTML),
        ({"body": b"<feed xmlns='http://www.w3.org/2005/Atom'/>"}, Outcome.NOT_HTML),
        ({"body": b"<rdf:RDF></rdf:RDF>"}, Outcome.NOT_HTML),
        ({"body": b"<!-- a --><urlset></urlset>"}, Outcome.NOT_HTML),
        ({"body": "\ufeff<rss/>".encode("utf-16-le")}, Outcome.NOT_HTML),
        ({"body": html("word " * (MAX_BYTES // 5 + 10))}, Outcome.TOO_LARGE),
        ({"body": b"<html>" + b"x" * (MAX_BODY - 5)}, Outcome.TOO_LARGE),
        ({"body": b"<html>" + b"<b>" * (MAX_ELEMENTS + 1)}, Outcome.TOO_COMPLEX),
        ({"body": html(), "problem": "cut short"}, Outcome.DAMAGED),
        ({"body": html(), "fetched_at": None}, Outcome.DAMAGED),
        ({"body": html(), "url": "urn:uuid:1"}, Outcome.DAMAGED),
        ({"body": html(), "url": ""}, Outcome.DAMAGED),
        ({"body": html("Few words here.")}, Outcome.NO_TEXT),
    ],
)
def test_what_is_no_article_is_said_to_be_what_it_is(values: dict[str, Any], outcome: Outcome) -> None:
    result = extract(record(**values))
    assert result.outcome == outcome, result.error
    assert result.article is None
    assert result.error or outcome == Outcome.DISCOVERY


def test_pages_at_the_limits_are_read_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MAX_ELEMENTS", 3000)
    assert extract(record(html().replace("</article>", "<i></i>" * 1000 + "</article>"))).outcome == Outcome.ARTICLE
    assert extract(record(html().replace("</article>", "<i></i>" * 2000 + "</article>"))).outcome == Outcome.TOO_COMPLEX


TAGS = st.sampled_from(
    [
        b"<p>",
        b"</p>",
        b"<div>",
        b"<article>",
        b"</div",
        b"<script type='application/ld+json'>",
        b"</script>",
        b"<!--",
        b"-->",
        b"<meta charset='utf-16'>",
        b"<meta property='og:title' content='",
        b"'>",
        b"<title>",
        b"\xff\xfe",
        b"\0",
        b"&#x110000;",
        b"&amp;",
        b"<svg>",
        b"<table><tr><td>",
        b'{"@type":"Article"',
        b"words of an article ",
        "中文".encode(),
        "中文".encode("gbk"),
        b"<time datetime='2026-11-20'>",
        b"<base href='http://[/'>",
        b"<a href='http://['>x</a>",
        b"<![CDATA[",
    ]
)
KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "url": st.text(max_size=20),
        "fetch_url": st.text(max_size=5),
        "title": st.text(max_size=9),
        "zone": st.sampled_from(["UTC", "Asia/Shanghai"]),
        "published": st.none()
        | st.text(max_size=9)
        | st.fixed_dictionaries({"at": st.text(max_size=25), "precision": st.text(max_size=5)}),
        "source_id": st.integers() | st.text(max_size=5),
    },
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.one_of(
        st.binary(max_size=500),
        st.lists(TAGS, max_size=40).map(b"".join),
        st.lists(TAGS, max_size=40).map(lambda tags: b"<html><body>" + b"".join(tags)),
    ),
    known=KNOWN,
)
def test_any_bytes_have_an_outcome(body: bytes, known: dict[str, Any]) -> None:
    result = extract(record(body, known=known))
    assert isinstance(result.outcome, Outcome)
    assert (result.article is not None) == (result.outcome == Outcome.ARTICLE)
    if result.article:
        result.article.text.encode("utf-8")
        result.article.title.encode("utf-8")
