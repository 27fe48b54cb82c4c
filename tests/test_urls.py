"""Two spellings of one address have one key; two addresses that may be two articles have two."""

import gzip
import os
import re
import string
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.extract import extract
from spiders.records import Position, Record
from spiders.urls import MAX_URL, BadUrl, absolute, article_id, canonical_key, url_key

REALDATA = Path(os.environ.get("BILATERAL_REALDATA") or Path(__file__).parents[2] / "shared" / "realdata")

WORD = st.text(string.ascii_lowercase, min_size=2, max_size=8).filter(lambda word: word not in {"www", "mobile", "amp"})
HOST = st.lists(WORD, min_size=2, max_size=3).map(".".join)
PATH = st.lists(
    st.text(string.ascii_letters + string.digits + "-_.~%:@中文é ", min_size=1, max_size=12), max_size=4
).map(lambda parts: "/".join(parts).rstrip())  # a space at an end is no part of an address
NAME = st.sampled_from(["id", "p", "article", "page", "ref", "a", "lang"])
QUERY = st.dictionaries(
    NAME, st.text(string.ascii_letters + string.digits + "-_ 中", max_size=8).map(str.strip), max_size=4
)
TRACKING = [
    "utm_source=x", "utm_medium=rss", "UTM_Campaign=y", "utm_whatever=1", "fbclid=Iw", "gclid=1", "mc_cid=a",
    "mc_eid=b", "mtm_source=a", "igshid=1", "spm=a2.1", "smid=tw-nytimes", "_ga=1.2", "PHPSESSID=abc", "jsessionid=1",
    "ref=techmeme.com", "ref=https://www.reddit.com/", "source=hacker-news.example", "guccounter=1", "xtor=RSS-1",
    "sid=0123456789abcdef0123456789abcdef",
]  # fmt: skip


