"""ITIF: the feed mixes in events, with dates in the future."""

from spiders.base import FeedSpider


class Itif(FeedSpider):
    """RSS with summaries."""

    name = "itif"
    title = "Information Technology and Innovation Foundation"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://itif.org/"
    zone = "America/New_York"
    feeds = ("https://itif.org/feed/",)
    deny = r"^https://itif\.org/events/"
