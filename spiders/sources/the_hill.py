"""The Hill: technology policy, news, and everything; the same story stands in more than one feed."""

from spiders.base import FeedSpider


class TheHill(FeedSpider):
    """WordPress RSS."""

    name = "the_hill"
    title = "The Hill"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://thehill.com/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://thehill.com/policy/technology/feed/",
        "https://thehill.com/news/feed",
        "https://thehill.com/feed/",
    )
