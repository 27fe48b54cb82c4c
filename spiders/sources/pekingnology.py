"""Pekingnology, on Substack: free posts. The feed is asked for at its Substack host, its posts stand at its own."""

from spiders.base import FeedSpider


class Pekingnology(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "pekingnology"
    title = "Pekingnology"
    kind = "newsletter"
    country = "CN"
    language = "en"
    homepage = "https://www.pekingnology.com/"
    zone = "Asia/Shanghai"
    feeds = ("https://pekingnology.substack.com/feed",)
    body_from_feed = True
    allow = r"^https://www\.pekingnology\.com/p/"
