"""The newsroom's addresses: what each answers on which day, from articles, outlets and templates."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from spiders.newsroom.articles import Article, Day, articles
from spiders.newsroom.outlets import OUTLETS, FeedFormat, Outlet

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200


@cache
def site(day: Day) -> Mapping[str, Mapping[str, Answer]]:
    """Everything there is on a day: host → path → answer."""
    return {
        outlet.host: _answers(outlet, [one for one in articles(day) if one.host == outlet.host]) for outlet in OUTLETS
    }


def _answers(outlet: Outlet, found: Sequence[Article]) -> dict[str, Answer]:
    rule = f"Disallow: {outlet.closed}" if outlet.closed else "Allow: /"
    answers = {
        "/": _page("front.html", outlet, related=_links(outlet, found)),
        "/robots.txt": Answer(f"User-agent: *\n{rule}\n".encode(), "text/plain"),
        outlet.feed: _FEEDS[outlet.feed_format](outlet, found),
    }
    for one in found:
        others = [other for other in found if other is not one]
        answers[outlet.at(one, outlet.text_path)] = _article_page(outlet, one, others[:3])
        if outlet.text_path:
            answers[outlet.at(one)] = _page("unblock.html", outlet)
    return answers


# Pages -----------------------------------------------------------------------------------------------------


def _article_page(outlet: Outlet, article: Article, others: Sequence[Article]) -> Answer:
    published = outlet.local(article.published)
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": published.isoformat(),
        "dateModified": outlet.local(article.updated).isoformat(),
        "author": {"@type": "Person", "name": article.author},
        "publisher": {"@type": "Organization", "name": outlet.name},
        "mainEntityOfPage": outlet.url(article),
    }
    return _page(
        article.page or f"{outlet.host}.html",
        outlet,
        article.status,
        title=escape(article.title),
        url=escape(outlet.url(article)),
        author=escape(article.author),
        section=escape(article.section),
        summary=escape(_summary(article)[:160]),
        published=published.isoformat(),
        dateline=outlet.dateline.format(published),
        about=json.dumps(about).replace("</", "<\\/"),
        text="\n".join(_block(paragraph) for paragraph in article.paragraphs),
        related=_links(outlet, others),
    )


def _page(template: str, outlet: Outlet, status: int = 200, **fields: str) -> Answer:
    page = _template(template).substitute(fields, outlet=escape(outlet.name))
    return Answer(outlet.encoded(page), outlet.page_type, status)


@cache
def _template(name: str) -> Template:
    return Template((_TEMPLATES / name).read_text(encoding="utf-8"))


def _block(paragraph: str) -> str:
    if paragraph.startswith("## "):
        return f"<h2>{escape(paragraph[3:])}</h2>"
    return f"<p>{escape(paragraph)}</p>"


def _links(outlet: Outlet, found: Sequence[Article]) -> str:
    return "\n".join(f'<li><a href="{outlet.at(one)}">{escape(one.title)}</a></li>' for one in found)


def _summary(article: Article) -> str:
    return article.paragraphs[0] if article.paragraphs else article.title


# Feeds -----------------------------------------------------------------------------------------------------


def _atom(outlet: Outlet, found: Sequence[Article]) -> Answer:
    entries = "".join(
        f"<entry><id>{outlet.url(one)}</id><title>{escape(one.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{outlet.url(one)}"/>'
        f"<published>{outlet.stamped(one.published)}</published>"
        f"<updated>{outlet.stamped(one.updated)}</updated>"
        f'<summary type="text">{escape(_summary(one))}</summary></entry>\n'
        for one in found
    )
    feed = (
        f'<?xml version="1.0" encoding="{outlet.charset}"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>http://{outlet.host}/</id><title>{escape(outlet.name)}</title>"
        f"<updated>{outlet.stamped(max(one.updated for one in found))}</updated>\n{entries}</feed>"
    )
    return Answer(outlet.encoded(feed), "application/atom+xml")


def _rss(outlet: Outlet, found: Sequence[Article]) -> Answer:
    items = "".join(
        f"<item><title>{escape(one.title)}</title>"
        f"<link>{escape(outlet.url(one) + outlet.tracking)}</link>"
        f'<guid isPermaLink="false">{one.slug}</guid><pubDate>{outlet.stamped(one.published)}</pubDate>'
        f"<description><![CDATA[<p>{escape(_summary(one))}</p>]]></description></item>\n"
        for one in found
    )
    feed = (
        f'<?xml version="1.0" encoding="{outlet.charset}"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(outlet.name)}</title><link>http://{outlet.host}/</link>"
        f"<description>{escape(outlet.name)}</description>\n{items}</channel></rss>"
    )
    return Answer(outlet.encoded(feed), "text/xml")


def _news_sitemap(outlet: Outlet, found: Sequence[Article]) -> Answer:
    publication = f"<news:name>{escape(outlet.name)}</news:name><news:language>en</news:language>"
    entries = "".join(
        f"<url><loc>{outlet.url(one)}</loc><news:news>"
        f"<news:publication>{publication}</news:publication>"
        f"<news:publication_date>{outlet.stamped(one.published)}</news:publication_date>"
        f"<news:title>{escape(one.title)}</news:title></news:news></url>\n"
        for one in found
    )
    sitemap = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}</urlset>'
    )
    return Answer(outlet.encoded(sitemap), "application/xml")


def _json_feed(outlet: Outlet, found: Sequence[Article]) -> Answer:
    items = [
        {
            "id": outlet.url(one),
            "url": outlet.url(one),
            "title": one.title,
            "summary": _summary(one),
            "date_published": outlet.stamped(one.published),
        }
        for one in found
    ]
    return _json({"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "items": items})


def _list_api(outlet: Outlet, found: Sequence[Article]) -> Answer:
    items = [
        {
            "id": one.number,
            "title": one.title,
            "url": outlet.at(one),
            "publishTime": outlet.stamped(one.published),
            "summary": _summary(one)[:60],
        }
        for one in found
    ]
    return _json({"code": 200, "msg": "success", "data": {"total": len(items), "list": items}})


def _documents_api(outlet: Outlet, found: Sequence[Article]) -> Answer:
    results = [
        {
            "document_number": one.number,
            "title": one.title + "  ",
            "type": one.section,
            "abstract": _summary(one),
            "html_url": outlet.url(one),
            "body_html_url": outlet.url(one, outlet.text_path),
            "publication_date": outlet.stamped(one.published),
            "agencies": [{"raw_name": one.author.upper(), "name": one.author}],
        }
        for one in found
    ]
    return _json({"count": len(results), "total_pages": 1, "results": results})


def _json(value: object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), "application/json")


def _login_page(outlet: Outlet, found: Sequence[Article]) -> Answer:
    return _page("login.html", outlet)


_FEEDS: Mapping[FeedFormat, Callable[[Outlet, Sequence[Article]], Answer]] = {
    "atom": _atom,
    "rss": _rss,
    "news_sitemap": _news_sitemap,
    "json_feed": _json_feed,
    "list_api": _list_api,
    "documents_api": _documents_api,
    "login_page": _login_page,
}
