"""What a page says of itself is read from where it says it; what it does not say stays empty."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring
from trafilatura.metadata import extract_author
from trafilatura.xpaths import AUTHOR_XPATHS

from spiders.dates import UNKNOWN, Moment
from spiders.metadata import Metadata, bylines, read

AT = Moment(datetime(2026, 11, 20, 2, 30, tzinfo=UTC), "instant")
DAY = Moment(datetime(2026, 11, 19, 16, tzinfo=UTC), "day")


def page(head: str = "", body: str = "", *, zone: str = "Asia/Shanghai", lang: str = "") -> Metadata:
    return read(document_fromstring(f"<html lang='{lang}'><head>{head}</head><body>{body}<p>x</p></body></html>"), zone)


def ld(*blocks: Any) -> str:
    return "".join(f"<script type='application/ld+json'>{json.dumps(block)}</script>" for block in blocks)


# Titles ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            ld({"@type": "NewsArticle", "headline": "From JSON-LD"}) + "<title>Other</title>",
            "<h1>Third</h1>",
            "From JSON-LD",
        ),
        ("<meta property='og:title' content='From meta'><title>Other</title>", "<h1>Third</h1>", "From meta"),
        ("<title>Other</title>", "<h1>The heading</h1>", "The heading"),
        ("<title>The document</title>", "<h1>a</h1><h1>b</h1>", "The document"),
        ("<title>The document</title>", "", "The document"),
        ("", "", ""),
        (ld({"@type": "NewsArticle", "headline": "R&amp;D &quot;chips&quot;"}), "", 'R&D "chips"'),
        (ld({"@type": "NewsArticle", "headline": ["list"]}) + "<title>T</title>", "", "T"),
        ("<meta property='og:title' content='  a\n b '>", "", "a b"),
        ("<title>A</title>", "<svg><title>icon</title></svg>", "A"),
    ],
)
def test_the_title_is_the_declared_one_before_the_visible_one(head: str, body: str, title: str) -> None:
    assert page(head, body).title == title


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Chip rules tighten | The Site", "The Site", "Chip rules tighten"),
        ("Chip rules tighten - The Site", "the site", "Chip rules tighten"),
        ("Chip rules tighten — The Site", "The Site", "Chip rules tighten"),
        ("The Site | Chip rules tighten", "The Site", "Chip rules tighten"),
        ("芯片规则收紧_新闻网", "新闻网", "芯片规则收紧"),
        ("芯片规则收紧-新闻网", "新闻网", "芯片规则收紧"),
        ("芯片规则收紧——新闻网", "新闻网", "芯片规则收紧"),
        ("US-China talks: what's next", "The Site", "US-China talks: what's next"),
        ("US-China talks - what is next", "The Site", "US-China talks - what is next"),
        ("The Site", "The Site", "The Site"),
        ("Chips | Opinion", "The Site", "Chips | Opinion"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title: str, site: str, expected: str) -> None:
    head = f"<meta property='og:site_name' content='{site}'><meta property='og:title' content=\"{title}\">"
    assert page(head).title == expected


def test_the_publisher_names_the_site_where_nothing_else_does() -> None:
    article = {
        "@type": "NewsArticle",
        "headline": "Chips | The Site",
        "publisher": {"@type": "Organization", "name": "The Site"},
    }
    assert page(ld(article)).title == "Chips"


def test_what_follows_the_heading_is_dropped_from_a_document_title() -> None:
    assert (
        page("<title>Chip rules tighten again | Some Site</title>", "<h1>Chip rules tighten again</h1><h1>b</h1>").title
        == "Chip rules tighten again"
    )


# Authors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Person", "name": "Ann Lee"}, ("Ann Lee",)),
        ([{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Li"}], ("Ann Lee", "Bo Li")),
        ("Ann Lee", ("Ann Lee",)),
        ("By Ann Lee and Bo Li", ("Ann Lee", "Bo Li")),
        (["Ann Lee", "Ann Lee"], ("Ann Lee",)),
        ("李明、王芳", ("李明", "王芳")),
        ("作者： 李明", ("李明",)),
        ({"@type": "Person", "name": ["Ann Lee"]}, ()),
        ({"@id": "#ann"}, ("Ann Lee",)),
        ([{"@id": "#ann"}, {"@id": "#nobody"}], ("Ann Lee",)),
        ({"@id": ["#ann"]}, ()),
        ({"@id": {"a": 1}}, ()),
        ("https://example.com/ann", ()),
        ("ann@example.com", ()),
        ("The Site", ("The Site",)),
        ({"@type": "Organization", "name": "Xinhua"}, ("Xinhua",)),
        ([{"@type": "NewsMediaOrganization", "name": "Xinhua"}, {"@type": "Person", "name": "Ann Lee"}], ("Ann Lee",)),
        (["The Site", "Ann Lee"], ("Ann Lee",)),
        ("Ann Lee (Beijing)", ("Ann Lee",)),
        (["Ann Lee", "ann-lee"], ("Ann Lee",)),
        ("105092", ()),
        ("记者 李明 王芳", ("李明", "王芳")),
        ("大渡 美咲", ("大渡 美咲",)),
        (5, ()),
        (None, ()),
        ([None, 5, {}, []], ()),
    ],
)
def test_authors_are_people_by_name_or_by_reference(author: Any, names: tuple[str, ...]) -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": "T", "author": author},
            {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        ]
    }
    assert page(ld(graph) + "<meta property='og:site_name' content='The Site'>").authors == names


def test_authors_stand_in_meta_tags_where_json_ld_has_none() -> None:
    assert page("<meta name='author' content='By Ann Lee, Bo Li'>").authors == ("Ann Lee", "Bo Li")
    assert page("<meta name='byl' content='By Ann Lee'>").authors == ("Ann Lee",)


PLACES = sorted(
    (attribute, re.sub(r"\[(.).\]|(.)\?", r"\1\2", form))
    for expression in AUTHOR_XPATHS
    for attribute, forms in re.findall(r"@([\w-]+)(?:=|, )'([^']+)'", expression.path)
    for form in forms.split("|")
)


@pytest.mark.parametrize(("attribute", "value"), [*dict.fromkeys(PLACES)])
def test_authors_are_found_wherever_trafilatura_looks_for_them(attribute: str, value: str) -> None:
    assert page(body=f"<div><a {attribute}='{value}'>Ann Lee</a></div>").authors == ("Ann Lee",)


def test_authors_are_found_in_an_element_of_that_name() -> None:
    assert page(body="<div><author>Ann Lee</author></div>").authors == ("Ann Lee",)


NAMED = st.sampled_from(
    [
        "author",
        "byline",
        "x author-name",
        "writer",
        "bianji",
        "title",
        "sidebar",
        "is-hidden",
        "comments",
        "print",
        "Figure",
        "x",
        "",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["Ann Lee", "By Bo Li", " ", "x" * 130]),
        lambda inner: st.lists(
            st.tuples(
                st.sampled_from(["a", "div", "section", "span", "p", "h3", "time", "figure", "author", "f{x"]),
                st.sampled_from(["class", "id", "itemprop", "rel", "data-component", "data-testid", "title"]),
                NAMED,
                inner,
            ),
            min_size=1,
            max_size=4,
        ),
        max_leaves=12,
    )
)
@example([("div", "data-component", "Figure", [("a", "class", "author", "Ann Lee")])])
def test_trafilatura_finds_the_same_authors_in_the_bylines_alone_as_on_the_whole_page(content: Any) -> None:
    def written(part: Any) -> str:
        if isinstance(part, str):
            return part
        return "".join(f"<{tag} {name}='{value}'>{written(inner)}</{tag}>tail" for tag, name, value, inner in part)

    tree = document_fromstring(f"<html class='x'><body>{written(content)}<p>x</p></body></html>")
    assert extract_author(bylines(tree)) == extract_author(tree)


def test_a_crowd_of_authors_is_cut() -> None:
    assert (
        len(
            page(
                ld(
                    {
                        "@type": "NewsArticle",
                        "headline": "T",
                        "author": [f"Name {n}" for n in "abcdefghijklmnopqrstuvwxyz"],
                    }
                )
            ).authors
        )
        == 20
    )


# Dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "moment", "source"),
    [
        (ld({"@type": "NewsArticle", "datePublished": "2026-11-20T10:30:00+08:00"}), "", AT, "json-ld"),
        (
            ld(
                {
                    "@graph": [
                        {"@type": "WebPage"},
                        {"@type": "Article", "headline": "a", "datePublished": "2026-11-20T02:30:00Z"},
                    ]
                }
            ),
            "",
            AT,
            "json-ld",
        ),
        (ld([{"@type": ["Thing", "ReportageNewsArticle"], "datePublished": "2026-11-20 10:30"}]), "", AT, "json-ld"),
        ("<meta property='article:published_time' content='2026-11-20T02:30:00Z'>", "", AT, "meta"),
        ("<meta name='PubDate' content='2026-11-20 10:30'>", "", AT, "meta"),
        ("", "<time datetime='2026-11-20T10:30'>today</time>", AT, "time"),
        ("", "<span class='pub-time'>2026年11月20日 10:30 来源：新华网</span>", AT, "text"),
        ("", "<div id='info'>发布时间：2026-11-20 10:30</div>", AT, "text"),
        ("", "<p>On 2026-11-20 10:30 something happened.</p>", UNKNOWN, ""),
        (ld({"@type": "NewsArticle", "datePublished": "2026-11-20"}), "", DAY, "json-ld"),
        (
            ld({"@type": "NewsArticle", "datePublished": "2026-11-20"}),
            "<time datetime='2026-11-20T10:30'/>",
            AT,
            "time",
        ),
        *(
            (
                ld({"@type": "NewsArticle", "headline": "A headline", "datePublished": "2026-11-20"}),
                other,
                DAY,
                "json-ld",
            )
            for other in (
                "<time datetime='2026-11-18T10:30'/>",
                "<h1>A headline</h1><p>Updated 2026-11-25 10:30</p>",
                "<script>var publish_time = '2026-10-01 10:30'</script>",
                "<meta name='date' content='2026-11-28T10:30:00Z'>",
            )
        ),
        (ld({"@type": "NewsArticle", "datePublished": 20261120}), "", UNKNOWN, ""),
        (ld({"@type": "Organization", "datePublished": "2026-11-20T02:30:00Z"}), "", UNKNOWN, ""),
        (
            ld({"@type": "NewsArticle", "datePublished": "soon"}) + "<meta name='date' content='2026-11-20 10:30'>",
            "",
            AT,
            "meta",
        ),
    ],
)
def test_the_date_is_the_first_exact_one(head: str, body: str, moment: Moment, source: str) -> None:
    found = page(head, body)
    assert (found.published, found.published_source) == (moment, source)


def test_the_last_change_is_not_the_publication() -> None:
    found = page(ld({"@type": "NewsArticle", "headline": "a", "dateModified": "2026-11-20T02:30:00Z"}))
    assert (found.published, found.updated) == (UNKNOWN, AT)
    assert page("<meta property='article:modified_time' content='2026-11-20T02:30:00Z'>").updated == AT


# The rest ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "free"),
    [(True, True), (False, False), ("False", False), ("true", True), ("http://schema.org/False", False)],
)
def test_a_page_declares_whether_it_is_free(value: Any, free: bool) -> None:
    assert page(ld({"@type": "NewsArticle", "isAccessibleForFree": value})).free is free


def test_a_page_that_says_nothing_is_empty() -> None:
    assert page() == Metadata()


@pytest.mark.parametrize(("lang", "language"), [("en-US", "en"), ("zh-Hans-CN", "zh"), ("ZH", "zh"), ("", "")])
def test_the_declared_language_is_the_code_without_its_region(lang: str, language: str) -> None:
    assert page(lang=lang).language == language


@pytest.mark.parametrize(
    "block",
    [
        "{",
        "",
        "null",
        "5",
        '"text"',
        "[]",
        "[[[[]]]]",
        "{}",
        '{"@graph": 5}',
        '{"@type": null, "headline": "x"}',
        "<!-- {} -->",
        '{"@type": "NewsArticle", "headline": "broken", }',
        "[" * 100_000,
        '{"@type":"NewsArticle","headline":"a\nb"',
        "\0",
        '{"@type": "NewsArticle", "@id": {"x": []}, "headline": {"a": 1}, "author": {"@id": [1]}, "publisher": [[]]}',
    ],
)
def test_broken_json_ld_leaves_the_rest_of_the_page(block: str) -> None:
    found = page(
        f"<script type='application/ld+json'>{block}</script><title>The title</title>"
        + ld({"@type": "Article", "author": "Ann Lee"})
        + "<meta name='date' content='2026-11-20 10:30'>"
    )
    assert found.title == "The title"
    assert found.published == AT


def test_json_ld_with_newlines_in_strings_and_a_semicolon_is_read() -> None:
    head = '<script type="application/ld+json">\n{"@type":"NewsArticle","headline":"a\nb"};\n</script>'
    assert page(head).title == "a b"


@pytest.mark.parametrize("depth", range(150, 1000, 85))
def test_deep_json_ld_is_survived(depth: int) -> None:
    deep = "[" * depth + "1" + "]" * depth
    block = (
        f'{{"@type": {deep}, "headline": {deep}, "isAccessibleForFree": {deep}, "author": {deep}, "@graph": {deep}}}'
    )
    assert page(f"<script type='application/ld+json'>{block}</script><title>T</title>").title == "T"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["2026-11-20", "NewsArticle", "#a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@id",
                    "@type",
                    "@graph",
                    "name",
                    "headline",
                    "author",
                    "creator",
                    "publisher",
                    "datePublished",
                    "dateModified",
                    "isAccessibleForFree",
                    "mainEntity",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.text(max_size=40).filter(lambda text: all(character.isprintable() for character in text)))
def test_any_json_ld_and_any_title_is_survived(value: Any, title: str) -> None:
    found = page(ld(value).replace("</", "<\\/").replace("<\\/script>", "</script>") + "<title>T</title>")
    assert isinstance(found.title, str)
    assert all(isinstance(author, str) and author for author in found.authors)
    tree = document_fromstring("<html><head><title>x</title></head><body><h1>x</h1></body></html>")
    tree.find(".//title").text = tree.find(".//h1").text = title
    assert isinstance(read(tree).title, str)
