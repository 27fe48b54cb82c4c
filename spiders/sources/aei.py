"""American Enterprise Institute: one feed for the whole site."""

from spiders.base import FeedSpider


class Aei(FeedSpider):
    """WordPress RSS."""

    name = "aei"
    title = "American Enterprise Institute"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://www.aei.org/"
    zone = "America/New_York"
    feeds = ("https://www.aei.org/feed/",)
