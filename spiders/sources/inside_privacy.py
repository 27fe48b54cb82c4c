"""Covington's Inside Privacy: a law firm's notes on privacy and AI law, China's among them."""

from spiders.base import FeedSpider


class InsidePrivacy(FeedSpider):
    """WordPress RSS."""

    name = "inside_privacy"
    title = "Inside Privacy"
    kind = "trade_press"
    country = "US"
    language = "en"
    homepage = "https://www.insideprivacy.com/"
    zone = "America/New_York"
    feeds = ("https://www.insideprivacy.com/feed/",)
