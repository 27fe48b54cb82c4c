"""MERICS: the feed mixes analyses with videos, podcasts and pieces that stand at other publishers."""

from spiders.base import FeedSpider


class Merics(FeedSpider):
    """Drupal RSS."""

    name = "merics"
    title = "MERICS"
    kind = "think_tank"
    country = "DE"
    language = "en"
    homepage = "https://merics.org/en"
    zone = "Europe/Berlin"
    feeds = ("https://merics.org/en/rss",)
    allow = r"^https://merics\.org/en/"
    deny = "/(video|podcast)/"