def joined(query: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "http://example.com/a"),
        ("https://example.com/a", "HTTPS://EXAMPLE.COM/a"),
        ("https://example.com/a", "https://www.example.com/a"),
        ("https://example.com/a", "https://www2.example.com/a"),
        ("https://example.com/a", "https://m.example.com/a"),
        ("https://example.com/a", "https://mobile.example.com/a"),
        ("https://example.com/a", "https://amp.example.com/a"),
        ("https://example.com/a", "https://www.m.example.com/a"),
        ("https://example.com/a", "https://example.com:443/a"),
        ("https://example.com/a", "http://example.com:80/a"),
        ("https://example.com/a", "https://example.com./a"),
        ("https://example.com/a", "https://user:password@example.com/a"),
        ("https://example.com/a", "https://example.com/a#comments"),
        ("https://example.com/a", "https://example.com/a?"),
        ("https://example.com/a", " https://example.com/a\n"),
        ("https://example.com/a", "https://example.com/%61"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/%e4%b8%ad", "https://example.com/中"),
        ("https://example.com/%E4%B8%AD", "https://example.com/中"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://例子.cn/a", "https://xn--fsqu00a.cn/a"),
        ("https://example.com/a?b=1&c=2", "https://example.com/a?c=2&b=1"),
        ("https://example.com/a?q=a+b", "https://example.com/a?q=a%20b"),
        ("https://example.com/a?q=中", "https://example.com/a?q=%E4%B8%AD"),
        ("https://example.com/a", "https://www.google.com/amp/s/example.com/a"),
        ("https://example.com/a", "https://www.google.com/amp/example.com/a"),
        ("https://example.com/a", "https://www.google.co.uk/amp/s/www.example.com/a?utm_source=x"),
        ("https://example.com/a", "https://example-com.cdn.ampproject.org/c/s/example.com/a"),
        ("https://example.com/a?id=1", "https://example-com.cdn.ampproject.org/v/s/amp.example.com/a?id=1"),
    ],
)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://example.com/a/"),
        ("https://example.com/a", "https://example.com/a/amp"),
        ("https://example.com/a?id=1", "https://example.com/a?id=2"),
        ("https://example.com/a?id=1", "https://example.com/a?ID=1"),
        ("https://example.com/a?id=a", "https://example.com/a?id=A"),
        ("https://example.com/a", "https://example.com/a?id=1"),
        ("https://example.com/a", "https://example.com/a?id="),
        ("https://example.com/a", "https://example.com:8080/a"),
        ("https://example.com/a", "https://news.example.com/a"),
        ("https://m.com/a", "https://www.com/a"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/show?ref=123", "https://example.com/show?ref=124"),
        ("https://example.com/show?source=news", "https://example.com/show?source=blog"),
        ("https://www.solidot.org/story?sid=79001", "https://www.solidot.org/story?sid=79002"),
        ("https://www.google.com/amp/", "https://www.google.com/"),
        ("https://www.google.com/search?q=a", "https://www.google.com/search?q=b"),
        ("https://en.people.cn/n3/2026/1120/c90000-1.html", "https://en.people.cn/n3/2026/1120/c90000-2.html"),
    ],
)
def test_addresses_of_two_articles_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "/a", "a", "//", "example.com/a", "ftp://example.com/a", "javascript:alert(1)", "mailto:a@example.com",
        "data:text/html,a", "file:///etc/passwd", "http://", "https:///a", "http://./a", "http://../a", "http://[::1/a",
        "http://example.com:port/", "http://example.com:99999/", "https://example.com/\0", "https://example.com/\x07",
        "https://example.com/\ud800", "https://example.com/" + "a" * MAX_URL, "https://example.com/" + "长" * 300,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        url_key(url)
    with pytest.raises(BadUrl):
        absolute(url)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("b", "https://example.com/news/b"),
        ("/b", "https://example.com/b"),
        ("../b", "https://example.com/b"),
        ("//other.org/b", "https://other.org/b"),
        ("?id=2", "https://example.com/news/index?id=2"),
        ("http://other.org/b c#d", "http://other.org/b%20c"),
        ("/新闻", "https://example.com/%E6%96%B0%E9%97%BB"),
        ("https://me:secret@example.com/b", "https://example.com/b"),
        ("https://[2606:4700::1111]:8443/b", "https://[2606:4700::1111]:8443/b"),
        ("/wrapped\n/link", "https://example.com/wrapped/link"),
    ],
)
def test_links_are_resolved_against_their_page(link: str, expected: str) -> None:
    assert absolute(link, "https://example.com/news/index?id=1") == expected


def test_the_key_is_a_readable_address_and_the_identifier_is_derived_from_it() -> None:
    key = url_key("http://www.Example.com:80/A?b=2&utm_source=x&a=1#c")
    assert key == "https://example.com/A?a=1&b=2"
    assert article_id(key) == uuid.uuid5(uuid.NAMESPACE_URL, key)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(max_size=60).map("https://".__add__),
        st.text(max_size=60).map("http://a.com/".__add__),
        st.text("./%?&=#:@[]1a中\ud800\t ", max_size=30).map("https://www.google.com/amp/s/".__add__),
    )
)
def test_any_text_has_a_key_or_is_refused(text: str) -> None:
    try:
        key = url_key(text)
    except BadUrl:
        return
    assert url_key(key) == key
    assert key.startswith("https://")
    assert key.isascii()


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60), st.text(max_size=40))
def test_a_link_that_was_resolved_has_a_key(link: str, tail: str) -> None:
    for text in (
        link,
        "http://example.com/" + link,
        "http://" + link + "/" + tail,
        "https://www.google.com/amp/s/a." + link,
    ):
        try:
            address = absolute(text, "https://example.com/feed.xml")
        except BadUrl:
            continue
        assert absolute(address) == address
        url_key(address)


