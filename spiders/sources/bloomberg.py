"""Bloomberg: the pages refuse programs and are paid for, so headlines only; newsletters, videos and audio left out."""

from spiders.base import FeedSpider


class Bloomberg(FeedSpider):
    """RSS with short summaries and few items."""

    name = "bloomberg"
    title = "Bloomberg"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.bloomberg.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://feeds.bloomberg.com/technology/news.rss",
        "https://feeds.bloomberg.com/politics/news.rss",
        "https://feeds.bloomberg.com/economics/news.rss",
    )
    headline_only = True
    deny = "/news/(newsletters|videos|audio)/"
