"""Straits Times: Asia and the world."""

from spiders.base import FeedSpider


class StraitsTimes(FeedSpider):
    """RSS with summaries; metered pages."""

    name = "straits_times"
    title = "Straits Times"
    kind = "media"
    country = "SG"
    language = "en"
    homepage = "https://www.straitstimes.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "Asia/Singapore"
    feeds = ("https://www.straitstimes.com/news/asia/rss.xml", "https://www.straitstimes.com/news/world/rss.xml")
