"""Euractiv: one feed for the whole site, which refuses some programs."""

from spiders.base import FeedSpider


class Euractiv(FeedSpider):
    """WordPress RSS; metered pages."""

    name = "euractiv"
    title = "Euractiv"
    kind = "media"
    country = "BE"
    language = "en"
    homepage = "https://www.euractiv.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "Europe/Brussels"
    feeds = ("https://www.euractiv.com/feed/",)
