"""Washington Post: the pages refuse programs and are paid for, so headlines only; feeds hold few items."""

from spiders.base import FeedSpider


class Wapo(FeedSpider):
    """RSS with one line of summary."""

    name = "wapo"
    title = "Washington Post"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.washingtonpost.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://feeds.washingtonpost.com/rss/business/technology",
        "https://feeds.washingtonpost.com/rss/world",
        "https://feeds.washingtonpost.com/rss/national",
    )
    headline_only = True
