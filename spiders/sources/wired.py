"""Wired: the latest of everything and of AI; the same story stands in both feeds."""

from spiders.base import FeedSpider


class Wired(FeedSpider):
    """RSS with summaries; metered pages with JSON-LD."""

    name = "wired"
    title = "Wired"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.wired.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.wired.com/feed/rss", "https://www.wired.com/feed/tag/ai/latest/rss")
