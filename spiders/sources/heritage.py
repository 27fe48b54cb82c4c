"""Heritage Foundation: one feed for the whole site; those of sections refuse programs."""

from spiders.base import FeedSpider


class Heritage(FeedSpider):
    """RSS with summaries."""

    name = "heritage"
    title = "Heritage Foundation"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://www.heritage.org/"
    zone = "America/New_York"
    feeds = ("https://www.heritage.org/rss",)
