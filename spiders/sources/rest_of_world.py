"""Rest of World: the latest, and China. Articles stand under the year; their addresses say no more of the date."""

from spiders.base import FeedSpider


class RestOfWorld(FeedSpider):
    """WordPress RSS."""

    name = "rest_of_world"
    title = "Rest of World"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://restofworld.org/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://restofworld.org/feed/latest/", "https://restofworld.org/feed/region/china/")
    allow = r"^https://restofworld\.org/\d{4}/[^/]+/"
