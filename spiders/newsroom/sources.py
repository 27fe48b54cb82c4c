"""The newsroom's sources, of every kind that real ones are of."""

from spiders.base import FeedSpider, JsonApiSpider, NewsSitemapSpider


class Wire(FeedSpider):
    """A wire agency: Atom, with the time of the last change."""

    name = "demo_wire"
    title = "Harbor Wire"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "http://harbor-wire.example/"
    feeds = ("http://harbor-wire.example/feed.xml",)


class Ledger(FeedSpider):
    """A newspaper that reprints the wire: RSS with tracking parameters, a section that robots.txt closes."""

    name = "demo_ledger"
    title = "The Potomac Ledger"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "http://www.potomac-ledger.example/"
    paywall = "metered"
    zone = "America/New_York"
    feeds = ("http://www.potomac-ledger.example/rss/headlines.xml",)


class Keji(FeedSpider):
    """A Chinese technology paper: RSS and pages in GBK, local times without offset."""

    name = "demo_keji"
    title = "科技晨报"
    kind = "trade_press"
    country = "CN"
    language = "zh"
    homepage = "http://www.kejichenbao.example/"
    zone = "Asia/Shanghai"
    feeds = ("http://www.kejichenbao.example/rss.xml",)


class Ministry(JsonApiSpider):
    """A Chinese ministry: JSON with local times, pages whose header names no encoding."""

    name = "demo_ministry"
    title = "商务部新闻办公室（演示）"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "http://www.shangwu.example/"
    zone = "Asia/Shanghai"
    endpoints = ("http://www.shangwu.example/api/news/list?column=xwfb&pageSize=20",)
    items = "data.list"
    fields = {"url": "url", "title": "title", "summary": "summary", "published": "publishTime"}


class Gazette(JsonApiSpider):
    """A US agency: JSON with days, text at another address than the one people read."""

    name = "demo_gazette"
    title = "Federal Gazette"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "http://www.federal-gazette.example/"
    zone = "America/New_York"
    endpoints = ("http://www.federal-gazette.example/api/v1/documents.json?per_page=20&order=newest",)
    items = "results"
    fields = {
        "url": "html_url",
        "title": "title",
        "summary": "abstract",
        "published": "publication_date",
        "fetch_url": "body_html_url",
    }


class Institute(FeedSpider):
    """A think tank: JSON Feed."""

    name = "demo_institute"
    title = "Meridian Institute"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "http://www.meridian-institute.example/"
    cadence_hours = 72
    feeds = ("http://www.meridian-institute.example/feed.json",)


class Herald(NewsSitemapSpider):
    """State media in English: a news sitemap."""

    name = "demo_herald"
    title = "Eastern Herald"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "http://www.eastern-herald.example/"
    zone = "Asia/Shanghai"
    sitemaps = ("http://www.eastern-herald.example/sitemap-news.xml",)


class Farm(FeedSpider):
    """A content farm: spun copies, teasers, pages without text, dead links."""

    name = "demo_farm"
    title = "AI Buzz Daily"
    kind = "aggregator"
    country = "US"
    language = "en"
    homepage = "http://aibuzz-daily.example/"
    feeds = ("http://aibuzz-daily.example/feed/",)


class Letter(FeedSpider):
    """A newsletter whose feed has become a login page."""

    name = "demo_letter"
    title = "The Chip Letter"
    kind = "newsletter"
    country = "US"
    language = "en"
    homepage = "http://www.chip-letter.example/"
    feeds = ("http://www.chip-letter.example/feed",)
