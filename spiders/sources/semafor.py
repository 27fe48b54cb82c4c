"""Semafor: one feed for the whole site."""

from spiders.base import FeedSpider


class Semafor(FeedSpider):
    """RSS with summaries."""

    name = "semafor"
    title = "Semafor"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.semafor.com/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.semafor.com/rss.xml",)
