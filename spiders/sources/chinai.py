"""ChinAI, on Substack: a translation a week, with notes."""

from spiders.base import FeedSpider


class Chinai(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "chinai"
    title = "ChinAI Newsletter"
    kind = "newsletter"
    country = "US"
    language = "en"
    homepage = "https://chinai.substack.com/"
    feeds = ("https://chinai.substack.com/feed",)
    body_from_feed = True
    allow = r"^https://chinai\.substack\.com/p/"