@settings(max_examples=200, deadline=None)
@given(host=HOST, path=PATH, query=QUERY, data=st.data())
def test_how_an_address_is_written_does_not_matter(
    host: str, path: str, query: dict[str, str], data: st.DataObject
) -> None:
    plain = f"https://{host}/{path}" + (f"?{joined(query)}" if query else "")
    scheme, port = data.draw(st.sampled_from([("https", ""), ("http", ""), ("https", ":443"), ("http", ":80")]))
    prefix = data.draw(st.sampled_from(["", "www.", "m.", "amp.", "mobile.", "www.m."]))
    parameters = [
        *(f"{name}={value}" for name, value in query.items()),
        *data.draw(st.lists(st.sampled_from(TRACKING), max_size=3)),
    ]
    shuffled = "&".join(data.draw(st.permutations(parameters)))
    fragment = data.draw(st.sampled_from(["", "#", "#top", "#?id=2"]))
    assert url_key(f"{scheme}://{prefix}{host}{port}/{path}?{shuffled}{fragment}") == url_key(plain)


@settings(deadline=None)
@given(
    host=HOST,
    path=st.text(string.ascii_letters + string.digits + "/%:@!$&'()*+,;=~._-é|\\", max_size=20),
    query=st.text(string.ascii_letters + "&=%[]/?+é|", max_size=12),
)
def test_a_normal_address_is_taken_as_it_is(host: str, path: str, query: str) -> None:
    """Whatever way it goes through the code: an upper-case scheme takes the longer one."""
    rest = f"://{host}/{path}" + (f"?{query}" if query else "")
    assert absolute(f"https{rest}") == absolute(f"HTTPS{rest}")


@settings(max_examples=150, deadline=None)
@given(host=HOST, query=QUERY, name=NAME, value=st.text(string.ascii_letters + string.digits, min_size=1, max_size=8))
def test_parameters_that_may_name_an_article_are_kept(host: str, query: dict[str, str], name: str, value: str) -> None:
    without = {key: text for key, text in query.items() if key != name}
    assert url_key(f"https://{host}/?{joined({**without, name: value})}") != url_key(
        f"https://{host}/?{joined(without)}"
    )


# The files are named after their addresses, without punctuation.
_NEWS = "http://uniradioinforma.com/noticias/coronavirus"
_WWW_NEWS = "https://www.uniradioinforma.com/noticias/coronavirus"
_DEATHS = "covid-segunda-causa-de-muerte-en-mexico-en-2021.html"
_TRUSSVILLE = "trussvilletribune.com/2022/03/02/three-students-from-center-point-receive-academic-scholarships/"
_TIMES = "https://www.nytimes.com/interactive/2018/12/10/business/location-data-privacy-apps.html"
_MIGRANTS = "https://observers.france24.com/en/20190826-mexico-african-migrants-trapped-protest-journey"
_MAEIL = "https://www.mk.co.kr/news/society/view/2020/07/693939/"
_FOLLOW = "https://api.follow.it/track-rss-story-click/v3/ecuhSAhRa8kTTPWTA7xaXioxzwoq1nFt"
_UPSTRACT = "https://upstract.com/x/fdf95bf448e1f2a8"
_STORM = "https://www.cnn.com/2022/08/29/weather/weather-news-labor-day-tropical-system-texas-rain-wxn/index.html"
KNOWN_BY_ADDRESS = [
    (
        f"{_NEWS}/677126/nuevos-sintomas-del-covid-prolongado.html",
        f"{_NEWS}/677126/nuevos-sintomas-del-covid-prolongado.html?utm_campaign=rss&utm_medium=link",
    ),
    (f"{_WWW_NEWS}/677354/{_DEATHS}?utm_source=feed&utm_medium=link&utm_campaign=rss", f"{_NEWS}/677354/{_DEATHS}"),
    (f"https://www.{_TRUSSVILLE}", f"http://{_TRUSSVILLE}"),
    (
        "https://thekenyatimes.com/counties/kisumu-traders-alerted-about-cartels-in-stalls-issuance/",
        "http://thekenyatimes.com/counties/kisumu-traders-alerted-about-cartels-in-stalls-issuance/",
    ),
    ("http://peoplesdailyng.com/feed", "https://www.peoplesdailyng.com/feed"),
    (_UPSTRACT, _UPSTRACT.replace("https", "http")),
    (f"https://web.archive.org/web/{_TIMES}", _TIMES),
    (f"https://web.archive.org/web/{_MIGRANTS}", _MIGRANTS),
]
KNOWN_BY_CANONICAL_LINK = [
    ("https://cnn.it/3wGkGU1", _STORM),
    (_FOLLOW, f"http://{_TRUSSVILLE}"),
    (_FOLLOW, f"https://www.{_TRUSSVILLE}"),
]
# Nothing on page or in address says it: "ref" names no host and may be part of an identity, the home pages of two
# editions are two pages, and a site that moved names another address than it did when it was archived. Of two files no
# address is known.
UNKNOWABLE = [
    (_UPSTRACT, f"{_UPSTRACT}?ref=rss"),
    ("http://www.nytimes.com", "http://www.nytimes.com/global"),
    (f"https://web.archive.org/web/{_MAEIL}", _MAEIL),
]


