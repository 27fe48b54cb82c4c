"""CNBC: feeds are numbered; videos and product tests (select) are left out. The spare is /sitemap_news.xml."""

from spiders.base import FeedSpider


class Cnbc(FeedSpider):
    """RSS with summaries; its guids are numbers."""

    name = "cnbc"
    title = "CNBC"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.cnbc.com/"
    cadence_hours = 12
    zone = "America/New_York"
    # Technology, top news.
    feeds = (
        "https://www.cnbc.com/id/19854910/device/rss/rss.html",
        "https://www.cnbc.com/id/100003114/device/rss/rss.html",
    )
    deny = "/(video|select)/"
