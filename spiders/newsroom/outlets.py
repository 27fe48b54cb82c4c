"""The newsroom's outlets: which host publishes how."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from spiders.newsroom.articles import Article

FeedFormat = Literal["atom", "rss", "json_feed", "news_sitemap", "list_api", "documents_api", "login_page"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """A host and how it publishes.

    `path` is a format of an article's path, `stamp` of an instant in the feed, `dateline` of one on a page.
    Where `text_path` is set, the text of an article is there, and `path` answers with a page against robots.
    `tracking` is what the feed appends to addresses, `closed` the folder that robots.txt forbids.
    """

    host: str
    name: str
    path: str
    feed: str
    feed_format: FeedFormat
    zone: str = "UTC"
    stamp: str = "{:%Y-%m-%dT%H:%M:%SZ}"
    dateline: str = "{:%B %d, %Y}"
    charset: str = "utf-8"
    page_type: str = "text/html; charset=utf-8"
    tracking: str = ""
    closed: str = ""
    text_path: str = ""

    def at(self, article: Article, path: str = "") -> str:
        """An article's path, or another one of it."""
        return (path or self.path).format(
            day=self.local(article.published),
            slug=article.slug,
            section=article.section,
            number=article.number,
        )

    def url(self, article: Article, path: str = "") -> str:
        """An article's address, or another one of it."""
        return f"http://{self.host}{self.at(article, path)}"

    def local(self, instant: datetime) -> datetime:
        """An instant in the outlet's time zone."""
        return instant.astimezone(ZoneInfo(self.zone))

    def stamped(self, instant: datetime) -> str:
        """An instant as the outlet's feed prints it."""
        return self.stamp.format(self.local(instant))

    def encoded(self, text: str) -> bytes:
        """Text in the outlet's encoding; what calls itself gb2312 on the web is GBK."""
        return text.encode("gbk" if self.charset == "gb2312" else self.charset, "xmlcharrefreplace")


OUTLETS = (
    Outlet(
        host="harbor-wire.example",
        name="Harbor Wire",
        path="/{day:%Y/%m/%d}/{slug}",
        feed="/feed.xml",
        feed_format="atom",
        dateline="{:%B %d, %Y, %H:%M} GMT",
    ),
    Outlet(
        host="www.potomac-ledger.example",
        name="The Potomac Ledger",
        path="/{section}/{slug}.html",
        feed="/rss/headlines.xml",
        feed_format="rss",
        zone="America/New_York",
        stamp="{:%a, %d %b %Y %H:%M:%S %z}",
        dateline="{:%b. %d, %Y at %I:%M %p} ET",
        tracking="?utm_source=rss&utm_medium=feed&utm_campaign=headlines",
        closed="/premium/",
    ),
    Outlet(
        host="www.kejichenbao.example",
        name="科技晨报",
        path="/{section}/{day:%Y%m%d}/{slug}.shtml",
        feed="/rss.xml",
        feed_format="rss",
        zone="Asia/Shanghai",
        stamp="{:%Y-%m-%d %H:%M:%S}",
        dateline="{0:%Y}年{0:%m}月{0:%d}日 {0:%H:%M}",
        charset="gb2312",
        page_type="text/html",
    ),
    Outlet(
        host="www.shangwu.example",
        name="商务部新闻办公室（演示）",
        path="/article/{section}/{slug}.html",
        feed="/api/news/list",
        feed_format="list_api",
        zone="Asia/Shanghai",
        stamp="{:%Y-%m-%d %H:%M:%S}",
        dateline="{:%Y-%m-%d %H:%M}",
        page_type="text/html",
    ),
    Outlet(
        host="www.federal-gazette.example",
        name="Federal Gazette",
        path="/documents/{day:%Y/%m/%d}/{number}/{slug}",
        feed="/api/v1/documents.json",
        feed_format="documents_api",
        zone="America/New_York",
        stamp="{:%Y-%m-%d}",
        text_path="/documents/full_text/html/{day:%Y/%m/%d}/{number}.html",
    ),
    Outlet(
        host="www.meridian-institute.example",
        name="Meridian Institute",
        path="/analysis/{slug}/",
        feed="/feed.json",
        feed_format="json_feed",
    ),
    Outlet(
        host="www.eastern-herald.example",
        name="Eastern Herald",
        path="/a/{day:%Y%m}/{day:%d}/{slug}.html",
        feed="/sitemap-news.xml",
        feed_format="news_sitemap",
        zone="Asia/Shanghai",
        stamp="{:%Y-%m-%dT%H:%M:%S}+08:00",
        dateline="{:%H:%M, %d-%b-%Y}",
    ),
    Outlet(
        host="aibuzz-daily.example",
        name="AI Buzz Daily",
        path="/{slug}/",
        feed="/feed/",
        feed_format="rss",
        stamp="{:%a, %d %b %Y %H:%M:%S %z}",
    ),
    Outlet(
        host="www.chip-letter.example",
        name="The Chip Letter",
        path="/p/{slug}",
        feed="/feed",
        feed_format="login_page",
    ),
)
