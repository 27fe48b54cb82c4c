"""Sinocism, on Substack: daily; most posts are paid for and end early in a link "Read more"."""

from spiders.base import FeedSpider


class Sinocism(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "sinocism"
    title = "Sinocism"
    kind = "newsletter"
    country = "US"
    language = "en"
    homepage = "https://sinocism.com/"
    paywall = "hard"
    feeds = ("https://sinocism.com/feed",)
    body_from_feed = True
    allow = r"^https://sinocism\.com/p/"
