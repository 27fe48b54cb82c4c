"""DigiChina at Stanford: translations and analysis, with months between posts."""

from spiders.base import FeedSpider


class Digichina(FeedSpider):
    """WordPress RSS."""

    name = "digichina"
    title = "DigiChina"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://digichina.stanford.edu/"
    zone = "America/Los_Angeles"
    feeds = ("https://digichina.stanford.edu/feed/",)