def real_page(url: str) -> bytes:
    folder = REALDATA / "url_aliases" / "html"
    if not folder.is_dir():
        pytest.skip(f"no {folder}: set BILATERAL_REALDATA")
    return gzip.decompress((folder / f"cached-{re.sub('[^A-Za-z0-9_]', '', url)}.gz").read_bytes())


def key_of_article(url: str) -> str:
    record = Record(url, datetime(2026, 11, 1, tzinfo=UTC), 200, "text/html", real_page(url), Position("", 0, 0))
    article = extract(record).article
    return article.url_key if article else url_key(url)


@pytest.mark.parametrize(("one", "other"), KNOWN_BY_ADDRESS)
def test_real_aliases_that_the_address_gives_away_have_one_key(one: str, other: str) -> None:
    assert real_page(one)
    assert real_page(other)
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(("one", "other"), [*KNOWN_BY_ADDRESS, *KNOWN_BY_CANONICAL_LINK])
def test_real_aliases_become_one_article(one: str, other: str) -> None:
    assert key_of_article(one) == key_of_article(other)


@pytest.mark.parametrize(("one", "other"), UNKNOWABLE)
def test_what_nothing_says_to_be_one_article_stays_two(one: str, other: str) -> None:
    assert key_of_article(one) != key_of_article(other)


@pytest.mark.parametrize(
    ("canonical", "url", "key"),
    [
        ("https://a.example/news/1", "https://a.example/news/1?p=2", "https://a.example/news/1"),
        ("https://a.example/news/1", "https://a.example/news/1/amp", "https://a.example/news/1"),
        ("https://www.a.example/news/1", "https://amp.a.example/news/1", "https://a.example/news/1"),
        ("https://news.a.example/1", "https://a.example/story-one", "https://news.a.example/1"),
        ("https://a.example/", "https://a.example/news/1", ""),
        ("https://a.example/news", "https://a.example/news/1", ""),
        ("https://a.example/news/", "https://a.example/news/one/two", ""),
        ("https://a.example/index.html", "https://a.example/news/1", ""),
        ("https://a.example/en/index.shtml", "https://a.example/en/news/1", ""),
        (
            "https://a.example/index.php?id=1",
            "https://a.example/index.php?id=1&p=2",
            "https://a.example/index.php?id=1",
        ),
        (
            "https://a.example/n/1/index.html",
            "https://a.example/n/1/index.html?p=2",
            "https://a.example/n/1/index.html",
        ),
        ("https://a.example/n/1/index.html", "https://m.a.example/1.html", "https://a.example/n/1/index.html"),
        ("https://b.example/news/1", "https://a.example/story-one", ""),
        ("https://b.example/news/1", "https://a.example/1234567", ""),
        ("https://b.example/news/1", "https://t.example/aB3dE6g", "https://b.example/news/1"),
        ("", "https://a.example/news/1", ""),
        ("https://a.example/?id=2", "https://a.example/?id=2&utm_source=x", ""),
    ],
)
def test_a_canonical_address_is_believed_where_it_is_plausible(canonical: str, url: str, key: str) -> None:
    assert canonical_key(canonical, url) == key
