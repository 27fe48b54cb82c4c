"""Geopolitechs, on Substack: notes on China's technology law; paid posts end early in a link "Read more"."""

from spiders.base import FeedSpider


class Geopolitechs(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "geopolitechs"
    title = "Geopolitechs"
    kind = "newsletter"
    country = "CN"
    language = "en"
    homepage = "https://www.geopolitechs.org/"
    paywall = "metered"
    zone = "Asia/Shanghai"
    feeds = ("https://www.geopolitechs.org/feed",)
    body_from_feed = True
    allow = r"^https://www\.geopolitechs\.org/p/"
