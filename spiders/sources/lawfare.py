"""Lawfare: few items at /feeds/articles; /feed refuses programs."""

from spiders.base import FeedSpider


class Lawfare(FeedSpider):
    """RSS with summaries."""

    name = "lawfare"
    title = "Lawfare"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://www.lawfaremedia.org/"
    zone = "America/New_York"
    feeds = ("https://www.lawfaremedia.org/feeds/articles",)
