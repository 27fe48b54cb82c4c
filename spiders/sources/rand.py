"""RAND: the pages answer programs with 403, so headlines only."""

from spiders.base import FeedSpider


class Rand(FeedSpider):
    """RSS with summaries."""

    name = "rand"
    title = "RAND"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://www.rand.org/"
    zone = "America/New_York"
    feeds = ("https://www.rand.org/pubs/commentary.xml", "https://www.rand.org/topics/china.xml")
    headline_only = True
